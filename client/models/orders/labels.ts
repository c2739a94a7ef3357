import type { Role } from '#shared/actors.ts'
import type { OrderAction } from '#shared/order-status.ts'
import { t } from '../../i18n/index.ts'

/** The reasons a dialog offers to a role for an action; any other reason is typed. */
export function reasonsFor(action: OrderAction, role: Role): readonly string[] {
  const { decline, release, cancel, releaseByAdmin, cancelByAdmin } = t().orders.reasons
  switch (action) {
    case 'decline':
      return Object.values(decline)
    case 'release':
      return Object.values(role === 'admin' ? releaseByAdmin : release)
    case 'cancel':
      return Object.values(role === 'admin' ? cancelByAdmin : cancel)
    default:
      return []
  }
}
