import { useState } from 'preact/hooks'
import type { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import { createCorrectionForm } from '../models/orders/correction-form.ts'
import { money } from '../models/ui/format.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormProblem, TextArea, TextField } from './field.tsx'
import { Form } from './form.tsx'
import { ItemOptions } from './item-options.tsx'
import { PlaceField } from './place-field.tsx'
import { Quantity } from './quantity.tsx'
import { WhenField } from './when-field.tsx'
import { useWorkspace } from './workspace-context.ts'

/** Corrects the time, the contact, the notes and the quantities of an order. */
export function CorrectDialog({ order, onClose }: { order: Order; onClose(): void }) {
  const { api, orders, me } = useWorkspace()
  const [correction] = useState(() => createCorrectionForm({ api, orders }, order))
  const { form, items, total } = correction
  const submit = async () => {
    if (await correction.save()) onClose()
  }
  return (
    <Dialog title={t().correct.title(order.number)} onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <WhenField form={form} />
        <PlaceField form={form} isThere={me.role === 'customer'} />
        <TextField form={form} name="phone" type="tel" label={t().common.phone} autocomplete="off" />
        <TextArea form={form} name="notes" label={t().common.notes} optional />
        <ul class="grid gap-2 border-t border-line pt-4">
          {items.value.map(({ serviceId, name, quantity, unitPrice, options }, n) => (
            <li key={serviceId + n} class="flex flex-wrap items-center gap-x-4 gap-y-2">
              <p class={`min-w-40 flex-1 text-sm ${quantity === 0 ? 'text-soft line-through' : ''}`} dir="auto">
                {name}
                <ItemOptions options={options} />
                <span class="block text-soft">{money(unitPrice, order.currency)}</span>
              </p>
              {quantity > 0 ? (
                <Quantity name={name} value={quantity} onChange={(next) => correction.setQuantity(n, next)} />
              ) : (
                <Button size="sm" class="min-h-11" onClick={() => correction.setQuantity(n, 1)}>
                  {t().correct.putBack}
                </Button>
              )}
            </li>
          ))}
        </ul>
        <FormProblem form={form} />
        <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
          {total.value === order.totalAmount
            ? t().correct.save
            : t().correct.saveWithTotal(money(total.value, order.currency))}
        </Button>
      </Form>
    </Dialog>
  )
}

/** Opens the dialog. */
export function CorrectButton({ order, class: className = '' }: { order: Order; class?: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="quiet"
        class={`min-h-11 ${className}`}
        icon="icon-[lucide--pencil]"
        onClick={() => setOpen(true)}
      >
        {t().correct.open}
      </Button>
      {open && <CorrectDialog order={order} onClose={() => setOpen(false)} />}
    </>
  )
}
