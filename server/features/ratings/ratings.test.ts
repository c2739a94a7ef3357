import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type Person, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { emptyStore } from '../../testing/store.ts'
import { countedRatingRecords, createRatingStore, vendorRatingRecords } from './rating-records.ts'
import { createVendorAverages } from './vendor-averages.ts'

const test = suite<{ app: TestApp; clock: StillClock; customer: Person; vendor: Person }>('ratings')

const day = 24 * 3_600_000

test.before(async (context) => {
  context.clock = new StillClock()
  context.app = await startApp({ clock: context.clock, env: { ACCESS_TOKEN_TTL: '30d' } })
  context.customer = await context.app.customer('Mia Wong')
  context.vendor = await context.app.vendor('Bob')
})
test.after(({ app }) => app.stop())

async function completed({ app, customer, vendor }: { app: TestApp; customer: Person; vendor: Person }) {
  const order = await app.order(customer)
  for (const status of ['accepted', 'on_the_way', 'in_progress', 'completed']) await vendor.set(order, status)
  return order
}
const rate = (who: Person, order: { id: string }, body: object) =>
  who.call('PUT', `/api/orders/${order.id}/rating`, body)
const averageOf = async (app: TestApp, { id }: Person) =>
  (await app.admin.get('/api/vendors')).body.vendors.find((one: { id: string }) => one.id === id).rating

test('an order is rated by its customer alone, once it is completed', async ({ app, customer, vendor }) => {
  const order = await app.order(customer)
  const early = await rate(customer, order, { stars: 5 })
  assert.equal([early.status, early.body.code], [409, 'rating_closed'])
  await vendor.set(order, 'accepted')
  assert.is((await rate(customer, order, { stars: 5 })).status, 409)
  for (const status of ['on_the_way', 'in_progress', 'completed']) await vendor.set(order, status)
  assert.is((await rate(vendor, order, { stars: 5 })).status, 403)
  assert.is((await rate(app.admin, order, { stars: 5 })).status, 403)
  assert.is((await rate(await app.customer(), order, { stars: 5 })).status, 404)
  for (const body of [{}, { stars: 0 }, { stars: 6 }, { stars: 4.5 }, { stars: 5, text: 'x'.repeat(1001) }])
    assert.is((await rate(customer, order, body)).status, 400, JSON.stringify(body).slice(0, 40))
  const { status, body } = await rate(customer, order, { stars: 4, text: ' Fast \n' })
  assert.equal([status, body.rating.stars, body.rating.text, body.version], [200, 4, 'Fast', 6])
  const entry = body.history.at(-1)
  assert.equal(entry.changed, [{ field: 'rating', from: null, to: body.rating }])
  assert.equal([entry.status, entry.by.id], ['completed', customer.id])
  assert.equal((await vendor.get(`/api/orders/${order.id}`)).body.rating, body.rating, 'its vendor reads it')
})

test('it is one rating, which may be changed for a week', async (context) => {
  const { app, clock, customer, vendor } = context
  const order = await completed(context)
  const before = await averageOf(app, vendor)
  const first = (await rate(customer, order, { stars: 2, text: 'Late' })).body
  const again = (await rate(customer, order, { stars: 2, text: 'Late' })).body
  assert.equal(again, first, 'the same changes nothing')
  clock.set(7 * day)
  const changed = (await rate(customer, order, { stars: 5 })).body
  assert.equal(changed.rating, { stars: 5, text: '', at: first.rating.at })
  clock.set(1)
  const late = await rate(customer, order, { stars: 1 })
  assert.equal([late.status, late.body.code], [409, 'rating_closed'])
  await app.drain()
  assert.equal((await averageOf(app, vendor)).count, before.count + 1)
})

test('the average is in the list of vendors and beside the order, and a dashboard without contact sees no text', async (context) => {
  const { app, customer } = context
  const vendor = await app.vendor('Ann')
  assert.is(await averageOf(app, vendor), undefined)
  const orders = []
  for (const stars of [5, 4, 4]) {
    const order = await completed({ app, customer, vendor })
    orders.push(order)
    await rate(customer, order, { stars, text: 'Secret words' })
  }
  await app.drain()
  assert.equal(await averageOf(app, vendor), { average: 4.3, count: 3 })
  const path = `/api/orders/${orders[0]?.id}/rating`
  const { body } = await customer.get(path)
  assert.equal([body.rating.text, body.vendor], ['Secret words', { average: 4.3, count: 3 }])
  assert.is((await (await app.customer()).get(path)).status, 404)
  const token = (await app.admin.post('/api/tokens', { name: 'Wall', scope: 'dashboard', contact: false })).body
  const reader = { authorization: `Bearer ${token.secret}` }
  const seen = await Promise.all(
    [path, `/api/orders/${orders[0]?.id}`, '/api/orders', '/api/vendors'].map((one) =>
      app.call('GET', one, undefined, reader),
    ),
  )
  assert.not.match(JSON.stringify(seen.map((one) => one.body)), 'Secret words')
  assert.is(seen[0]?.body.rating.stars, 5)
})

test('a change that is counted again, after a crash or by another node, counts once', async () => {
  const { store, close } = await emptyStore([countedRatingRecords, vendorRatingRecords])
  const ratings = createRatingStore(store)
  const averages = createVendorAverages({ ratings, orders: store.orders })
  const [bob, ann] = [
    { id: 'bob', name: 'Bob' },
    { id: 'ann', name: 'Ann' },
  ]
  const at = '2026-03-02T08:00:00.000Z'
  const first = anOrder({ id: 'o1', vendor: bob, status: 'completed', rating: { stars: 5, text: '', at } })
  await store.orders.create(first)
  await Promise.all([averages.orderChanged(first), averages.orderChanged(first), averages.orderChanged(first)])
  assert.equal(await averages.of('bob'), { average: 5, count: 1 })

  // A crash between the two records of the next order: its own is missing, and is made up for by whoever is next.
  const second = anOrder({
    id: 'o2',
    number: 'N2',
    vendor: bob,
    status: 'completed',
    rating: { stars: 1, text: '', at },
  })
  await store.orders.create(second)
  await averages.orderChanged(second)
  await ratings.removeOfOrder('o2')
  await averages.orderChanged(first)
  await averages.orderChanged(second)
  assert.equal(await averages.of('bob'), { average: 3, count: 2 })

  // A better rating, told in the wrong order.
  const better = { ...second, version: second.version + 1, rating: { stars: 4, text: '', at } }
  await store.orders.replace(better, second.version)
  await Promise.all([averages.orderChanged(better), averages.orderChanged(second)])
  assert.equal(await averages.of('bob'), { average: 4.5, count: 2 })

  // Done again by another vendor, after it was reopened.
  await store.orders.replace({ ...better, version: better.version + 1, vendor: ann }, better.version)
  await averages.orderChanged({ ...better, vendor: ann })
  assert.equal(
    [await averages.of('bob'), await averages.of('ann')],
    [
      { average: 5, count: 1 },
      { average: 4, count: 1 },
    ],
  )
  await ratings.removeOfVendor('bob')
  assert.is(await averages.of('bob'), null)
  await close()
})

test.run()
