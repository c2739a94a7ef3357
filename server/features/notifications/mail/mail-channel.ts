import type { PageLocale, PreferenceEvent } from '#shared/notification-preferences.ts'
import { isoTime, type Clock } from '../../../lib/clock.ts'
import { UndeliverableError } from '../../../lib/errors.ts'
import type { Mailer } from '../../../lib/mailer.ts'
import { z } from '../../../lib/zod.ts'
import { asOf } from '../../../services/order-changes.ts'
import { giveUpAfter, type DeliveryChannel, type Outbox } from '../../../services/outbox.ts'
import type { OrderRecord, Store } from '../../../storage/store.ts'
import type { NotificationChannel } from '../channels.ts'
import { notificationIdOf } from '../recipients.ts'
import { mailContent } from './content.ts'
import { html } from './html.ts'
import { plainText } from './plain-text.ts'
import { hasMail, mailEvents, type MailEvent } from './texts/index.ts'

export interface MailChannelDependencies {
  store: { orders: Pick<Store['orders'], 'byId'>; users: Pick<Store['users'], 'byId'> }
  outbox: Pick<Outbox, 'add'>
  mailer: Pick<Mailer, 'send'>
  preferences: {
    wanted(channel: 'email', told: { userId: string; event: PreferenceEvent }[]): Promise<object[]>
    localeOf(userId: string): Promise<PageLocale>
  }
  isConnected(userId: string): Promise<boolean>
  publicUrl: () => string
  unsubscribeUrl: (userId: string) => string
  clock: Pick<Clock, 'now'>
}

/** The name of the channel in the outbox. */
export const mailChannelName = 'mail'

/** Ids only: a mail is written from the stored order when it is sent. */
const Payload = z.object({ orderId: z.string(), version: z.int(), event: z.enum(mailEvents) })

/** Tells customers of their orders by e-mail. */
export function createMailChannel(dependencies: MailChannelDependencies) {
  const { store, outbox, mailer, preferences, isConnected, publicUrl, unsubscribeUrl, clock } = dependencies

  const add = (id: string, { id: orderId, version, customer }: OrderRecord, event: MailEvent) =>
    outbox.add({
      id: `${mailChannelName}-${id}`,
      channel: mailChannelName,
      queue: `${mailChannelName} ${customer.id}`,
      payload: { orderId, version, event },
    })

  /** An older change was told long ago: the outbox forgets after days which messages it had. */
  const isRecent = (at: string) => at > isoTime(clock.now() - giveUpAfter)

  const channel: DeliveryChannel = {
    async send({ id, payload }, signal) {
      const { orderId, version, event } = Payload.parse(payload)
      const order = await store.orders.byId(orderId)
      const customer = order && (await store.users.byId(order.customer.id))
      if (!order || !customer?.active) throw new UndeliverableError('the order or its customer no longer exists')
      const { id: userId, email } = customer
      const [wanted] = await preferences.wanted('email', [{ userId, event }])
      if (!wanted) return 'not sent: the customer does not want it'
      if (await isConnected(userId)) return 'not sent: the customer has the page open'
      const url = publicUrl()
      const links = { order: `${url}/orders/${orderId}`, unsubscribe: unsubscribeUrl(userId) }
      const content = mailContent(asOf(order, version), event, await preferences.localeOf(userId), links)
      const host = new URL(url).hostname
      return await mailer.send(
        {
          to: email,
          subject: content.subject,
          text: plainText(content),
          html: html(content),
          // The same when the mail is sent again after a crash, so that a receiver recognises it.
          messageId: `<${id}@${host}>`,
          headers: {
            'X-Callout-Delivery': id,
            References: `<order-${orderId}@${host}>`,
            'Auto-Submitted': 'auto-generated', // RFC 3834: no out-of-office replies
            'List-Unsubscribe': `<${links.unsubscribe}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click', // RFC 8058
          },
        },
        signal,
      )
    },
  }

  const tells: NotificationChannel = {
    async tell(told, order) {
      for (const notification of told) {
        const { id, userId, at } = notification
        if (userId !== order.customer.id || !hasMail(notification) || !isRecent(at)) continue
        await add(id, order, notification.event)
      }
    },
  }

  return {
    channel,
    tell: tells.tell,

    /** A receipt of the order itself, which its customer is not told of otherwise. */
    async orderPlaced(order: OrderRecord, published: number): Promise<void> {
      if (published > 0 || !isRecent(order.createdAt)) return
      await add(notificationIdOf(order.id, 1, order.customer.id), asOf(order, 1), 'order.placed')
    },
  }
}
