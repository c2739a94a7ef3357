import { useState } from 'preact/hooks'
import { assignmentFrom } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FieldFrame } from '../../components/field.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { useAdmin } from './context.ts'
import { presenceDots } from './vendor-rail.tsx'

/** Assigns the order to a vendor. Lists online vendors first, with the number of their jobs. */
export function AssignDialog({ order, onClose }: { order: Order; onClose(): void }) {
  const { actions } = useWorkspace()
  const { vendors } = useAdmin()
  const [chosen, setChosen] = useState<string | null>(null)
  const [confirmed, setConfirmed] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const needsReason = assignmentFrom(order.status)?.reasonRequired ?? false
  const others = vendors.all.value?.filter(({ id }) => id !== order.vendor?.id) ?? []

  async function submit(event: SubmitEvent) {
    event.preventDefault()
    if (!chosen) return
    if (needsReason && !reason.trim()) return setMissing(true)
    // The vendor's status may have changed since the choice.
    const onBreak = others.find(({ id }) => id === chosen)?.status === 'break'
    if (onBreak && confirmed !== chosen) return setConfirmed(chosen)
    if (await actions.assign(order, chosen, reason.trim() || undefined)) onClose()
  }

  const asked = chosen === confirmed ? others.find(({ id }) => id === confirmed) : undefined

  return (
    <Dialog
      title={order.vendor ? t().admin.reassignOrder(order.number) : t().admin.assignOrder(order.number)}
      onClose={onClose}
    >
      <form onSubmit={submit} class="grid gap-5">
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
                  checked={chosen === id}
                  onChange={() => setChosen(id)}
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
        {needsReason && (
          <FieldFrame label={t().admin.assignReason} error={missing ? t().components.chooseReason : undefined}>
            {(attributes) => (
              <textarea
                {...attributes}
                dir="auto"
                rows={2}
                maxLength={400}
                value={reason}
                onInput={(event) => {
                  setReason(event.currentTarget.value)
                  setMissing(false)
                }}
                class="w-full rounded-sm border border-edge/70 bg-surface px-3 py-2.5 text-base aria-invalid:border-danger"
              />
            )}
          </FieldFrame>
        )}
        {asked && (
          <p role="alert" class="text-sm font-medium">
            {t().admin.onBreakNow(asked.name)}
          </p>
        )}
        <div class="grid grid-cols-2 gap-3">
          <Button onClick={onClose} class="min-h-12">
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
      </form>
    </Dialog>
  )
}
