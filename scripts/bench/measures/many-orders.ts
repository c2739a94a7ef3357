import { openStatuses, type OrderStatus } from '#shared/order-status.ts'
import { isoTime } from '../../../server/lib/clock.ts'
import { seeded, type Random } from '../../../server/system-tests/lib/numbers.ts'
import { anOrder } from '../../../server/testing/records.ts'
import type { OrderRecord, Store } from '../../../server/storage/store.ts'

/**
 * The accounts whose lists are queried (server/testing/order-queries.ts). They have the same number of orders in every
 * size of store, so that the results have the same length.
 */
export const ana = { id: 'ana', name: 'Ana Núñez' }
export const bob = { id: 'bob', name: 'Bob Okoro' }
const [ordersOfAna, ordersOfBob, ordersOfBoth] = [1_000, 2_000, 20]
/** The newest orders are open. A larger store has more finished orders, not more open ones. */
const openOrders = 500

const others = 997
const threeMonths = [Date.parse('2025-12-01'), Date.parse('2026-03-01')] as const
const services = [
  'Boiler repair',
  'Drain unblocking',
  'Lock change',
  'Deep clean',
  'Flat-pack assembly',
  'Appliance repair',
]
const finished: readonly OrderStatus[] = ['completed', 'completed', 'completed', 'cancelled']

/** Fills an empty store with that many orders, spread evenly over the time. */
export async function fill(
  store: Store,
  count: number,
  time: readonly [from: number, to: number] = threeMonths,
  onProgress: (stored: number) => void = () => {},
) {
  const random = seeded(7)
  const batch: OrderRecord[] = []
  async function flush() {
    const bookkeeping = { idempotencyKey: null, bodyHash: null, unpublished: false, published: 1 }
    await store.bulkTransfer.orders.write(batch.map((order) => ({ order, ...bookkeeping })))
    batch.length = 0
  }
  for (let n = 0; n < count; n++) {
    if (batch.push(createNth(n, count, time, random)) < 1_000) continue
    await flush()
    onProgress(n + 1)
  }
  await flush()
}

function createNth(n: number, count: number, [from, to]: readonly [number, number], random: Random): OrderRecord {
  const status = random.pick(n >= count - openOrders ? openStatuses : finished)
  const other = random.below(others)
  const customer = random.chance(ordersOfAna / count) ? ana : { id: `c${other}`, name: `Customer ${other}` }
  const chanceOfBob =
    customer === ana ? ordersOfBoth / ordersOfAna : (ordersOfBob - ordersOfBoth) / (count - ordersOfAna)
  const worker = random.chance(chanceOfBob) ? bob : { id: `v${other % 53}`, name: `Vendor ${other % 53}` }
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
