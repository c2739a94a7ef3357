import { isOffered, transitionBetween, type OrderAction } from '#shared/order-status.ts'
import type { WebhookEvent } from '#shared/webhooks.ts'
import type { OrderRecord } from '../../storage/store.ts'

const eventOf: Record<OrderAction, WebhookEvent> = {
  accept: 'order.accepted',
  decline: 'order.rejected',
  set_off: 'order.on_the_way',
  start_work: 'order.in_progress',
  complete: 'order.completed',
  fail: 'order.failed',
  reopen: 'order.changed',
  release: 'order.released',
  cancel: 'order.cancelled',
  assign: 'order.assigned',
}

/** What happened to the order with `version`, in the order in which it is told. */
export function eventsOf({ history }: Pick<OrderRecord, 'history'>, version: number): WebhookEvent[] {
  const entry = history[version - 1]
  if (!entry) return []
  const before = history[version - 2]
  if (!before) return isOffered(entry.status) ? ['order.placed', 'order.offered'] : ['order.placed']
  if (entry.offered) return ['order.offered']
  const row = transitionBetween(before, entry)
  // A decline that others may still follow leaves the status as it is.
  if (!row || (row.vendor === 'declines' && entry.status === before.status)) return ['order.changed']
  const event = eventOf[row.action]
  return isOffered(entry.status) ? [event, 'order.offered'] : [event]
}
