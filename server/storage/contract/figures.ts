import * as assert from 'uvu/assert'
import type { Figures } from '#shared/figures.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import { anOrder } from '../../testing/records.ts'
import { DuplicateError, type OrderFigures, type OrderRecord, type Store } from '../store.ts'
import { recount, type Recount } from '../testing/recount.ts'
import type { RegisterTest } from './rule.ts'

export const everything = { from: '2020-01-01T00:00:00.000Z', to: '2030-01-01T00:00:00.000Z' }

export function figuresContract(it: RegisterTest) {
  it('figures equal a recount of the orders, after they were placed, changed, edited, replaced in bulk and removed', async (store) => {
    const { orders, bulkTransfer } = store
    const write = (some: OrderRecord[]) =>
      bulkTransfer.orders.write(
        some.map((order) => ({ order, idempotencyKey: null, bodyHash: null, unpublished: false, published: 1 })),
      )
    const created = Array.from({ length: 1000 }, (_, n) => nth(n, lives[n % lives.length]))
    await write(created.slice(60))
    for (const order of created.slice(0, 60)) await orders.create(order)
    await same(store, [everything])
    for (const [n, order] of created.slice(0, 60).entries()) {
      const { id, number, createdAt } = order
      await orders.replace({ ...nth(n, lives[(n + 1) % lives.length]), id, number, createdAt, version: 2 }, 1)
    }
    await write(created.slice(60, 600).map((order, n) => ({ ...order, ...change(nth(n, lives[n % 3])) })))
    assert.is((await orders.remove(created.slice(600, 630))).length, 30)
    // Refused in the middle of a batch, by its number.
    const [unknown, known] = [anOrder(), created[700]]
    assert.ok(known)
    const refused = await write([nth(3), { ...unknown, number: known.number }]).catch((error: unknown) => error)
    assert.instance(refused, DuplicateError)
    const hours = ['2026-01-31T23', '2026-02-01T00', '2026-02-03T07', '2026-03-01T00', '2026-04-02T05']
    const [first = '', ...later] = hours.map((time) => `${time}:00:00.000Z`)
    await same(store, [
      everything,
      ...later.flatMap((time, n) => [
        { from: first, to: time },
        { from: time, to: later[n + 1] ?? time },
      ]),
    ])
  })

  it('an order leaves the figures with its removal', async ({ orders }) => {
    const order = anOrder({ status: 'cancelled' })
    await orders.create(order)
    await orders.markPublished([order])
    assert.equal((await orders.figures(everything)).all.statuses, { cancelled: 1 })
    await orders.remove([order])
    const { all, hours } = await orders.figures(everything)
    assert.equal([all.total, hours.size], [0, 0])
    await orders.create(anOrder())
    assert.equal((await orders.figures(everything)).all.statuses, { pending: 1 }, 'the next order is counted alone')
  })
}

/** Ways through the statuses: released, reassigned, failed or cancelled ones too. */
const lives: readonly (readonly OrderStatus[])[] = [
  ['pending', 'accepted', 'on_the_way', 'in_progress', 'completed'],
  ['pending', 'accepted', 'on_the_way', 'pending', 'accepted', 'on_the_way', 'in_progress', 'completed'],
  ['pending', 'accepted', 'on_the_way', 'in_progress', 'accepted', 'on_the_way', 'in_progress'],
  ['pending', 'pending', 'cancelled'],
  ['pending', 'accepted', 'accepted', 'cancelled'],
  ['pending', 'accepted', 'on_the_way', 'in_progress', 'completed', 'completed', 'in_progress', 'completed'],
  ['pending', 'accepted', 'on_the_way', 'on_the_way'],
  ['pending'],
  ['pending', 'rejected'],
]

const hour = 3_600_000

/** Spread over three months, two vendors, three services and two currencies. */
function nth(n: number, life: readonly OrderStatus[] = ['pending']): OrderRecord {
  const createdAt = Date.parse('2026-01-15T00:00:00.000Z') + ((n * 37) % 2000) * hour + ((n * 7919) % hour)
  let at = createdAt
  const vendor = life.includes('accepted') && life.at(-1) !== 'pending' ? { id: `v${n % 2}`, name: 'V' } : null
  const item = (m: number) => ({ serviceId: `s${m % 3}`, name: 'S', quantity: 1 + (m % 2), unitPrice: 100 + m })
  const items = n % 4 === 0 ? [item(n), item(n + 1), item(n)] : [item(n)]
  return anOrder({
    status: life.at(-1),
    vendor,
    items,
    ...(life.at(-1) === 'completed' && n % 3 > 0 && { rating: { stars: 1 + (n % 5), text: '', at: 'then' } }),
    totalAmount: items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
    currency: n % 10 === 0 ? 'USD' : 'EUR',
    createdAt: new Date(createdAt).toISOString(),
    history: life.map((status, m) => {
      if (m > 0) at += Math.round(1.37 ** ((n * 31 + m * 17) % 40)) * 1000
      const by = { id: 'x', name: 'X', role: 'admin' } as const
      return { status, at: new Date(at).toISOString(), by, note: null, vendor }
    }),
  })
}

/** What a later version may have otherwise. */
const change = ({ status, vendor, items, totalAmount, history, rating }: OrderRecord) => ({
  rating,
  status,
  vendor,
  items,
  totalAmount,
  history,
})

/** Compares the figures of each range with a recount of the orders in it. */
async function same({ orders, bulkTransfer }: Store, ranges: readonly { from: string; to: string }[]): Promise<void> {
  const stored: OrderRecord[] = []
  for await (const { records } of bulkTransfer.orders.read()) stored.push(...records.map(({ order }) => order))
  for (const { from, to } of ranges) {
    const inRange = stored.filter(({ createdAt }) => createdAt >= from && createdAt < to)
    assertEqualFigures(await orders.figures({ from, to }), recount(inRange))
  }
}

export function assertEqualFigures(found: OrderFigures, expected: ReturnType<typeof recount>): void {
  assertEqual(found.all, expected.all, 'all')
  assert.equal(Object.fromEntries(found.hours), expected.hours)
  for (const [each, wanted] of [
    [found.vendors, expected.vendors],
    [found.services, expected.services],
  ] as const) {
    assert.equal([...each.keys()].sort(), Object.keys(wanted).sort())
    for (const [id, figures] of each) assertEqual(figures, wanted[id], id)
  }
}

function assertEqual(found: Figures, expected: Recount | undefined, what: string): void {
  assert.equal(found.statuses, expected?.statuses, what)
  assert.is(
    found.total,
    Object.values(found.statuses).reduce((sum, count) => sum + count, 0),
    what,
  )
  assert.equal(found.ratings.stars, expected?.stars ?? [0, 0, 0, 0, 0], `${what}: stars`)
  const earned = Object.entries(expected?.revenue ?? {}).filter(([, amount]) => amount !== 0)
  assert.equal(
    Object.fromEntries(found.revenue.map(({ currency, amount }) => [currency, amount])),
    Object.fromEntries(earned),
    what,
  )
  for (const [name, { count, median, p90 }] of Object.entries(found.durations)) {
    const seconds = expected?.seconds[name] ?? []
    assert.is(count, seconds.length, `${what} ${name}`)
    for (const [share, estimate] of [
      [0.5, median],
      [0.9, p90],
    ] as const) {
      const exact = seconds[Math.ceil(share * count) - 1]
      if (exact === undefined) assert.is(estimate, null)
      else
        assert.ok(
          Math.abs((estimate ?? NaN) - exact) <= 0.05 * exact + 0.5,
          `${what} ${name}: ${estimate}, not ${exact}`,
        )
    }
  }
}
