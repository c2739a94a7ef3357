import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createNotificationStore, notificationRecords } from './notification-records.ts'
import { createNotificationsService } from './notifications.service.ts'
import { createPush } from './push/index.ts'
import { pushSubscriptionRecords } from './push/subscription-records.ts'
import { notificationRoutes } from './routes.ts'

/** Tells the parties of an order what others did with it, also when they are not looking. */
export const notifications: FeatureModule = {
  name: 'notifications',
  records: [notificationRecords, pushSubscriptionRecords],
  create(core) {
    const { store, events, publish, clock, log } = core
    const push = createPush(core)
    const stored = createNotificationStore(store)
    const channels = [push.channel]
    const service = createNotificationsService({ notifications: stored, users: store.users, publish, channels })
    events.withEveryChange(service.orderChanged)
    const sweep = createHourlySweep({ what: 'expired notifications', sweep: stored.sweep, clock, log })
    return {
      routes: [...notificationRoutes(service), ...push.routes],
      async start() {
        sweep.start()
        await push.start()
      },
      stop: sweep.stop,
    }
  },
}
