import { activeStatuses } from '#shared/order-status.ts'
import type { Order, OrderEvent } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { historyLabel, noteOf } from '../orders/progress.ts'

/**
 * What an event tells a vendor about a change of one of their jobs by another person; null when it is none. `before`: the
 * order as it was loaded. `assigned`: it has become this vendor's job. A new name is shown, and nothing else is told.
 */
export function otherChange(
  vendorId: string,
  before: Order | undefined,
  event: OrderEvent,
): { text: string; assigned: boolean } | null {
  const was = isJobOf(vendorId, before)
  const say = (number: string, what: string) => t().vendor.otherChange(number, what)
  if ('gone' in event) {
    if (!was || !before) return null
    return { text: say(before.number, t().orders.leaving.reassigned), assigned: false }
  }
  const is = isJobOf(vendorId, event)
  const at = event.history.findLastIndex(({ renamed }, n) => !renamed && n >= (before?.version ?? 0))
  const last = event.history[at]
  if ((!was && !is) || !last || last.by.id === vendorId) return null
  const released = was && event.vendor === null
  const label = released ? t().vendor.takenBack : historyLabel(last, event.history[at - 1])
  const why = noteOf(last)
  return { text: say(event.number, why ? `${label}: ${why}` : label), assigned: is && !was }
}

const isJobOf = (vendorId: string, order: Order | undefined): boolean =>
  order?.vendor?.id === vendorId && activeStatuses.includes(order.status)
