import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PlaceOrder } from '#shared/orders.ts'
import { systemClock } from '../lib/clock.ts'
import { placeOrder, startApp, type TestApp } from '../testing/app.ts'
import { emptyStore } from '../testing/store.ts'
import { createCustomersService } from './customers.service.ts'
import { createHandOverService } from './hand-over.service.ts'
import { createOrdersService } from './orders.service.ts'

const test = suite<{ app: TestApp }>('the price that the customer was shown')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

async function newService(app: TestApp, more: object = {}) {
  const { body } = await app.admin.post('/api/services', { name: 'Roof', price: 9500, durationMinutes: 60, ...more })
  return body
}

test('with the total that was shown the order is placed; after a change of the price nothing is stored', async ({
  app,
}) => {
  const [customer, service] = [await app.customer(), await newService(app)]
  const shown = placeOrder(service.id, { expectedTotal: 19_000 })
  assert.is((await customer.post('/api/orders', shown)).status, 201)
  await app.admin.patch(`/api/services/${service.id}`, { price: 9900, name: 'Roof, all sides' })
  const { status, body } = await customer.post('/api/orders', shown)
  assert.equal([status, body.code], [409, 'price_changed'])
  const items = [{ serviceId: service.id, name: 'Roof, all sides', quantity: 2, unitPrice: 9900 }]
  assert.equal([body.items, body.totalAmount, body.currency, body.expectedTotal], [items, 19_800, 'USD', 19_000])
  assert.is((await customer.get('/api/orders')).body.orders.length, 1)
  const agreed = await customer.post('/api/orders', { ...shown, expectedTotal: body.totalAmount })
  assert.equal([agreed.status, agreed.body.totalAmount], [201, 19_800])
  assert.is((await customer.post('/api/orders', { ...shown, expectedTotal: -1 })).body.code, 'invalid_request')
})

test('of several services that are no longer offered each is named, with its place in the order', async ({ app }) => {
  const customer = await app.customer()
  const [roof, door] = [await newService(app), await newService(app, { name: 'Door' })]
  for (const { id } of [roof, door]) await app.admin.patch(`/api/services/${id}`, { active: false })
  const [offered] = (await customer.get('/api/services')).body.services
  const items = [offered.id, roof.id, door.id, roof.id, 'unknown'].map((serviceId) => ({ serviceId, quantity: 1 }))
  const { status, body } = await customer.post('/api/orders', placeOrder(offered.id, { items, expectedTotal: 1 }))
  assert.equal([status, body.code], [422, 'unknown_service'])
  assert.equal(
    body.errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`),
    [
      'items.1.serviceId Roof is not offered now',
      'items.2.serviceId Door is not offered now',
      'items.3.serviceId Roof is not offered now',
      'items.4.serviceId There is no such service',
    ],
  )
  assert.equal(body.services, [
    { serviceId: roof.id, name: 'Roof' },
    { serviceId: door.id, name: 'Door' },
    { serviceId: 'unknown', name: null },
  ])
})

test('a repeated request gets the first order although the price has changed or the service was withdrawn', async ({
  app,
}) => {
  const [customer, service] = [await app.customer(), await newService(app)]
  const send = () =>
    customer.post('/api/orders', placeOrder(service.id, { expectedTotal: 19_000 }), { 'idempotency-key': 'k1' })
  const first = await send()
  assert.is(first.status, 201)
  for (const change of [{ price: 1 }, { active: false }]) {
    await app.admin.patch(`/api/services/${service.id}`, change)
    const again = await send()
    assert.equal([again.status, again.body], [200, first.body])
  }
})

test('so does a request whose equal was stored, and the price changed, while it read the price', async () => {
  const { store, close } = await emptyStore()
  const service = { id: 's1', name: 'Roof', description: '', price: 9500, durationMinutes: 60, active: true }
  await store.services.create({ ...service, currency: 'USD' })
  const customer = { id: 'c1', name: 'Mia', role: 'customer' } as const
  const body: PlaceOrder = { ...placeOrder('s1'), expectedTotal: 19_000 }
  const rest = { events: { emit() {} }, clock: systemClock }
  const handOver = createHandOverService({ store, ...rest })
  const customers = createCustomersService({ store, ...rest, country: 'US' })
  const dependencies = { ...rest, customers, handOver, currency: 'USD' }
  const other = createOrdersService({ store, ...dependencies })
  let first: unknown
  const byIds: typeof store.services.byIds = async (ids) => {
    first = (await other.place(customer, body, 'k1')).order
    await store.services.change('s1', { price: 9900 })
    return store.services.byIds(ids)
  }
  const slow = createOrdersService({
    store: { users: store.users, orders: store.orders, services: { ...store.services, byIds } },
    ...dependencies,
  })
  assert.equal(await slow.place(customer, body, 'k1'), { order: first, replayed: true })
  await close()
})

test.run()
