import { useState } from 'preact/hooks'
import { assignmentFrom } from '#shared/order-status.ts'
import { AssignOrder } from '#shared/order-input.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem, TextArea } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createForm } from '../../models/ui/form.ts'
import { ConfirmBreak, useConfirmBreak } from './confirm-break.tsx'
import { useAdmin } from './context.ts'
import { PaneChange } from './pane-change.tsx'
import { presenceDots } from './vendor-rail.tsx'

/** Assigns the order to a vendor. Lists online vendors first, with the number of their jobs. */
export function AssignDialog({ order, onClose }: { order: Order; onClose(): void }) {
  const { actions, me } = useWorkspace()
  const { vendors } = useAdmin()
  const [form] = useState(() =>
    createForm({ vendor: '', reason: '' }, { paths: { vendor: 'vendorId' }, draft: `${me.id}.assign.${order.id}` }),
  )
  const needsReason = assignmentFrom(order.status)?.reasonRequired ?? false
  const others = vendors.all.value?.filter(({ id }) => id !== order.vendor?.id) ?? []
  const vendorOf = (id: string | null) => others.find((vendor) => vendor.id === id)
  const chosen = vendorOf(form.values.value.vendor)
  const { asked, confirm } = useConfirmBreak(chosen?.id ?? null)

  const submit = () => {
    const { vendor, reason } = form.values.value
    if (!vendorOf(vendor)) return
    const body = { vendorId: vendor, ...(needsReason && { reason }) }
    const own = needsReason && !reason.trim() ? { reason: () => t().components.chooseReason } : {}
    const send = async (input: AssignOrder) => {
      if (!confirm()) return false
      const assigned = await actions.assign(order, input.vendorId, input.reason)
      if (assigned) onClose()
      return assigned
    }
    return form.submit(AssignOrder, body, send, own)
  }
  const discard = () => {
    form.reset()
    onClose()
  }

  return (
    <Dialog
      title={order.vendor ? t().admin.reassignOrder(order.number) : t().admin.assignOrder(order.number)}
      onClose={onClose}
      onDiscard={form.reset}
    >
      {/* Another admin may assign the order while the dialog is open. */}
      <PaneChange order={order} />
      <Form form={form} onSubmit={submit}>
        {others.length === 0 ? (
          <p class="text-sm text-soft">{order.vendor ? t().admin.noOtherVendor : t().admin.noVendor}</p>
        ) : (
          <fieldset class="-mx-2 max-h-80 overflow-y-auto">
            <legend class="sr-only">{t().common.vendor}</legend>
            {others.map(({ id, name, status }) => (
              <label
                key={id}
                class="flex min-h-12 flex-wrap items-center gap-x-3 rounded-sm px-2 py-1 text-sm transition-colors hover:bg-sunken has-checked:bg-accent-soft"
              >
                <input
                  type="radio"
                  name="vendor"
                  value={id}
                  checked={chosen?.id === id}
                  onChange={() => form.change('vendor', id)}
                  class="size-4"
                />
                <span class="min-w-[6rem] flex-1 font-medium" dir="auto">
                  {name}
                </span>
                <span class="text-xs whitespace-nowrap text-soft">
                  {t().admin.jobs(vendors.jobs.value.get(id) ?? 0)}
                </span>
                <span class="flex min-w-20 items-center gap-2 text-xs text-soft">
                  <span class={`size-2 rounded-full ${presenceDots[status]}`} aria-hidden="true" />
                  {t().vendorStatus[status]}
                </span>
              </label>
            ))}
          </fieldset>
        )}
        {needsReason && <TextArea form={form} name="reason" label={t().admin.assignReason} />}
        {asked && <ConfirmBreak vendor={asked} />}
        <FormProblem form={form} />
        <div class="grid grid-cols-2 gap-3">
          <Button onClick={discard} class="min-h-12">
            {order.vendor ? t().admin.keepVendor : t().admin.leaveUnassigned}
          </Button>
          <Button
            type="submit"
            variant="primary"
            disabled={!chosen}
            busy={actions.sending.value.has(order.id)}
            class="min-h-12"
          >
            {asked ? t().admin.assignAnyway : t().orders.actions.assign}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
