import type { Actor } from '#shared/actors.ts'
import { OrderEvent } from '#shared/orders.ts'
import { VendorStatusEvent } from '#shared/presence.ts'
import { filters, isOrderTopic, topics } from '#shared/topics.ts'

/** What each role listens to. */
export function subscriptionsOf({ id, role }: Pick<Actor, 'id' | 'role'>): string[] {
  switch (role) {
    case 'customer':
      return [topics.customerOrders(id)]
    case 'vendor':
      return [topics.ordersNew, topics.ordersUpdate, topics.vendorStatusOf(id)]
    case 'admin':
      return [topics.ordersNew, topics.ordersUpdate, topics.vendorStatus, filters.everyVendorStatus]
  }
}

export interface Receivers {
  order(event: OrderEvent): void
  presence(event: VendorStatusEvent): void
}

/** Parses each payload once and hands it on. What does not parse is dropped: the next catch-up brings the truth. */
export function createMessageRouter({ order, presence }: Receivers) {
  return (topic: string, payload: string): void => {
    const schema = isOrderTopic(topic) ? OrderEvent : VendorStatusEvent
    const parsed = schema.safeParse(parseJson(payload))
    if (!parsed.success) return
    if ('vendorId' in parsed.data) presence(parsed.data)
    else order(parsed.data)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
