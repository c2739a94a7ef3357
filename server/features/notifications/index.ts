import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createNotificationStore, notificationRecords } from './notification-records.ts'
import { createNotificationsService } from './notifications.service.ts'
import { notificationRoutes } from './routes.ts'

/** Tells the parties of an order what others did with it, also when they are not looking. */
export const notifications: FeatureModule = {
  name: 'notifications',
  records: [notificationRecords],
  create({ store, events, publish, clock, log }) {
    const stored = createNotificationStore(store)
    const service = createNotificationsService({ notifications: stored, users: store.users, publish })
    events.withEveryChange(service.orderChanged)
    const sweep = createHourlySweep({ what: 'expired notifications', sweep: stored.sweep, clock, log })
    return { routes: notificationRoutes(service), ...sweep }
  },
}
