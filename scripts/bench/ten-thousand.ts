import { isoTime, systemClock } from '../../server/lib/clock.ts'
import { newId } from '../../server/lib/ids.ts'
import { createStore } from '../../server/storage/create-store.ts'
import type { OrderRecord } from '../../server/storage/store.ts'

/** Those that can be given to another vendor. */
const statuses = ['pending', 'accepted', 'on_the_way'] as const
const services = ['Boiler service', 'Window cleaning', 'Bicycle repair', 'Garden care']
const minute = 60_000

/** Orders that all still need somebody, one every few seconds of the hours before now, as twenty vendors have them. */
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

/** Puts that many live orders into the database of a server that does not run, newest last; resolves to them. */
export async function seedOrders(
  dataDir: string,
  count: number,
  vendors: readonly { id: string; name: string }[],
): Promise<OrderRecord[]> {
  const store = await createStore({ mongoUri: null, dataDir }, { clock: systemClock, server: false })
  await store.start()
  const made = Array.from({ length: count }, (_, index) => liveOrder(index, count, vendors))
  const slice = 500
  for (let from = 0; from < count; from += slice) {
    const orders = made.slice(from, from + slice)
    await Promise.all(orders.map((order) => store.orders.create(order)))
    // Nobody waits to be told of them: who looks reads the list.
    await store.orders.markPublished(orders)
  }
  await store.stop()
  return made
}
