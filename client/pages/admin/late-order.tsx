import { useState } from 'preact/hooks'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { ClockTime } from '../../components/time.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { showNotice } from '../../models/ui/notices.ts'

/** What the order is late with, until an admin acknowledges it. */
export function LateOrder({ order }: { order: Order }) {
  const { alerts } = useWorkspace()
  const [sending, setSending] = useState(false)
  const alert = alerts.byOrder.value.get(order.id)

  async function acknowledge() {
    if (!alert) return
    setSending(true)
    await alerts.acknowledge(alert).catch((error: unknown) => showNotice(messageOf(error), 'problem'))
    setSending(false)
  }

  return (
    <div role="status" class="empty:hidden">
      {alert && (
        <div
          data-alert={alert.kind}
          class="flex flex-wrap items-center gap-3 rounded-sm bg-pending-soft p-3 text-sm print:hidden"
        >
          <span class="icon-[lucide--alarm-clock] size-4 shrink-0 text-pending" aria-hidden="true" />
          <p class="min-w-40 flex-1">
            <span class="font-semibold">{t().notifications.late[alert.kind]}</span>
            <span class="text-soft">
              , <ClockTime at={alert.since} />
            </span>
          </p>
          <Button size="sm" busy={sending} onClick={() => void acknowledge()}>
            {t().admin.acknowledge}
          </Button>
        </div>
      )}
    </div>
  )
}
