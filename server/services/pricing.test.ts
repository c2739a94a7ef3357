import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PlaceOrder } from '#shared/order-input.ts'
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

const size = {
  name: 'Size',
  required: true,
  choose: 'one',
  choices: [
    { name: 'Small', price: 0 },
    { name: 'Large', price: 1500, durationMinutes: 30 },
  ],
}
const extras = { name: 'Extras', required: false, choose: 'several', choices: [{ name: 'Moss', price: 250 }] }

test('chosen options are priced by the server, and each way to choose wrongly is named', async ({ app }) => {
  const [customer, service] = [await app.customer(), await newService(app, { options: [size, extras] })]
  const [small, large, moss] = service.options.flatMap(({ choices }: { choices: { id: string }[] }) =>
    choices.map(({ id }) => id),
  )
  const send = (more: object, expectedTotal?: number) =>
    customer.post(
      '/api/orders',
      placeOrder(service.id, { items: [{ serviceId: service.id, quantity: 2, ...more }], expectedTotal }),
    )

  const placed = await send({ options: [moss, large] }, 22_500)
  assert.is(placed.status, 201)
  const options = [
    { group: 'Size', choice: large, name: 'Large', price: 1500, durationMinutes: 30 },
    { group: 'Extras', choice: moss, name: 'Moss', price: 250 },
  ]
  const item = { serviceId: service.id, name: 'Roof', quantity: 2, unitPrice: 11_250, options }
  assert.equal([placed.body.items, placed.body.totalAmount], [[item], 22_500])

  for (const [chosen, code, message] of [
    [undefined, 'option_required', 'Roof: choose at least one of "Size"'],
    [[moss], 'option_required', 'Roof: choose at least one of "Size"'],
    [[small, large], 'one_option_only', 'Roof: choose only one of "Size"'],
    [[small, 'x'], 'unknown_option', 'Roof has no option x'],
  ]) {
    const { status, body } = await send({ options: chosen })
    assert.equal([status, body.code, body.detail], [422, 'invalid_options', message])
    assert.equal(body.errors, [{ path: 'items.0.options', message, code }])
    assert.equal(body.services, [{ serviceId: service.id, name: 'Roof' }])
  }

  const [changedSize] = service.options
  changedSize.choices[1].price = 2000
  await app.admin.patch(`/api/services/${service.id}`, { options: [changedSize] })
  const changed = await send({ options: [large] }, 22_000)
  assert.equal([changed.status, changed.body.code, changed.body.totalAmount], [409, 'price_changed', 23_000])
  assert.equal((await send({ options: [moss, small] })).body.errors[0].code, 'unknown_option')
  await app.admin.patch(`/api/services/${service.id}`, { options: [], category: null })
  assert.is((await send({})).status, 201)
  assert.equal((await customer.get(`/api/orders/${placed.body.id}`)).body.items, [item], 'ordered options stay')
})

test('a service is refused outside its hours: at the time for which it is ordered, or now', async ({ app }) => {
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000)
  const day = tomorrow.getUTCDay() === 0 ? 7 : tomorrow.getUTCDay()
  const availableHours = { days: [day], from: '08:00', to: '12:00', timeZone: 'UTC' }
  const [customer, service] = [await app.customer(), await newService(app, { availableHours })]
  const at = (time: string) => `${tomorrow.toISOString().slice(0, 10)}T${time}:00.000Z`
  const send = (scheduledFor: string | null) => customer.post('/api/orders', placeOrder(service.id, { scheduledFor }))
  assert.is((await send(at('11:59'))).status, 201)
  for (const time of [at('12:00'), at('07:59'), null]) {
    const { status, body } = await send(time)
    assert.equal([status, body.code, body.detail], [422, 'not_available_then', 'Roof is not available at that time'])
  }
  await app.admin.patch(`/api/services/${service.id}`, { availableHours: null })
  assert.is((await send(null)).status, 201)
})

test('a service without category, options and hours is sent as before', async ({ app }) => {
  const service = await newService(app, { category: 'Outside', options: [extras] })
  assert.equal([service.category, service.options[0].choices[0].name], ['Outside', 'Moss'])
  const plain = await app.admin.patch(`/api/services/${service.id}`, { category: null, options: [] })
  assert.equal(Object.keys(plain.body).toSorted(), [
    'active',
    'currency',
    'description',
    'durationMinutes',
    'id',
    'name',
    'price',
  ])
  const [twice, sameId] = [
    [extras, extras],
    [
      {
        ...extras,
        choices: [
          { id: 'a', name: 'A', price: 1 },
          { id: 'a', name: 'B', price: 1 },
        ],
      },
    ],
  ]
  for (const [options, code] of [
    [twice, 'name_twice'],
    [sameId, 'choice_twice'],
  ] as const) {
    const { status, body } = await app.admin.patch(`/api/services/${service.id}`, { options })
    assert.equal([status, body.errors[0].code], [400, code])
  }
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
