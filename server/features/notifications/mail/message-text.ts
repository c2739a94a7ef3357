import type { PageLocale } from '#shared/locale.ts'
import type { MessageText } from '#shared/notification-preferences.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import { DomainError } from '../../../lib/errors.ts'
import { asOf } from '../../../services/order-changes.ts'
import type { OrderRecord, Store } from '../../../storage/store.ts'
import type { Core } from '../../feature.ts'
import { mailContent } from './content.ts'
import { plainText } from '../../../lib/mail/plain-text.ts'
import type { MailEvent } from './texts/index.ts'

export interface MessageTextDependencies {
  store: { orders: Pick<Store['orders'], 'byId'> }
  customers: Core['customers']
  localeOf(userId: string): Promise<PageLocale>
  trackingUrl: Core['trackingUrl']
  publicUrl: () => string
}

const eventOfStatus: Readonly<Record<OrderStatus, MailEvent | null>> = {
  pending: 'order.released',
  accepted: 'order.accepted',
  on_the_way: 'order.on_the_way',
  in_progress: null,
  completed: 'order.completed',
  failed: 'order.failed',
  rejected: 'order.rejected',
  cancelled: 'order.cancelled',
}

/** What led to version `n + 1`. A decline and a new name leave the status as it was. */
function eventAt({ history }: OrderRecord, n: number): MailEvent | null {
  const [before, entry] = [history[n - 1], history[n]]
  if (!before || !entry) return 'order.placed'
  if (entry.renamed || entry.changed || (before.status === entry.status && !entry.assigned)) return null
  return eventOfStatus[entry.status]
}

/** The text of an e-mail, for an admin to copy: without SMTP, or to send it by other means. */
export const createMessageText =
  ({ store, customers, localeOf, trackingUrl, publicUrl }: MessageTextDependencies) =>
  /** Of the newest event, or of the newest one of this kind. Throws not_found. */
  async (orderId: string, wanted?: MailEvent): Promise<MessageText> => {
    const order = await store.orders.byId(orderId)
    const customer = order && (await customers.byId(order.customer.id))
    const events = order?.history.map((_, n) => eventAt(order, n)) ?? []
    const n = events.findLastIndex((event) => (wanted ? event === wanted : event !== null))
    const event = events[n]
    if (!order || !customer || !event) throw new DomainError('not_found')
    const tracking = customer.hasAccount ? null : await trackingUrl(order.id)
    const links = { order: tracking ?? `${publicUrl()}/orders/${order.id}`, unsubscribe: null }
    const content = mailContent(asOf(order, n + 1), event, await localeOf(customer.id), links)
    const { name, email } = customer
    return {
      to: { name, email, phone: order.contact.phone },
      language: content.language,
      subject: content.subject,
      text: plainText(content),
    }
  }
