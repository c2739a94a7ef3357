import * as assert from 'uvu/assert'
import { adminSearchTokens, offerSearchTokens, searchTest, searchTokens } from '#shared/search.ts'
import { searchedOrders, searches } from '#shared/testing/search-cases.ts'
import { anOrder } from '../../testing/records.ts'
import type { OrderListQuery, OrderRecord, OrderStore } from '../store.ts'
import { bob, claimedBy, nextVersionOf, type RegisterTest } from './rule.ts'

const all = { kind: 'all' } as const
const firstHour = Date.parse('2026-03-02T08:00:00.000Z')

/** Orders with and without a vendor, each at another hour. */
const created = searchedOrders.map((order, n) =>
  anOrder({
    ...order,
    id: `o${n}`,
    createdAt: new Date(firstHour + n * 3_600_000).toISOString(),
    ...(order.vendor && { status: 'accepted' }),
  }),
)

const listed: readonly { scope: OrderListQuery['scope']; tokensOf(order: OrderRecord): string[] }[] = [
  { scope: all, tokensOf: (order) => [...searchTokens(order), ...adminSearchTokens(order)] },
  { scope: { kind: 'customer', id: 'c' }, tokensOf: searchTokens },
  {
    scope: { kind: 'vendor', id: 'v' },
    tokensOf: (order) => (order.vendor ? searchTokens(order) : offerSearchTokens(order)),
  },
]

export function searchContract(it: RegisterTest) {
  it('every list finds what the shared definition of a match finds', async ({ orders }) => {
    for (const order of created) await orders.create(order)
    // Each list takes its share of the searches: some servers need long for so many.
    const check = async (q: string, n: number) => {
      const list = listed[n % listed.length]
      assert.ok(list)
      const { scope, tokensOf } = list
      const matches = searchTest(q)
      const expected = created.filter((order) => matches(tokensOf(order))).map(({ id }) => id)
      assert.is(await found(orders, q, scope), expected.toReversed().join(' '), `${scope.kind}: ${q}`)
    }
    for (let n = 0; n < searches.length; n += 20)
      await Promise.all(searches.slice(n, n + 20).map((q, k) => check(q, n + k)))
  })

  it('making search tokens anew goes through the orders by id, and changes nothing else', async (store, time) => {
    const { orders, bulkTransfer } = store
    const [one, two, three] = ['a', 'b', 'c'].map((id) => anOrder({ id }))
    assert.ok(one && two && three)
    for (const order of [three, one, two]) await orders.create(order)
    await orders.markPublished([one])
    const read = async () => {
      const stored: unknown[] = []
      for await (const { records } of bulkTransfer.orders.read()) stored.push(...records)
      return stored
    }
    const before = await read()
    await time.pass(60_000)
    const cursor = await orders.syncCursor()
    assert.is(await orders.refreshSearchTokens('', 2), 'b')
    assert.is(await orders.refreshSearchTokens('b', 2), 'c')
    assert.is(await orders.refreshSearchTokens('c', 2), null)
    assert.equal(await read(), before)
    const changed = await orders.changedSince(cursor, all)
    assert.equal(typeof changed === 'object' && changed.orders, [])
    assert.is(await found(orders, 'ana boil'), 'c b a')
  })

  it('an order that changes while tokens are made anew is found by what it became', async ({ orders }) => {
    const some = Array.from({ length: 20 }, (_, n) => anOrder({ id: `o${n}` }))
    for (const order of some) await orders.create(order)
    let changing = true
    const refreshing = (async () => {
      while (changing) {
        await orders.refreshSearchTokens('', 50)
        await new Promise(setImmediate)
      }
    })()
    await Promise.all(
      some.map(async (order) => {
        const claimed = claimedBy(order, bob)
        await orders.replace(claimed, 1)
        await orders.replace(nextVersionOf(claimed, { vendor: { id: 'dan', name: 'Dan Øst' } }), 2)
      }),
    )
    changing = false
    await refreshing
    assert.is((await found(orders, 'ost')).split(' ').length, 20)
    assert.is(await found(orders, 'stone'), '')
  })
}

async function found(orders: OrderStore, q: string, scope: OrderListQuery['scope'] = all): Promise<string> {
  const page = await orders.list({ scope, q, limit: 50 })
  return page.map(({ id }) => id).join(' ')
}
