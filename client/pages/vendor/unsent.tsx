import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { ClockTime } from '../../components/time.tsx'
import { useOrderActions } from '../../components/use-order-actions.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import type { Conflict } from '../../models/orders/order-actions.ts'
import type { PendingChange } from '../../models/orders/pending-changes.ts'

/** Changes of an order that wait for a connection, with their times. */
export function Unsent({ orderId }: { orderId: string }) {
  const waiting = useOrderActions().pending.value.filter((change) => change.orderId === orderId && change.late)
  const messages = useWorkspace().messages.outgoing.value.filter((one) => one.orderId === orderId && one.late)
  const photos =
    waiting.reduce((count, { files = [] }) => count + files.length, 0) +
    useWorkspace().uploads.items.value.filter((one) => one.orderId === orderId && one.late).length
  if (waiting.length + messages.length + photos === 0) return null
  return (
    <div role="status" class="grid gap-1 rounded-sm border border-dashed border-edge/70 px-3 py-2.5 text-sm">
      <p class="flex items-center gap-2 font-medium">
        <span class="icon-[lucide--cloud-upload] size-4 shrink-0 text-soft" aria-hidden="true" />
        {t().vendor.waitsToBeSent}
      </p>
      {waiting.length > 0 && <ChangeTimes changes={waiting} />}
      {photos > 0 && <p class="ps-6">{t().files.waiting(photos)}</p>}
      {messages.length > 0 && <p class="ps-6">{t().messages.waiting(messages.length)}</p>}
    </div>
  )
}

/** Changes that the server refused after they had waited. They stay until the vendor dismisses them. */
export function Conflicts() {
  const actions = useOrderActions()
  return actions.conflicts.value.map((conflict) => (
    <ConflictPanel key={conflict.changes[0]?.commandId} conflict={conflict} onRead={() => actions.forget(conflict)} />
  ))
}

function ConflictPanel({ conflict: { changes, reason }, onRead }: { conflict: Conflict; onRead(): void }) {
  return (
    <section role="alert" class="mb-4 grid gap-2 rounded-md border border-danger bg-danger-soft p-4 text-sm">
      <h2 class="flex items-center gap-2 font-semibold">
        <span class="icon-[lucide--triangle-alert] size-4 shrink-0 text-danger" aria-hidden="true" />
        {t().vendor.changedMeanwhile(changes[0]?.number ?? '')}
      </h2>
      <p>{t().vendor.notApplied(reason)}</p>
      <ChangeTimes changes={changes} />
      <Button size="sm" class="mt-1 justify-self-start" onClick={onRead}>
        {t().vendor.iHaveReadIt}
      </Button>
    </section>
  )
}

function ChangeTimes({ changes }: { changes: readonly PendingChange[] }) {
  return (
    <ul class="grid gap-0.5 ps-6">
      {changes.map(({ commandId, action, occurredAt }) => (
        <li key={commandId} class="flex justify-between gap-4">
          <span>{action === 'pay' ? t().payments.paidCash : t().orders.actions[action]}</span>
          <ClockTime at={occurredAt} class="text-soft" />
        </li>
      ))}
    </ul>
  )
}
