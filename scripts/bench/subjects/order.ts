import type { OrderEvent } from '#shared/orders.ts'
import { isoTime } from '../../../server/lib/clock.ts'
import { newId, newOrderNumber } from '../../../server/lib/ids.ts'
import { newOrder } from '../../../server/services/order-changes.ts'
import { presentEvent } from '../../../server/services/presenters.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'

/** Bytes of an order event as a dashboard receives it. */
export const orderSize = 1_024

/** The order event in the view of an admin. */
export const eventOf = (order: OrderRecord): OrderEvent => presentEvent(order, 'full')

/** A new order whose event is 1 KB of JSON. */
export function benchOrder(): OrderRecord {
  const order = newOrder(
    {
      id: newId(),
      number: newOrderNumber(),
      customer: { id: 'c-bench', name: 'Sam Okafor', role: 'customer' },
      items: [{ serviceId: newId(), name: 'Boiler service', quantity: 2, unitPrice: 9500 }],
      currency: 'USD',
      contact: { phone: '+49 30 123456', address: '9 Linden Street, Berlin' },
      notes: '',
      scheduledFor: null,
    },
    isoTime(Date.now()),
  )
  return { ...order, notes: 'x'.repeat(orderSize - JSON.stringify(eventOf(order)).length) }
}
