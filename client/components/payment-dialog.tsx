import { useState } from 'preact/hooks'
import { Order } from '#shared/orders.ts'
import { paymentMethods, type PaymentStatus } from '#shared/order-outcome.ts'
import { ChangePayment } from '#shared/payments.ts'
import { t } from '../i18n/index.ts'
import { markTexts } from '../models/orders/payments.ts'
import { amountText, parseAmount } from '../models/ui/amount.ts'
import { createForm } from '../models/ui/form.ts'
import { money } from '../models/ui/format.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormProblem, TextField } from './field.tsx'
import { Form } from './form.tsx'
import { SelectField } from './select-field.tsx'
import { useOrderActions } from './use-order-actions.ts'
import { useWorkspace } from './workspace-context.ts'

interface Props {
  order: Order
  status: PaymentStatus
  onClose(): void
}

/** Says that the order was paid, with the tip; an admin also how, or that it was refunded. A vendor's waits for a connection. */
export function PaymentDialog({ order, status, onClose }: Props) {
  const { me, api, orders } = useWorkspace()
  const actions = useOrderActions()
  const { id, number, totalAmount, currency, payment } = order
  const [form] = useState(() => createForm({ method: payment?.method ?? 'cash', tip: '' }))
  const isPaid = status === 'paid'
  const isVendor = me.role === 'vendor'

  async function submit() {
    const { method, tip } = form.values.value
    const amount = isPaid && tip.trim() ? parseAmount(tip, currency) : undefined
    const texts = t().payments.amountProblems
    const problem = typeof amount === 'string' && texts[amount].replace('{example}', () => amountText(500, currency))
    const sent = await form.submit(
      ChangePayment,
      { status, ...(isPaid && { method }), ...(typeof amount === 'number' && { tip: amount }) },
      (input) => (isVendor ? actions.takeCash(order, input.tip) : send(input)),
      problem ? { tip: problem } : {},
    )
    if (sent !== null) onClose()
  }

  async function send(input: ChangePayment): Promise<boolean> {
    orders.apply(await api.put(`/orders/${encodeURIComponent(id)}/payment`, Order, input))
    showNotice(t().payments.changed[status], 'done')
    return true
  }

  return (
    <Dialog title={t().payments.takePayment(number)} onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <p class="text-lg font-semibold">{money(totalAmount, currency)}</p>
        {isPaid && me.role === 'admin' && (
          <SelectField
            form={form}
            name="method"
            label={t().payments.method}
            options={paymentMethods.map((value) => ({ value, label: t().payments.methods[value] }))}
          />
        )}
        {isPaid && <TextField form={form} name="tip" label={t().payments.tip} inputMode="decimal" optional />}
        <FormProblem form={form} />
        <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
          {isVendor ? t().payments.paidCash : markTexts()[status]}
        </Button>
      </Form>
    </Dialog>
  )
}
