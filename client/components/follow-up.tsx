import { useState } from 'preact/hooks'
import { PlaceFollowUp } from '#shared/order-input.ts'
import { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import { messageOf } from '../models/session/api-error.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { useWorkspace } from './workspace-context.ts'

/** Places an order that could not be completed once more, and links to the orders before and after it. */
export function FollowUp({ order }: { order: Order }) {
  const { api, orders, me } = useWorkspace()
  const [busy, setBusy] = useState(false)
  const { followUp, followUpOf, status } = order
  const mayPlace = status === 'failed' && me.role !== 'customer' && !followUp

  async function place() {
    setBusy(true)
    try {
      const path = `/orders/${encodeURIComponent(order.id)}/follow-up`
      const placed = await api.post(path, Order, PlaceFollowUp.parse({}))
      orders.apply(placed)
      showNotice(t().followUp.placed(placed.number))
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    } finally {
      setBusy(false)
    }
  }

  if (!mayPlace && !followUp && !followUpOf) return null
  return (
    <div class="grid gap-2 text-sm print:hidden">
      {followUpOf && (
        <a href={`/orders/${followUpOf.id}`} class="hit inline-flex items-center text-accent underline">
          {t().followUp.of(followUpOf.number)}
        </a>
      )}
      {followUp && me.role !== 'vendor' && (
        <a href={`/orders/${followUp.id}`} class="hit inline-flex items-center text-accent underline">
          {t().followUp.next(followUp.number)}
        </a>
      )}
      {followUp && me.role === 'vendor' && <p class="text-soft">{t().followUp.next(followUp.number)}</p>}
      {mayPlace && (
        <Button class="min-h-11" icon="icon-[lucide--repeat]" busy={busy} onClick={() => void place()}>
          {t().followUp.place}
        </Button>
      )}
    </div>
  )
}
