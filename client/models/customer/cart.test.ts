import { closePage } from '../../testing/dom.ts'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Service } from '#shared/catalogue.ts'
import { PlaceOrder } from '#shared/order-input.ts'
import type * as z from 'zod/mini'
import { en } from '../../i18n/en.ts'
import { unused } from '../../testing/workspace.ts'
import { anOrder, settled } from '../../testing/orders.ts'
import { createOrders } from '../../live/orders.ts'
import { ApiError } from '../session/api-error.ts'
import { createCart } from './cart.ts'
import { createCatalogue } from './catalogue.ts'
import { createCheckout } from './checkout.ts'

const test = suite('the cart and the prices that were shown')

test.after(closePage)
test.before.each(() => localStorage.clear())

const roof: Service = {
  id: 'roof',
  name: 'Roof',
  description: '',
  price: 9500,
  currency: 'USD',
  durationMinutes: 60,
  active: true,
}
const door: Service = { ...roof, id: 'door', name: 'Door', price: 100 }

/** A page with the catalogue loaded. `refusals` are the server's next answers to orders; without one it accepts. */
async function page(services: Service[] = [roof, door]) {
  const refusals: ApiError[] = []
  const sent: PlaceOrder[] = []
  const answer = <S extends z.ZodMiniType>(schema: S, value: unknown) => schema.parse(value)
  const api = {
    get: async <S extends z.ZodMiniType>(_path: string, schema: S) => answer(schema, { currency: 'USD', services }),
    async post<S extends z.ZodMiniType>(_path: string, schema: S, body: unknown) {
      sent.push(PlaceOrder.parse(body))
      const refusal = refusals.shift()
      if (refusal) throw refusal
      return answer(schema, anOrder({ id: 'placed' }))
    },
    async patch<S extends z.ZodMiniType>(_path: string, schema: S) {
      return answer(schema, roof)
    },
    remove: unused,
  }
  const catalogue = createCatalogue(api, { upload: unused })
  const cart = createCart({ catalogue, customerId: 'sam' })
  const checkout = createCheckout({ api, orders: createOrders(), catalogue, cart, customerId: 'sam' })
  await catalogue.load()
  checkout.form.change('phone', '5550100')
  checkout.form.change('address', '1 Lane')
  const changes = () => cart.changed.value.map(({ service, agreedPrice }) => [service.id, agreedPrice, service.price])
  const publish = (...now: Service[]) => catalogue.apply({ currency: 'USD', services: now })
  return { catalogue, cart, checkout, changes, publish, refusals, sent }
}

test('a price that changes on the open page is shown with the old one, and is ordered only after it was agreed to', async () => {
  const { cart, checkout, changes, publish, sent } = await page()
  cart.set('roof', 2)
  assert.equal(changes(), [])
  publish({ ...roof, price: 9900 }, door)
  assert.equal([changes(), cart.agreedTotal.value, cart.total.value], [[['roof', 9500, 9900]], 19_000, 19_800])
  assert.is(await checkout.place(), null)
  assert.equal([sent.length, checkout.form.problem.value], [0, en.workErrors.price_changed])
  checkout.agree()
  assert.equal([changes(), checkout.form.problem.value], [[], null])
  assert.is(await checkout.place(), 'placed')
  assert.equal(
    sent.map(({ expectedTotal }) => expectedTotal),
    [19_800],
  )
})

test('the price for which a service was chosen survives a reload, so that a change meanwhile is noticed', async () => {
  const before = await page()
  before.cart.set('roof', 1)
  const { cart, changes } = await page([{ ...roof, price: 9900 }, door])
  assert.equal(changes(), [['roof', 9500, 9900]])
  cart.set('roof', 3)
  assert.equal(changes(), [['roof', 9500, 9900]], 'another quantity is no agreement')
  cart.set('roof', 0)
  cart.set('roof', 1)
  assert.equal(changes(), [], 'chosen again at the price that is shown')
})

test('an order that the server refuses for its price shows the new one, and asks again', async () => {
  const { cart, checkout, changes, refusals, sent } = await page()
  cart.set('roof', 1)
  const items = [{ serviceId: 'roof', name: 'Roof', quantity: 1, unitPrice: 9900 }]
  refusals.push(new ApiError('price_changed', 409, 'changed', { items, totalAmount: 9900 }))
  assert.is(await checkout.place(), null)
  assert.equal([changes(), checkout.form.problem.value], [[['roof', 9500, 9900]], en.workErrors.price_changed])
  checkout.agree()
  assert.is(await checkout.place(), 'placed')
  assert.equal(
    sent.map(({ expectedTotal }) => expectedTotal),
    [9500, 9900],
  )
})

test('a withdrawn service is named, is not ordered around silently, and is removed at once', async () => {
  const { cart, checkout, publish, refusals, sent } = await page()
  cart.set('roof', 1)
  cart.set('door', 1)
  publish(roof)
  assert.equal(cart.missing.value, [{ serviceId: 'door', name: 'Door' }])
  assert.is(await checkout.place(), null)
  assert.equal([sent.length, checkout.form.problem.value], [0, en.customer.removeFirst])
  checkout.remove('door')
  assert.equal([cart.missing.value, checkout.form.problem.value], [[], null])

  refusals.push(new ApiError('unknown_service', 422, 'no', { services: [{ serviceId: 'roof', name: 'Roof' }] }))
  assert.is(await checkout.place(), null)
  assert.equal([cart.missing.value, cart.lines.value], [[{ serviceId: 'roof', name: 'Roof' }], []])
})

