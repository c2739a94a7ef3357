import { isoTime, systemClock } from '../../server/lib/clock.ts'
import { newId } from '../../server/lib/ids.ts'
import { createStore } from '../../server/storage/create-store.ts'
import type { OrderRecord } from '../../server/storage/store.ts'

/** Statuses in which an order can be assigned to another vendor. */
const statuses = ['pending', 'accepted', 'on_the_way'] as const
const services = ['Boiler service', 'Window cleaning', 'Bicycle repair', 'Garden care']
const minute = 60_000

/** An open order; creation times are spread over the last hour, and the vendors take turns. */
function liveOrder(index: number, count: number, vendors: readonly { id: string; name: string }[]): OrderRecord {
  const id = newId()
  const customer = { id: `customer-${index % 400}`, name: `Customer ${index % 400}` }
  const status = statuses[index % statuses.length] ?? 'pending'
  const vendor = status === 'pending' ? null : (vendors[index % vendors.length] ?? null)
  const createdAt = isoTime(Math.round(systemClock.now() - minute - ((count - index) / count) * 60 * minute))
  const by = { ...customer, role: 'customer' } as const
  return {
    id,
    number: `${String(Math.floor(index / 1000)).padStart(3, '0')}-${String(index % 1000).padStart(3, '0')}`,
    status,
    version: 1,
    customer,
    vendor,
    contact: { phone: '+49 30 5550123', address: 'Lindenstraße 9, 10969 Berlin' },
    items: [{ serviceId: 'any', name: services[index % services.length] ?? '', quantity: 1, unitPrice: 9500 }],
    totalAmount: 9500,
    currency: 'USD',
    notes: index % 3 === 0 ? 'Ring twice, the bell is weak.' : '',
    scheduledFor: null,
    history: [{ status: 'pending', at: createdAt, by, note: null, vendor: null }],
    createdAt,
    updatedAt: createdAt,
    declinedBy: [],
  }
}

/** Writes that many open orders, newest last, into the database of a stopped server. Resolves to the orders. */
export async function seedOrders(
  dataDir: string,
  count: number,
  vendors: readonly { id: string; name: string }[],
): Promise<OrderRecord[]> {
  const store = await createStore({ mongoUri: null, dataDir }, { clock: systemClock, server: false, records: [] })
  await store.start()
  const created = Array.from({ length: count }, (_, index) => liveOrder(index, count, vendors))
  const chunkSize = 500
  for (let from = 0; from < count; from += chunkSize) {
    const orders = created.slice(from, from + chunkSize)
    await Promise.all(orders.map((order) => store.orders.create(order)))
    // No client is connected, so none of them has to be published.
    await store.orders.markPublished(orders)
  }
  await store.stop()
  return created
}
