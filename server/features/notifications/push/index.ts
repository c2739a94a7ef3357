import type { Core } from '../../feature.ts'
import type { PreferencesService } from '../preferences.service.ts'
import { channelName, createPushDeliveries } from './deliveries.ts'
import { createPushChannel } from './push-channel.ts'
import { createPushService } from './push-service.ts'
import { pushRoutes } from './routes.ts'
import { createSubscriptionStore, type PushSubscriptionRecord } from './subscription-records.ts'
import { createSubscriptionsService } from './subscriptions.service.ts'
import { createVapidKeys } from './vapid-keys.ts'

/** Web Push: rings browsers that have subscribed, also while the page is closed. */
export function createPush(core: Core, preferences: Pick<PreferencesService, 'wanted'>) {
  const { store, events, outbox, presence, settings, clock, log } = core
  const stored = createSubscriptionStore(store, clock)
  const vapidKeys = createVapidKeys(store)
  async function changed(
    { id, role }: Pick<PushSubscriptionRecord, 'role'> & { id: string },
    left: readonly unknown[],
  ) {
    if (role === 'vendor') await presence.pushChanged(id, left.length > 0)
  }
  const subscriptions = createSubscriptionsService({ subscriptions: stored, settings, changed, clock })
  const service = createPushService({ vapidKeys, settings })
  outbox.channel(
    channelName,
    createPushDeliveries({ store, preferences, subscriptions: stored, end: subscriptions.end, service, clock }),
  )
  const { channel, offers } = createPushChannel({ subscriptions: stored, presence, outbox, clock })
  events.withEveryChange(offers)
  // A browser whose subscription is left by a crash gets nothing: its session is checked before every message.
  events.on('access.revoked', (revocation) => {
    subscriptions
      .revoked(revocation)
      .catch((error: unknown) => log.warn({ error }, 'push subscriptions could not be ended'))
  })
  return {
    /** Vendors whom push reaches may be on duty without a connection. */
    async start(): Promise<void> {
      presence.pushReaches((await stored.ofVendors()).map(({ userId }) => userId))
    },
    channel,
    subscriptions,
    routes: pushRoutes({ subscriptions, outbox, publicKey: async () => (await vapidKeys()).publicKey }),
  }
}
