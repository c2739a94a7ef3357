import { logLevelOf } from '../../lib/errors.ts'
import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createMail } from './mail/index.ts'
import { createNotificationStore, keptFor, notificationRecords } from './notification-records.ts'
import { createNotificationsService } from './notifications.service.ts'
import { createPersonalData } from './personal-data.ts'
import { createPreferenceStore, preferenceRecords } from './preference-records.ts'
import { preferenceRoutes } from './preference-routes.ts'
import { createPreferencesService } from './preferences.service.ts'
import { createPush } from './push/index.ts'
import { pushSubscriptionRecords } from './push/subscription-records.ts'
import { createSms } from './sms-channel.ts'
import { smsCountRecords } from './sms-count.ts'
import { notificationRoutes } from './routes.ts'

/** Tells the parties of an order what others did with it, also when they are not looking. */
export const notifications: FeatureModule = {
  name: 'notifications',
  records: [notificationRecords, preferenceRecords, pushSubscriptionRecords, smsCountRecords],
  create(core) {
    const { store, events, publish, mailer, settings, languageOf, clock, log } = core
    const stored = createNotificationStore(store)
    const preferences = createPreferencesService({
      preferences: createPreferenceStore(store),
      channels: [
        'page',
        'push',
        ...(mailer.isConfigured ? (['email'] as const) : []),
        ...(settings.sms ? (['sms'] as const) : []),
      ],
      languageOf,
      clock,
    })
    const mail = createMail(core, preferences)
    const sms = createSms(core, preferences)
    const push = createPush(core, preferences)
    const service = createNotificationsService({
      notifications: stored,
      users: store.users,
      publish,
      preferences,
      channels: [push.channel, ...mail.channels, ...sms.channels],
      clock,
    })
    events.withEveryChange(service.orderChanged)
    events.withEveryLateOrder(service.orderLate)
    events.withEveryMessage(service.messageReceived)
    events.on('messages.read', (read) => {
      service
        .messagesRead(read)
        .catch((error: unknown) => log[logLevelOf(error)]({ error }, 'notifications of messages stayed unread'))
    })
    const sweep = createHourlySweep({
      what: 'expired notifications',
      sweep: (now) => Promise.all([stored.sweep(now), sms.sweep(now)]),
      clock,
      log,
    })
    return {
      routes: [...notificationRoutes(service), ...preferenceRoutes(preferences), ...push.routes, ...mail.routes],
      async start() {
        sweep.start()
        await push.start()
      },
      stop: sweep.stop,
      async ordersRemoved(orders) {
        // Notifications of older orders have expired.
        const recent = orders.filter(({ updatedAt }) => Date.parse(updatedAt) > clock.now() - keptFor)
        if (recent.length > 0) await stored.removeAbout(new Set(recent.map(({ id }) => id)))
      },
      personalData: createPersonalData({ store, subscriptions: push.subscriptions }),
    }
  },
}