test('a service that was withdrawn before the page was opened is still named', async () => {
  const before = await page()
  before.cart.set('door', 1)
  const { cart } = await page([roof])
  assert.equal(cart.missing.value, [{ serviceId: 'door', name: 'Door' }])
})

test('“order again” adds to the cart, says what is not available, and shows a price that was another one', async () => {
  const { cart, changes } = await page()
  cart.set('door', 2)
  const order = anOrder({
    items: [
      { serviceId: 'door', name: 'Door', quantity: 1, unitPrice: 100 },
      { serviceId: 'roof', name: 'Roof', quantity: 3, unitPrice: 9000 },
      { serviceId: 'pool', name: 'Pool', quantity: 1, unitPrice: 1 },
    ],
  })
  for (let times = 0; times < 2; times++) {
    cart.merge(order)
    assert.equal(cart.quantities.value, { door: 2, roof: 3, pool: 1 })
    assert.equal(cart.missing.value, [{ serviceId: 'pool', name: 'Pool' }])
    assert.equal(changes(), [['roof', 9000, 9500]])
  }
  cart.clear()
  cart.merge({ ...order, currency: 'EUR' })
  assert.equal(changes(), [], 'amounts in two currencies are not compared')
})

const size = {
  name: 'Size',
  required: true,
  choose: 'one' as const,
  choices: [
    { id: 'small', name: 'Small', price: 0 },
    { id: 'large', name: 'Large', price: 1500, durationMinutes: 30 },
  ],
}
const extras = {
  name: 'Extras',
  required: false,
  choose: 'several' as const,
  choices: [{ id: 'moss', name: 'Moss', price: 250 }],
}
const cleaning: Service = { ...roof, id: 'cleaning', name: 'Cleaning', options: [size, extras] }

test('a service in two variants is two lines, which are ordered with their options and priced with them', async () => {
  const { cart, checkout, changes, publish, sent } = await page([cleaning])
  cart.add('cleaning', ['moss', 'large'])
  cart.add('cleaning', ['small'])
  cart.add('cleaning', ['large', 'moss'])
  const lines = cart.lines.value.map(({ unitPrice, quantity, options }) => [
    options.map(({ choice }) => choice),
    unitPrice,
    quantity,
  ])
  assert.equal(lines, [
    [['small'], 9500, 1],
    [['large', 'moss'], 11_250, 2],
  ])
  assert.equal([cart.total.value, cart.minutes.value], [32_000, 240])
  const dearer = { ...extras, choices: [{ id: 'moss', name: 'Moss', price: 300 }] }
  publish({ ...cleaning, options: [size, dearer] })
  assert.equal(changes(), [['cleaning', 11_250, 9500]])
  checkout.agree()
  assert.is(await checkout.place(), 'placed')
  assert.equal(
    [sent[0]?.items, sent[0]?.expectedTotal],
    [
      [
        { serviceId: 'cleaning', quantity: 1, options: ['small'] },
        { serviceId: 'cleaning', quantity: 2, options: ['large', 'moss'] },
      ],
      32_100,
    ],
  )
})

test('“order again” keeps the options that exist, names the others, and orders nothing until they are chosen again', async () => {
  const { cart, checkout, sent } = await page([cleaning])
  const options = [
    { group: 'Size', choice: 'large', name: 'Large', price: 1500 },
    { group: 'Extras', choice: 'oven', name: 'Oven', price: 900 },
  ]
  const items = [{ serviceId: 'cleaning', name: 'Cleaning', quantity: 2, unitPrice: 11_900, options }]
  cart.merge(anOrder({ items }))
  const [line] = cart.outdated.value
  assert.ok(line)
  assert.equal([line.choices, line.gone, cart.lines.value], [['large'], ['Oven'], []])
  assert.is(await checkout.place(), null)
  assert.equal([sent.length, checkout.form.problem.value], [0, en.serviceOptions.chooseAgainFirst])
  checkout.chooseAgain(line.key, line.choices)
  assert.equal([cart.outdated.value, cart.total.value], [[], 22_000])
  assert.is(await checkout.place(), 'placed')
})

test('a service that has got a required option meanwhile is chosen again', async () => {
  const { cart, checkout, publish } = await page([roof])
  cart.set('roof', 1)
  publish({ ...roof, options: [size] })
  assert.equal(
    cart.outdated.value.map(({ service, choices, gone }) => [service.id, choices, gone]),
    [['roof', [], []]],
  )
  const [line] = cart.outdated.value
  checkout.drop(line?.key ?? '')
  assert.equal([cart.outdated.value, cart.quantities.value], [[], {}])
})

test('an event that arrives while the list is being read is newer than the list', async () => {
  const { catalogue, publish } = await page()
  const reading = catalogue.load()
  publish({ ...roof, price: 9900 })
  await reading
  await settled()
  assert.equal(
    catalogue.services.value?.map(({ id, price, active }) => [id, price, active]),
    [
      ['door', 100, false],
      ['roof', 9900, true],
    ],
  )
})

test('a catalogue that is too large for an event is read', async () => {
  const { catalogue } = await page([roof])
  catalogue.correct([{ id: 'roof', price: 1 }])
  catalogue.apply({ currency: 'USD', services: null, hash: 'x' })
  await settled()
  assert.is(catalogue.services.value?.[0]?.price, 9500)
})

test('an empty catalogue has the currency of the shop', async () => {
  const { catalogue, cart } = await page([])
  assert.equal([catalogue.currency.value, cart.currency.value], ['USD', 'USD'])
})

test.run()
