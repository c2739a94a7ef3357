import * as assert from 'uvu/assert'
import type { CorrectedDetail } from '#shared/orders.ts'
import { anOrder } from '../../testing/records.ts'
import { DuplicateError } from '../store.ts'
import { bob, claimedBy, nextVersionOf, refusesDuplicate, type RegisterTest } from './rule.ts'

export function orderContract(it: RegisterTest) {
  it('ping resolves', async (store) => store.ping())

  it('an order is read as it was created', async ({ orders }) => {
    const order = anOrder({ notes: 'Ring twice — «ñ» \u{1F6BF}', declinedBy: ['x'] })
    await orders.create(order)
    const found = await orders.byId(order.id)
    assert.equal(found, order)
    assert.is(Object.getPrototypeOf(found), Object.prototype)
    assert.is(await orders.byId('nothing'), null)
  })

  it('a history entry is read as it was written: an assignment, a rename and a correction as data, an earlier one as a note', async ({
    orders,
  }) => {
    const order = anOrder()
    const by = { id: 'kim', name: 'Kim', role: 'admin' } as const
    const entry = { status: 'accepted', at: order.createdAt, by, vendor: bob } as const
    const assigned = { ...entry, assigned: bob, note: null }
    const earlier = { ...entry, note: 'Assigned to Bob Stone' }
    const names = { kind: 'service', id: 'boiler', from: 'Boiler repair', to: 'Heating' } as const
    const renamed = { ...entry, renamed: names, note: null }
    const corrections = [
      { field: 'area', from: null, to: 'Mitte' },
      { field: 'items', from: order.items, to: [] },
      { field: 'followUp', from: null, to: { id: 'o2', number: 'AAA-2' } },
      { field: 'position', from: null, to: { lat: 52.52, lng: -13.405 } },
    ] satisfies CorrectedDetail[]
    const corrected = { ...entry, changed: corrections, note: null }
    await orders.create(order)
    const next = nextVersionOf(order, {
      status: 'accepted',
      vendor: bob,
      history: [...order.history, earlier, assigned, renamed, corrected],
    })
    await orders.replace(next, 1)
    assert.equal(await orders.byId(order.id), next)
  })

  it('pictures, the proof and the PIN are kept with the order, and lost by a version without them', async ({
    orders,
  }) => {
    const picture = { name: 'Roof', type: 'image/jpeg', size: 9, width: 3, height: 4 }
    const by = { id: 'bob', name: 'Bob Stone', role: 'vendor' } as const
    const file = { id: 'f', kind: 'photo', ...picture, by, at: '2026-03-02T08:00:00.000Z' } as const
    const plain = anOrder({ proof: { photos: 1, pin: true } })
    const order = { ...plain, files: [file], pin: '0471' }
    await orders.create(order)
    assert.equal(await orders.byId(order.id), order)
    const added = nextVersionOf(order, { files: [file, { ...file, id: 'g' }] })
    await orders.replace(added, 1)
    assert.equal(await orders.byId(order.id), added)
    const without = nextVersionOf({ ...plain, version: 2 }, {})
    await orders.replace(without, 2)
    assert.equal(await orders.byId(order.id), without)
  })

  it('the payment and the rating of an order are read as they were written, and stay away where there are none', async ({
    orders,
  }) => {
    const order = anOrder()
    await orders.create(order)
    assert.not.ok(Object.keys((await orders.byId(order.id)) ?? {}).some((key) => /payment|rating/.test(key)))
    const at = order.createdAt
    const unpaid = { status: 'unpaid', method: 'cash', amount: 0, at } as const
    const payment = { ...unpaid, status: 'paid', amount: 9000, tip: 500, reference: 'p1' } as const
    const rating = { stars: 4, text: 'Fast — «ñ»', at }
    const changed = [
      { field: 'payment', from: unpaid, to: payment },
      { field: 'rating', from: null, to: rating },
    ] satisfies CorrectedDetail[]
    const by = { id: 'kim', name: 'Kim', role: 'admin' } as const
    const entry = { status: order.status, at, by, vendor: null, note: null, changed }
    const next = nextVersionOf(order, { payment, rating, history: [...order.history, entry] })
    await orders.replace(next, 1)
    assert.equal(await orders.byId(order.id), next)
    const again = nextVersionOf(next, { payment: { ...unpaid, status: 'refunded' } })
    await orders.replace(again, 2)
    assert.equal(await orders.byId(order.id), again)
  })

  it('the orders before and after it are kept with it', async ({ orders }) => {
    const order = anOrder({ followUpOf: { id: 'o1', number: 'AAA-1' } })
    await orders.create(order)
    assert.equal(await orders.byId(order.id), order)
    const next = nextVersionOf(order, { followUp: { id: 'o3', number: 'AAA-3' } })
    await orders.replace(next, 1)
    assert.equal(await orders.byId(order.id), next)
  })

  it('the position of the contact is kept with it', async ({ orders }) => {
    const contact = { phone: '1234', address: 'Main St 1', area: 'Mitte', lat: 0, lng: -13.404954 }
    const order = anOrder({ contact })
    await orders.create(order)
    assert.equal(await orders.byId(order.id), order)
    const without = nextVersionOf(order, { contact: { phone: '1234', address: 'Main St 1' } })
    await orders.replace(without, 1)
    assert.equal(await orders.byId(order.id), without)
  })

  it('the options of an item are kept with it', async ({ orders }) => {
    const order = anOrder()
    const options = [
      { group: 'Size', choice: 'large', name: 'Large', price: 1500, durationMinutes: 30 },
      { group: 'Extras', choice: 'oven', name: 'Oven', price: 0 },
    ]
    const [item, ...others] = order.items
    assert.ok(item)
    const chosen = { ...order, items: [{ ...item, options }, { ...item, quantity: 2 }, ...others] }
    await orders.create(chosen)
    assert.equal(await orders.byId(order.id), chosen)
  })

  it('a new version has the names it was given, and is found by them', async ({ orders }) => {
    const order = anOrder({ status: 'accepted', vendor: bob })
    await orders.create(order)
    const next = nextVersionOf(order, {
      customer: { ...order.customer, name: 'Zofia' },
      vendor: { ...bob, name: 'Anouk' },
      items: order.items.map((item) => ({ ...item, name: 'Gutter' })),
    })
    await orders.replace(next, 1)
    assert.equal(await orders.byId(order.id), next)
    for (const q of ['zofia anouk gutter', 'ana', 'bob', 'boiler']) {
      const found = await orders.list({ scope: { kind: 'all' }, q, limit: 10 })
      assert.equal(found, q === 'zofia anouk gutter' ? [next] : [])
    }
  })

  it('a published order is removed at its version, with its key, tokens and declines, and no other', async ({
    orders,
  }) => {
    const [gone, changed, unpublished] = [
      anOrder({ status: 'cancelled', declinedBy: ['x'] }),
      anOrder({ status: 'cancelled' }),
      anOrder({ status: 'cancelled' }),
    ]
    await orders.create(gone, { key: 'k1', bodyHash: 'h1' })
    for (const order of [changed, unpublished]) await orders.create(order)
    await orders.replace(nextVersionOf(changed, {}), 1)
    await orders.markPublished([gone, { id: changed.id, version: 2 }])
    assert.equal(await orders.remove([gone, changed, unpublished]), [gone.id])
    assert.equal(await orders.remove([gone]), [])
    assert.is(await orders.byId(gone.id), null)
    assert.is(await orders.byIdempotencyKey(gone.customer.id, 'k1'), null)
    assert.equal(await orders.list({ scope: { kind: 'all' }, q: gone.number, limit: 10 }), [])
    const left = await orders.list({ scope: { kind: 'all' }, limit: 10 })
    assert.equal(left.map(({ id }) => id).toSorted(), [changed.id, unpublished.id].toSorted())
    await orders.create(gone, { key: 'k1', bodyHash: 'h1' })
    assert.equal(await orders.byId(gone.id), gone)
  })

  it('a number and an id are unique', async ({ orders }) => {
    const order = anOrder()
    await orders.create(order)
    await refusesDuplicate('number', orders.create(anOrder({ number: order.number })))
    await refusesDuplicate('id', orders.create(anOrder({ id: order.id })))
  })

  it('an order is found by its idempotency key, per customer', async ({ orders }) => {
    const [first, other] = [anOrder(), anOrder({ customer: { id: 'eve', name: 'Eve' } })]
    await orders.create(first, { key: 'k1', bodyHash: 'h1' })
    await orders.create(other, { key: 'k1', bodyHash: 'h2' })
    await orders.create(anOrder(), { key: 'k2', bodyHash: 'h1' })
    await orders.create(anOrder())
    await orders.create(anOrder())
    await refusesDuplicate('idempotencyKey', orders.create(anOrder(), { key: 'k1', bodyHash: 'h1' }))
    assert.equal(await orders.byIdempotencyKey('ana', 'k1'), { order: first, bodyHash: 'h1' })
    assert.equal(await orders.byIdempotencyKey('eve', 'k1'), { order: other, bodyHash: 'h2' })
    assert.is(await orders.byIdempotencyKey('eve', 'k2'), null)
  })

  it('the idempotency key finds the current version', async ({ orders }) => {
    const order = anOrder()
    await orders.create(order, { key: 'k1', bodyHash: 'h1' })
    const claimed = claimedBy(order)
    await orders.replace(claimed, 1)
    assert.equal(await orders.byIdempotencyKey('ana', 'k1'), { order: claimed, bodyHash: 'h1' })
  })

  it('a released key can be used again; a key that another order holds is not released', async ({ orders }) => {
    const [first, second] = [anOrder(), anOrder()]
    await orders.create(first, { key: 'k1', bodyHash: 'h1' })
    await orders.freeIdempotencyKey(first.id, 'k1')
    assert.is(await orders.byIdempotencyKey('ana', 'k1'), null)
    await orders.create(second, { key: 'k1', bodyHash: 'h2' })
    await orders.freeIdempotencyKey(first.id, 'k1')
    assert.equal(await orders.byIdempotencyKey('ana', 'k1'), { order: second, bodyHash: 'h2' })
    await orders.freeIdempotencyKey(second.id)
    assert.is(await orders.byIdempotencyKey('ana', 'k1'), null)
  })

  it('of concurrent requests with one key, one creates an order', async ({ orders }) => {
    const attempts = Array.from({ length: 50 }, () => orders.create(anOrder(), { key: 'k1', bodyHash: 'h1' }))
    const outcomes = await Promise.allSettled(attempts)
    const refused = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []))
    assert.is(refused.length, 49)
    for (const reason of refused) assert.is(reason instanceof DuplicateError && reason.field, 'idempotencyKey')
    assert.is((await orders.list({ scope: { kind: 'all' }, limit: 100 })).length, 1)
  })

  it('of fifty concurrent claims of one order, one succeeds', async ({ orders }) => {
    const order = anOrder()
    await orders.create(order)
    const claims = Array.from({ length: 50 }, (_, n) => claimedBy(order, { id: `w${n}`, name: `Vendor ${n}` }))
    const won = await Promise.all(claims.map((claim) => orders.replace(claim, 1)))
    assert.is(won.filter(Boolean).length, 1)
    assert.equal(await orders.byId(order.id), claims[won.findIndex(Boolean)])
  })

  it('an order is only replaced at the expected version', async ({ orders }) => {
    const order = anOrder()
    await orders.create(order)
    assert.is(await orders.replace(claimedBy(order), 2), null)
    assert.is(await orders.replace(nextVersionOf(anOrder()), 1), null)
    assert.equal(await orders.byId(order.id), order)
    assert.equal(await orders.replace(claimedBy(order), 1), { published: 0 })
    assert.is(await orders.replace(claimedBy(order), 1), null)
  })

  it('a rejected write does not affect the writes around it', async ({ orders }) => {
    const order = anOrder()
    await orders.create(order)
    const neighbours = Array.from({ length: 9 }, () => anOrder())
    const outcomes = await Promise.allSettled(
      neighbours.flatMap((neighbour) => [
        orders.create(neighbour),
        orders.create(anOrder({ number: order.number })),
        orders.replace(nextVersionOf(order), 7),
      ]),
    )
    assert.is(outcomes.filter((outcome) => outcome.status === 'rejected').length, 9)
    for (const neighbour of neighbours) assert.equal(await orders.byId(neighbour.id), neighbour)
  })

  it('active orders are counted per vendor', async ({ orders }) => {
    assert.equal(await orders.activeCounts(), new Map())
    const cleo = { id: 'cleo', name: 'Cleo' }
    const claimed = anOrder({ status: 'on_the_way', vendor: cleo })
    for (const order of [
      anOrder({ status: 'accepted', vendor: bob }),
      anOrder({ status: 'on_the_way', vendor: bob }),
      anOrder({ status: 'in_progress', vendor: bob }),
      anOrder({ status: 'completed', vendor: bob }),
      anOrder({ status: 'cancelled', vendor: { id: 'dan', name: 'Dan' } }),
      claimed,
      anOrder(),
    ])
      await orders.create(order)
    const two = new Map(Object.entries({ bob: 3, cleo: 1 }))
    assert.equal(await orders.activeCounts(), two)
    await orders.replace(nextVersionOf(claimed, { status: 'pending', vendor: null }), 1)
    assert.equal(await orders.activeCounts(), new Map([['bob', 3]]))
  })
}
