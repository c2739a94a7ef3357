import type { OrderStatus } from '#shared/order-status.ts'
import { isoTime } from '../../../server/lib/clock.ts'
import { seeded, type Random } from '../../../server/system-tests/lib/numbers.ts'
import { anOrder } from '../../../server/testing/records.ts'
import type { OrderRecord, Store } from '../../../server/storage/store.ts'

/**
 * Whose lists are asked for (server/testing/order-queries.ts); however many orders there are, these two have as many, and
 * as many together: the answers are of one length.
 */
export const ana = { id: 'ana', name: 'Ana Núñez' }
export const bob = { id: 'bob', name: 'Bob Okoro' }
const [ordersOfAna, ordersOfBob, together] = [1_000, 2_000, 20]
/** The newest are still worked on: a shop that has been open for longer has more behind it, not more to do. */
const underWay = 500

const others = 997
const [from, to] = [Date.parse('2025-12-01'), Date.parse('2026-03-01')]
const services = [
  'Boiler repair',
  'Drain unblocking',
  'Lock change',
  'Deep clean',
  'Flat-pack assembly',
  'Appliance repair',
]
const unfinished: readonly OrderStatus[] = ['pending', 'accepted', 'on_the_way', 'in_progress']
const finished: readonly OrderStatus[] = ['completed', 'completed', 'completed', 'cancelled']

/** Fills an empty store with so many orders, spread evenly over some months. */
export async function fill(store: Store, count: number) {
  const random = seeded(7)
  const batch: OrderRecord[] = []
  async function flush() {
    const none = { idempotencyKey: null, bodyHash: null, unpublished: false, published: 1 }
    await store.bulkTransfer.orders.write(batch.map((order) => ({ order, ...none })))
    batch.length = 0
  }
  for (let n = 0; n < count; n++) {
    if (batch.push(nth(n, count, random)) === 1_000) await flush()
  }
  await flush()
}

function nth(n: number, count: number, random: Random): OrderRecord {
  const status = random.pick(n >= count - underWay ? unfinished : finished)
  const someone = random.below(others)
  const customer = random.chance(ordersOfAna / count) ? ana : { id: `c${someone}`, name: `Customer ${someone}` }
  const bobs = customer === ana ? together / ordersOfAna : (ordersOfBob - together) / (count - ordersOfAna)
  const worker = random.chance(bobs) ? bob : { id: `v${someone % 53}`, name: `Vendor ${someone % 53}` }
  const vendor = status === 'pending' ? null : worker
  const service = random.below(services.length)
  const at = isoTime(from + Math.floor(((to - from) * n) / count))
  const number = String(n).padStart(7, '0')
  return anOrder({
    id: `o${number}`,
    number: `${number.slice(0, 4)}-${number.slice(4)}`,
    status,
    customer,
    vendor,
    items: [{ serviceId: `s${service}`, name: services[service] ?? '', quantity: 1, unitPrice: 9_000 }],
    history: [{ status, at, by: { ...customer, role: 'customer' }, note: null, vendor }],
    createdAt: at,
  })
}
