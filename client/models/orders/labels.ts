import type { Role } from '#shared/actors.ts'
import type { OrderAction } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import type { Reason, ReasonListName } from '#shared/reasons.ts'
import { t } from '../../i18n/index.ts'

/**
 * The reasons a dialog offers to a role for an action; any other reason is typed. A vendor can call an offer too far away
 * only if it says where it is.
 */
export function reasonsFor(action: OrderAction, role: Role, { contact }: Pick<Order, 'contact'>): readonly string[] {
  const { decline, release, fail, cancel, releaseByAdmin, cancelByAdmin } = t().orders.reasons
  switch (action) {
    case 'decline':
      return [...(contact?.area ? [decline.distance] : []), decline.time, decline.skill]
    case 'release':
      return Object.values(role === 'admin' ? releaseByAdmin : release)
    case 'fail':
      return Object.values(fail)
    case 'cancel':
      return Object.values(role === 'admin' ? cancelByAdmin : cancel)
    default:
      return []
  }
}

/** The reasons of a list that the business has none of its own for. */
export const standardReasons = (list: ReasonListName): Reason[] =>
  Object.entries(t().orders.reasons[list]).map(([code, text]) => ({ code, text }))
