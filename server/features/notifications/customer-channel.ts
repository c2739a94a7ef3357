import type { PageLocale } from '#shared/locale.ts'
import type { NotificationChannelName, PreferenceEvent } from '#shared/notification-preferences.ts'
import type { Clock } from '../../lib/clock.ts'
import { UndeliverableError } from '../../lib/errors.ts'
import { z } from '../../lib/zod.ts'
import type { KnownCustomer } from '../../services/customers.service.ts'
import { asOf } from '../../services/order-changes.ts'
import { requestOf } from '../../services/order-requests.ts'
import type { DeliveryChannel, Outbox } from '../../services/outbox.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { Core } from '../feature.ts'
import { isRecent, type NotificationChannel } from './channels.ts'
import { hasMail, mailEvents, type MailEvent } from './mail/texts/index.ts'
import { notificationIdOf } from './recipients.ts'

export interface CustomerChannelDependencies {
  store: { orders: Pick<Store['orders'], 'byId'> }
  customers: Core['customers']
  outbox: Pick<Outbox, 'add'>
  preferences: {
    wanted(channel: NotificationChannelName, told: { userId: string; event: PreferenceEvent }[]): Promise<object[]>
    localeOf(userId: string): Promise<PageLocale>
  }
  isWatching: Core['isWatching']
  trackingUrl: Core['trackingUrl']
  publicUrl: () => string
  clock: Pick<Clock, 'now'>
}

/** `order`: as it was when the event happened. */
export interface CustomerMessage {
  /** Of the delivery: the same when it is sent again. */
  id: string
  event: MailEvent
  order: OrderRecord
  customer: Pick<KnownCustomer, 'id' | 'email'>
  locale: PageLocale
  /** Of the order's page. */
  url: string
}

export interface CustomerChannelOptions {
  /** Of the channel in the outbox. */
  name: string
  preference: NotificationChannelName
  /** What this channel tells of. */
  events: readonly MailEvent[]
  deliver(message: CustomerMessage, signal: AbortSignal): Promise<string | null>
}

/** Ids only: a message is written from the stored order when it is sent. */
const Payload = z.object({ orderId: z.string(), version: z.int(), event: z.enum(mailEvents) })

/** Tells customers of their orders by messages through the outbox, while they do not look at the page. */
export function createCustomerChannel(dependencies: CustomerChannelDependencies, options: CustomerChannelOptions) {
  const { store, customers, outbox, preferences, isWatching, trackingUrl, publicUrl, clock } = dependencies
  const { name, preference, events, deliver } = options

  async function add(id: string, order: OrderRecord, version: number, event: MailEvent) {
    if (!events.includes(event)) return
    const { id: orderId, customer } = order
    const payload = { orderId, version, event }
    const queue = `${name} ${customer.id}`
    await outbox.add({ id: `${name}-${id}`, channel: name, queue, payload, requestId: requestOf(order) })
  }

  const channel: DeliveryChannel = {
    async send({ id, payload }, signal) {
      const { orderId, version, event } = Payload.parse(payload)
      const order = await store.orders.byId(orderId)
      const customer = order && (await customers.byId(order.customer.id))
      if (!order || !customer) throw new UndeliverableError('the order or its customer no longer exists')
      const [wanted] = await preferences.wanted(preference, [{ userId: customer.id, event }])
      if (!wanted) return 'not sent: the customer does not want it'
      if (await isWatching(customer.id, orderId)) return 'not sent: the customer looks at the page'
      const locale = await preferences.localeOf(customer.id)
      // Without an account the customer cannot sign in to the order's page.
      const tracking = customer.hasAccount ? null : await trackingUrl(orderId)
      const url = tracking ?? `${publicUrl()}/orders/${orderId}`
      return await deliver({ id, event, order: asOf(order, version), customer, locale, url }, signal)
    },
  }

  const tell: NotificationChannel['tell'] = async (told, order) => {
    for (const notification of told) {
      const { id, userId } = notification
      if (userId === order.customer.id && hasMail(notification)) await add(id, order, order.version, notification.event)
    }
  }

  return {
    name,
    channel,
    tell,

    /** A receipt of the order itself, which its customer is not told of otherwise. */
    async orderPlaced(order: OrderRecord, published: number): Promise<void> {
      if (published > 0 || !isRecent(order.createdAt, clock)) return
      await add(notificationIdOf(order.id, 1, order.customer.id), order, 1, 'order.placed')
    },
  }
}
