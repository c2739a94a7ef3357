import type { OrderAction } from '#shared/order-status.ts'
import { t } from '../../i18n/index.ts'

/** The reasons a dialog offers for an action; any other reason is typed. */
export function reasonsFor(action: OrderAction): readonly string[] {
  const { decline, release, cancel } = t().orders.reasons
  switch (action) {
    case 'decline':
      return Object.values(decline)
    case 'release':
      return Object.values(release)
    case 'cancel':
      return Object.values(cancel)
    default:
      return []
  }
}
