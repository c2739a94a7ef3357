import type { Actor } from '#shared/actors.ts'
import type { CatalogueEvent } from '#shared/catalogue.ts'
import type { Alert } from '#shared/deadlines.ts'
import type { LocationEvent, TrackingEvent } from '#shared/device-messages.ts'
import type { OrderEvent } from '#shared/orders.ts'
import type { Message } from '#shared/messages.ts'
import type { Notification } from '#shared/notifications.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import type { TopicName } from '#shared/topic-table.ts'
import { filters, publishedSchemas, topicNameOf, topics, type Published } from '#shared/topics.ts'

/** The filters that a page of each role subscribes to, shown or hidden. */
export const subscriptionsOf = (me: Pick<Actor, 'id' | 'role'>): string[] => [
  ...orderSubscriptionsOf(me),
  topics.services,
  topics.notifications(me.id),
  ...(me.role === 'admin' ? [filters.everyAlert] : []),
]

/** Those of orders and vendors. */
export function orderSubscriptionsOf({ id, role }: Pick<Actor, 'id' | 'role'>): string[] {
  switch (role) {
    case 'customer':
      return []
    case 'vendor':
      return [topics.ordersNew, topics.ordersUpdate, topics.vendorStatusOf(id)]
    case 'admin':
      return [topics.ordersNew, topics.ordersUpdate, topics.vendorStatus, filters.everyVendorStatus]
  }
}

/**
 * Those while the page is shown. A customer who is subscribed to their orders is looking at them, and gets no e-mail about
 * them. A hidden page of a customer has nothing to do with them.
 */
export const subscriptionsWhileShown = ({ id, role }: Pick<Actor, 'id' | 'role'>): string[] =>
  role === 'customer' ? [topics.customerOrders(id)] : []

export interface Receivers {
  order(event: OrderEvent): void
  presence(event: VendorStatusEvent): void
  catalogue?(event: CatalogueEvent): void
  notification?(event: Notification): void
  alert?(event: Alert): void
  /** The retained message of this alert was removed. */
  alertRemoved?(topic: string): void
  message?(event: Message): void
  tracked?(event: TrackingEvent): void
  located?(event: LocationEvent): void
}

type Receive = { readonly [Name in TopicName]?: (event: Published[Name]) => void }

/**
 * Parses each payload once, by the topic table, and passes it to its receiver. A payload that does not parse is dropped:
 * the next sync reads the current state.
 */
export function createMessageRouter({
  order,
  presence,
  catalogue,
  notification,
  alert,
  alertRemoved,
  message,
  tracked,
  located,
}: Receivers) {
  const receive: Receive = {
    ordersNew: order,
    ordersUpdate: order,
    customerOrders: order,
    vendorStatus: presence,
    vendorStatusOf: presence,
    services: catalogue,
    notifications: notification,
    alerts: alert,
    orderMessages: message,
    customerTracking: tracked,
    vendorLocation: located,
  }

  function route<Name extends TopicName>(name: Name, payload: string) {
    const receiver = receive[name]
    if (!receiver) return
    const parsed = publishedSchemas[name].safeParse(parseJson(payload))
    if (parsed.success) receiver(parsed.data)
  }

  return (topic: string, payload: string): void => {
    const name = topicNameOf(topic)
    if (name === 'alerts' && payload === '') alertRemoved?.(topic)
    else if (name) route(name, payload)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
