import { createHash } from 'node:crypto'
import { PushMessage } from '#shared/push.ts'
import { id } from '#shared/fields.ts'
import { viewFor } from '../../../auth/permissions.ts'
import { isoTime, type Clock } from '../../../lib/clock.ts'
import { UndeliverableError } from '../../../lib/errors.ts'
import { z } from '../../../lib/zod.ts'
import type { DeliveryChannel, NewDelivery } from '../../../services/outbox.ts'
import type { Store } from '../../../storage/store.ts'
import type { PreferencesService } from '../preferences.service.ts'
import type { PushOptions, PushService } from './push-service.ts'
import type { SubscriptionStore, PushSubscriptionRecord } from './subscription-records.ts'
import type { SubscriptionsService } from './subscriptions.service.ts'

export const channelName = 'push'

const Payload = z.object({ subscription: id, message: PushMessage })

/** Each subscription is a queue of its own: a push service that does not answer delays no other browser. */
export const deliveryOf = (
  { id: subscription }: Pick<PushSubscriptionRecord, 'id'>,
  message: PushMessage,
): NewDelivery => ({
  id: `push ${message.id} ${subscription}`,
  channel: channelName,
  queue: `push ${subscription}`,
  payload: { subscription, message } satisfies z.infer<typeof Payload>,
})

/** What the recipient has to act on at once; an offer that is older than a quarter of an hour is mostly taken. */
const urgent: readonly PushMessage['event'][] = [
  'order.offered',
  'order.assigned',
  'order.cancelled',
  'order.late',
  'order.on_the_way',
  'test',
]
const [quarterHour, day] = [900, 86_400]

function optionsOf({ event, order }: PushMessage): PushOptions {
  return {
    ttl: event === 'order.offered' || event === 'test' ? quarterHour : day,
    urgency: urgent.includes(event) ? 'high' : 'normal',
    topic: order ? createHash('sha256').update(order.id).digest('base64url').slice(0, 32) : undefined,
  }
}

export interface PushDeliveriesDependencies {
  store: Pick<Store, 'orders' | 'users'>
  preferences: Pick<PreferencesService, 'wanted'>
  subscriptions: Pick<SubscriptionStore, 'get' | 'used'>
  end: SubscriptionsService['end']
  service: PushService
  clock: Pick<Clock, 'now'>
}

/** Sends one message to one browser, if that browser may still have it. */
export function createPushDeliveries(dependencies: PushDeliveriesDependencies): DeliveryChannel {
  const { store, preferences, subscriptions, end, service, clock } = dependencies

  async function isStillOffered(userId: string, orderId: string): Promise<boolean> {
    const order = await store.orders.byId(orderId)
    return order !== null && viewFor({ id: userId, role: 'vendor' }, order) === 'offer'
  }

  return {
    async send({ payload }, signal) {
      const { subscription: subscriptionId, message } = Payload.parse(payload)
      const subscription = await subscriptions.get(subscriptionId)
      if (!subscription) return 'the subscription has ended'
      const { userId, sessionId } = subscription
      const user = await store.users.inSession(userId, sessionId)
      if (!user?.active) {
        await end(subscription)
        return 'the session has ended'
      }
      const { event } = message
      if (event !== 'test' && (await preferences.wanted('push', [{ userId, event }])).length === 0) {
        return 'not sent: the person does not want it, or not now'
      }
      if (message.event === 'order.offered' && message.order && !(await isStillOffered(userId, message.order.id))) {
        return 'no longer offered'
      }
      const { status, text } = await service.send(subscription, JSON.stringify(message), optionsOf(message), signal)
      const answer = text ? `${status} ${text}` : String(status)
      // RFC 8030, 7.3: the subscription has expired, or the browser has ended it.
      if (status === 404 || status === 410) {
        await end(subscription)
        return answer
      }
      if (status === 429 || status >= 500) throw new Error(answer)
      if (status < 200 || status > 299) throw new UndeliverableError(answer)
      const hour = isoTime(clock.now()).replace(/\d\d:\d\d\.\d{3}/, '00:00.000')
      if (subscription.lastUsedAt !== hour) await subscriptions.used(subscriptionId, hour)
      return answer
    },
  }
}
