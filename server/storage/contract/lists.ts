import * as assert from 'uvu/assert'
import { anOrder } from '../../testing/records.ts'
import type { OrderListQuery, OrderPosition, OrderRecord, OrderStore } from '../store.ts'
import { bob, claimedBy, nextVersionOf, type RegisterTest } from './rule.ts'

const all = { kind: 'all' } as const
const hour = (n: number) => `2026-03-02T${String(n).padStart(2, '0')}:00:00.000Z`

export function listContract(it: RegisterTest) {
  it('the newest orders come first, those of equal time by id', async ({ orders }) => {
    for (const [id, n] of Object.entries({ a: 2, b: 3, c: 1, d: 3, e: 2 }))
      await orders.create(anOrder({ id, createdAt: hour(n) }))
    assert.is(await ids(orders, {}), 'd b e a c')
    assert.is(await ids(orders, { limit: 2 }), 'd b')
    assert.is(await ids(orders, { after: { createdAt: hour(3), id: 'b' } }), 'e a c')
  })

  it('pages of orders of equal times return each exactly once', async ({ orders }) => {
    const created = Array.from({ length: 120 }, (_, n) =>
      anOrder({ createdAt: hour(Math.floor(n / 60)), ...(n % 3 === 1 && { status: 'accepted', vendor: bob }) }),
    )
    await Promise.all(created.map((order) => orders.create(order)))
    for (const scope of [all, { kind: 'customer', id: 'ana' }, { kind: 'vendor', id: 'bob' }] as const) {
      const read: string[] = []
      for (let after: OrderPosition | undefined; ;) {
        const page = await orders.list({ scope, limit: 7, after })
        read.push(...page.map(({ id }) => id))
        after = page.at(-1)
        if (page.length < 7) break
      }
      const newestFirst = (one: OrderRecord, two: OrderRecord) =>
        one.createdAt + one.id < two.createdAt + two.id ? 1 : -1
      assert.equal(
        read,
        [...created].sort(newestFirst).map(({ id }) => id),
      )
    }
  })

  it('a list is filtered by status, customer, vendor and time', async ({ orders }) => {
    const eve = { id: 'eve', name: 'Eve' }
    await orders.create(anOrder({ id: 'a', createdAt: hour(1) }))
    await orders.create(anOrder({ id: 'b', createdAt: hour(2), status: 'accepted', vendor: bob }))
    await orders.create(anOrder({ id: 'c', createdAt: hour(3), status: 'cancelled', customer: eve }))
    await orders.create(anOrder({ id: 'd', createdAt: hour(4), status: 'completed', customer: eve, vendor: bob }))
    assert.is(await ids(orders, { statuses: ['accepted'] }), 'b')
    assert.is(await ids(orders, { statuses: ['cancelled', 'pending', 'cancelled'] }), 'c a')
    assert.is(await ids(orders, { statuses: [] }), '')
    assert.is(await ids(orders, { vendorId: 'bob' }), 'd b')
    assert.is(await ids(orders, { customerId: 'eve' }), 'd c')
    assert.is(await ids(orders, { customerId: 'eve', vendorId: 'bob', statuses: ['completed'] }), 'd')
    assert.is(await ids(orders, { from: hour(2), to: hour(4) }), 'c b')
    assert.is(await ids(orders, { from: hour(2), after: { createdAt: hour(3), id: 'c' } }), 'b')
    assert.is(await ids(orders, { to: hour(3), after: { createdAt: hour(4), id: 'd' } }), 'b a')
  })

  it('a customer’s list holds own orders', async ({ orders }) => {
    await orders.create(anOrder({ id: 'a' }))
    await orders.create(anOrder({ id: 'b', customer: { id: 'eve', name: 'Eve' } }))
    assert.is(await ids(orders, { scope: { kind: 'customer', id: 'ana' } }), 'a')
    assert.is(await ids(orders, { scope: { kind: 'customer', id: 'ana' }, customerId: 'eve' }), '')
  })

  it('a vendor’s list holds own orders and offers that are not declined', async ({ orders }) => {
    const cleo = { id: 'cleo', name: 'Cleo' }
    await orders.create(anOrder({ id: 'a', createdAt: hour(1), status: 'completed', vendor: bob }))
    await orders.create(anOrder({ id: 'b', createdAt: hour(2) }))
    await orders.create(anOrder({ id: 'c', createdAt: hour(3), declinedBy: ['bob', 'dan'] }))
    await orders.create(anOrder({ id: 'd', createdAt: hour(4), status: 'accepted', vendor: cleo }))
    await orders.create(anOrder({ id: 'e', createdAt: hour(5), status: 'cancelled' }))
    await orders.create(
      anOrder({ id: 'f', createdAt: hour(6), status: 'on_the_way', vendor: bob, declinedBy: ['bob'] }),
    )
    const scope = { kind: 'vendor', id: 'bob' } as const
    assert.is(await ids(orders, { scope }), 'f b a')
    assert.is(await ids(orders, { scope, statuses: ['pending', 'completed'] }), 'b a')
    assert.is(await ids(orders, { scope, statuses: ['on_the_way'] }), 'f')
    assert.is(await ids(orders, { scope, vendorId: 'bob' }), 'f a')
    assert.is(await ids(orders, { scope, q: 'boiler' }), 'f b a')
    assert.is(await ids(orders, { scope: { kind: 'vendor', id: 'cleo' } }), 'd c b')
  })

  it('a vendor’s list holds of the restricted offers those made to the vendor', async ({ orders }) => {
    const offer = (to: string[] | null) => ({ to, round: 1, until: null, last: false })
    const scope = { kind: 'vendor', id: 'bob' } as const
    const order = anOrder({ id: 'a', createdAt: hour(1), offer: offer(['dan']) })
    await orders.create(order)
    await orders.create(anOrder({ id: 'b', createdAt: hour(2), offer: offer([]) }))
    await orders.create(anOrder({ id: 'c', createdAt: hour(3), offer: offer(['bob', 'dan']) }))
    await orders.create(anOrder({ id: 'd', createdAt: hour(4), offer: offer(null) }))
    await orders.create(anOrder({ id: 'e', createdAt: hour(5) }))
    await orders.create(anOrder({ id: 'f', createdAt: hour(6), offer: offer(['bob']), declinedBy: ['bob'] }))
    assert.is(await ids(orders, { scope }), 'e d c')
    assert.is(await ids(orders, { scope, q: 'boiler' }), 'e d c')
    assert.is(await ids(orders, { scope: { kind: 'vendor', id: 'dan' } }), 'e d c a')
    assert.is(await ids(orders, { scope: { kind: 'all' } }), 'f e d c b a')
    const wider = nextVersionOf(order, { offer: offer(['dan', 'bob']) })
    await orders.replace(wider, 1)
    assert.is(await ids(orders, { scope }), 'e d c a')
    assert.equal((await orders.byId('a'))?.offer, wider.offer)
    assert.equal((await orders.byId('b'))?.offer, offer([]))
    assert.equal((await orders.byId('d'))?.offer, offer(null))
    await orders.replace(nextVersionOf(wider, { offer: offer(null) }), 2)
    assert.is(await ids(orders, { scope: { kind: 'vendor', id: 'cleo' } }), 'e d a')
  })

  it('an offer is listed until it is declined or claimed, and again when it is released', async ({ orders }) => {
    const scope = { kind: 'vendor', id: 'dan' } as const
    const order = anOrder({ id: 'a' })
    await orders.create(order)
    assert.is(await ids(orders, { scope }), 'a')
    const declined = nextVersionOf(order, { declinedBy: ['dan'] })
    await orders.replace(declined, 1)
    assert.is(await ids(orders, { scope }), '')
    const claimed = claimedBy(declined)
    await orders.replace(claimed, 2)
    assert.is(await ids(orders, { scope: { kind: 'vendor', id: 'bob' } }), 'a')
    assert.is(await ids(orders, { scope: { kind: 'vendor', id: 'cleo' } }), '')
    await orders.replace(nextVersionOf(claimed, { status: 'pending', vendor: null, declinedBy: ['bob'] }), 3)
    assert.is(await ids(orders, { scope }), 'a')
    assert.is(await ids(orders, { scope: { kind: 'vendor', id: 'bob' } }), '')
  })

  it('a search matches prefixes of words in any case and with any accents', async ({ orders }) => {
    const item = { serviceId: 's', quantity: 1, unitPrice: 1 }
    await orders.create(anOrder({ id: 'a', number: 'A7K-2Q9', customer: { id: 'ana', name: 'Ana Núñez' } }))
    await orders.create(
      anOrder({
        id: 'b',
        number: 'B8M-3R1',
        customer: { id: 'x', name: 'Зоя Straße' },
        status: 'accepted',
        vendor: { id: 'v', name: 'Ağaoğlu & Sons' },
        items: [
          { ...item, name: 'Deep cleaning' },
          { ...item, name: 'E-bike 2000' },
        ],
      }),
    )
    const finds = {
      a: 'A7K-2Q9 a7k2q9 a7k2 2q9 2Q ana ANA nunez NÚÑEZ núñ,ana boil(rep)',
      b: 'agao зо strasse straß deep bike 2000 b8m',
    }
    for (const [id, texts] of Object.entries(finds))
      for (const q of texts.split(' ')) assert.is(await ids(orders, { q }), id, q)
    assert.is(await ids(orders, { q: 'cleaning sons b8' }), 'b')
    for (const q of ['na', 'oiler', 'ana deep', 'a7k-x', 'zzz', '7K2']) assert.is(await ids(orders, { q }), '', q)
  })

  it('only an admin’s search finds an order by its phone and address', async ({ orders }) => {
    const [customer, vendor] = [{ id: 'ana', name: 'Ana' }, bob]
    const contact = { phone: '+49 (176) 555-01 23', address: 'Łódzka 7b, 10115 Berlin' }
    await orders.create(anOrder({ id: 'a', status: 'accepted', customer, vendor, contact }))
    await orders.create(anOrder({ id: 'b', contact: { phone: '0176 5550199', address: 'Mayor 1' } }))
    const finds = {
      a: ['+49 176 5550123', '0176/5550123', '0049 176 555 01 23', '5550123', '555 0123', '0123', '10115', 'berlin 7b'],
      b: ['+49 176 5550199', '01765550199', '0199', 'mayor'],
    }
    for (const [id, searches] of Object.entries(finds)) {
      for (const q of searches) {
        assert.is(await ids(orders, { q }), id, q)
        assert.is(await ids(orders, { q, scope: { kind: 'vendor', id: 'bob' } }), '', q)
        assert.is(await ids(orders, { q, scope: { kind: 'customer', id: 'ana' } }), '', q)
      }
    }
    assert.is(await ids(orders, { q: '4321' }), '')
    assert.is(await ids(orders, { q: 'ana berlin' }), 'a')
  })

  it('a search finds the current vendor’s name', async ({ orders }) => {
    const order = anOrder({ id: 'a' })
    await orders.create(order)
    const claimed = claimedBy(order)
    await orders.replace(claimed, 1)
    assert.is(await ids(orders, { q: 'stone' }), 'a')
    await orders.replace(nextVersionOf(claimed, { status: 'on_the_way' }), 2)
    assert.is(await ids(orders, { q: 'stone' }), 'a')
    await orders.replace({ ...claimed, status: 'pending', vendor: null, version: 4 }, 3)
    assert.is(await ids(orders, { q: 'stone' }), '')
    assert.is(await ids(orders, { q: 'boiler' }), 'a')
  })

  it('search text is never parsed as a query language', async ({ orders }) => {
    await orders.create(anOrder({ id: 'a' }))
    for (const q of ['', '   ', '"', '*', '- + ^ : ( ) { } \\ %', '\u0000', '\u0301', '💥', '._-'])
      assert.is(await ids(orders, { q }), 'a', `without a word, everything: ${JSON.stringify(q)}`)
    for (const q of ['"x', 'AND', 'ana OR zoe', 'NOT ana', 'NEAR(ana zoe)', 'words:x', "' OR 1=1 --", '\ud800x', '$ne'])
      assert.is(await ids(orders, { q }), '', JSON.stringify(q))
    assert.is(await ids(orders, { q: 'ana* "boiler" -nunez' }), 'a')
  })

  it('a search combines with filters and pages', async ({ orders }) => {
    for (const n of [1, 2, 3, 4])
      await orders.create(
        anOrder({ id: `o${n}`, createdAt: hour(n), ...(n > 2 && { status: 'accepted', vendor: bob }) }),
      )
    await orders.create(anOrder({ id: 'x', createdAt: hour(3), customer: { id: 'zoe', name: 'Zoe' } }))
    assert.is(await ids(orders, { q: 'ana' }), 'o4 o3 o2 o1')
    assert.is(await ids(orders, { q: 'ana', limit: 2, after: { createdAt: hour(4), id: 'o4' } }), 'o3 o2')
    assert.is(await ids(orders, { q: 'ana', statuses: ['accepted'] }), 'o4 o3')
    assert.is(await ids(orders, { q: 'ana', from: hour(2), to: hour(4) }), 'o3 o2')
    assert.is(await ids(orders, { q: 'boil', scope: { kind: 'customer', id: 'zoe' } }), 'x')
  })
}

async function ids(orders: OrderStore, query: Partial<OrderListQuery>): Promise<string> {
  const found = await orders.list({ scope: all, limit: 50, ...query })
  return found.map(({ id }) => id).join(' ')
}
