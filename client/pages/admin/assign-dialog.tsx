import { useState } from 'preact/hooks'
import { assignmentFrom } from '#shared/order-status.ts'
import { AssignOrder } from '#shared/order-input.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem, TextArea } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useOrderActions } from '../../components/use-order-actions.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createForm } from '../../models/ui/form.ts'
import { isAble } from '../../models/admin/candidates.ts'
import { ConfirmBreak, useConfirmBreak } from './confirm-break.tsx'
import { useAdmin } from './context.ts'
import { PaneChange } from './pane-change.tsx'
import { useCandidates, VendorChoice } from './vendor-choice.tsx'

/** Assigns the order to a vendor. Lists those first who can do it and are online, with the number of their jobs. */
export function AssignDialog({ order, onClose }: { order: Order; onClose(): void }) {
  const { me } = useWorkspace()
  const actions = useOrderActions()
  const { vendors } = useAdmin()
  const [form] = useState(() =>
    createForm({ vendor: '', reason: '' }, { paths: { vendor: 'vendorId' }, draft: `${me.id}.assign.${order.id}` }),
  )
  const needsReason = assignmentFrom(order.status)?.reasonRequired ?? false
  const others = vendors.all.value?.filter(({ id }) => id !== order.vendor?.id) ?? []
  const vendorOf = (id: string | null) => others.find((vendor) => vendor.id === id)
  const chosen = vendorOf(form.values.value.vendor)
  const candidates = useCandidates(order.id)
  const candidate = candidates.byId.get(chosen?.id ?? '')
  const isUnable = candidate !== undefined && !isAble(candidate)
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
          <VendorChoice
            vendors={others}
            candidates={candidates}
            chosen={chosen?.id}
            onChoose={(id) => form.change('vendor', id)}
          />
        )}
        {needsReason && <TextArea form={form} name="reason" label={t().admin.assignReason} />}
        {chosen && isUnable && (
          <p role="status" class="text-sm font-medium">
            {t().dispatch.unable(chosen.name)}
          </p>
        )}
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
            {asked || isUnable ? t().admin.assignAnyway : t().orders.actions.assign}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
