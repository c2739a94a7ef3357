import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOrder, startApp, type TestApp } from '../testing/app.ts'

const test = suite<{ app: TestApp }>('corrections of orders')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

const phone = '+49 30 5550177'
const contact = { phone, address: 'Lindenstraße 9, Berlin', area: 'Mitte' }

test('a correction is one more version; its history entry has the old and the new values', async ({ app }) => {
  const customer = await app.customer('Mia')
  const order = await app.order(customer, { contact, notes: 'Ring twice' })
  const input = { contact: { address: 'Hauptstraße 1, Berlin', area: null }, notes: 'Ring once', version: 1 }
  const { status, body } = await customer.patch(`/api/orders/${order.id}`, input)
  assert.is(status, 200)
  assert.equal(
    [body.version, body.status, body.contact, body.notes, body.totalAmount],
    [2, 'pending', { phone, address: input.contact.address }, 'Ring once', order.totalAmount],
  )
  assert.equal(body.history[1], {
    status: 'pending',
    at: body.updatedAt,
    by: { id: customer.id, name: 'Mia', role: 'customer' },
    changed: [
      { field: 'address', from: contact.address, to: input.contact.address },
      { field: 'area', from: 'Mitte', to: null },
      { field: 'notes', from: 'Ring twice', to: 'Ring once' },
    ],
    note: null,
  })
  const again = await customer.patch(`/api/orders/${order.id}`, { notes: 'Ring once' })
  assert.equal([again.status, again.body.version], [200, 2], 'what changes nothing makes no version')
  const stale = await customer.patch(`/api/orders/${order.id}`, input)
  assert.equal([stale.status, stale.body.code, stale.body.order.version], [409, 'version_conflict', 2])
  assert.is((await app.admin.get('/api/orders?q=Hauptstraße')).body.orders[0].id, order.id, 'it is found by it')
})

test('a position is corrected and removed whole, and goes with the address; offers have it to a kilometre', async ({
  app,
}) => {
  const customer = await app.customer('Mia')
  const vendor = await app.vendor('Ana')
  const [first, second] = [
    { lat: 52.520008, lng: 13.404954 },
    { lat: 0, lng: -179.999 },
  ]
  const order = await app.order(customer, { contact: { ...contact, ...first } })
  const path = `/api/orders/${order.id}`
  assert.equal(order.contact, { ...contact, ...first })
  const offer = (await vendor.get(path)).body
  assert.equal([offer.contact, offer.near], [{ area: 'Mitte' }, { lat: 52.52, lng: 13.4 }])
  assert.is(order.near, undefined)

  const moved = (await customer.patch(path, { contact: second })).body
  assert.equal(moved.contact, { ...contact, ...second })
  assert.equal(moved.history[1].changed, [{ field: 'position', from: first, to: second }])
  const seen = (await vendor.get(path)).body
  assert.equal(seen.history[1].changed, [{ field: 'position', from: null, to: null }])
  assert.not.match(JSON.stringify(seen), '52.520008')

  const elsewhere = (await customer.patch(path, { contact: { address: 'Hauptstraße 1' } })).body
  assert.equal(elsewhere.contact, { phone, address: 'Hauptstraße 1', area: 'Mitte' })
  assert.equal((await vendor.get(path)).body.near, undefined)
  const both = (await app.admin.patch(path, { contact: { address: 'Hauptstraße 2', ...first } })).body
  assert.equal(both.contact, { phone, address: 'Hauptstraße 2', area: 'Mitte', ...first })
  const removed = (await app.admin.patch(path, { contact: { lat: null, lng: null } })).body
  assert.equal([removed.contact.lat, removed.version], [undefined, 5])

  for (const wrong of [{ lat: 1 }, { lng: 1 }, { lat: 1, lng: null }, { lat: 91, lng: 0 }, { lat: 0, lng: 181 }]) {
    const refused = await customer.patch(path, { contact: wrong })
    assert.equal([refused.status, refused.body.code], [400, 'invalid_request'], JSON.stringify(wrong))
  }
})

test('of 50 concurrent corrections each is one version, and none is lost', async ({ app }) => {
  const customer = await app.customer()
  const order = await app.order(customer)
  const correct = (n: number) => customer.patch(`/api/orders/${order.id}`, { notes: `Bell ${n}` })
  await Promise.all(Array.from({ length: 50 }, (_, n) => correct(n)))
  const { body } = await customer.get(`/api/orders/${order.id}`)
  const notes = body.history.slice(1).map(({ changed }: { changed: { to: string }[] }) => changed[0]?.to)
  assert.is(new Set(notes).size, 50)
  assert.equal([body.version, body.notes], [51, notes.at(-1)])
})

test('an item of the order keeps its price; a new one has the catalogue’s, and a changed total needs consent', async ({
  app,
}) => {
  const customer = await app.customer()
  const [first, second] = await app.services()
  const order = await app.order(customer)
  await app.admin.patch(`/api/services/${first!.id}`, { price: first!.price + 100 })
  const items = [
    { serviceId: first!.id, quantity: 3 },
    { serviceId: second!.id, quantity: 1 },
  ]
  const total = 3 * first!.price + second!.price
  const refused = await customer.patch(`/api/orders/${order.id}`, { items, expectedTotal: order.totalAmount })
  assert.equal([refused.status, refused.body.code, refused.body.totalAmount], [409, 'price_changed', total])
  const { body } = await customer.patch(`/api/orders/${order.id}`, { items, expectedTotal: total })
  assert.equal([body.totalAmount, body.items[0].unitPrice], [total, first!.price])
  const [{ field, from, to }] = body.history[1].changed
  assert.equal([field, from, to], ['items', order.items, body.items])
  await app.admin.patch(`/api/services/${first!.id}`, { price: first!.price })
  const unknown = await customer.patch(`/api/orders/${order.id}`, { items: [{ serviceId: 'none', quantity: 1 }] })
  assert.equal([unknown.status, unknown.body.code], [422, 'unknown_service'])
  const options = { items: [{ serviceId: second!.id, quantity: 2, options: ['none'] }] }
  const wrong = await customer.patch(`/api/orders/${order.id}`, options)
  assert.equal([wrong.status, wrong.body.code], [422, 'invalid_options'])
  const past = await customer.patch(`/api/orders/${order.id}`, { scheduledFor: '2020-01-01T00:00:00Z' })
  assert.equal([past.status, past.body.code], [422, 'invalid_schedule'])
})

test('its customer corrects it until the vendor sets off, an admin until it ends, others never', async ({ app }) => {
  const [customer, other, vendor] = await Promise.all([app.customer(), app.customer(), app.vendor()])
  const order = await app.order(customer)
  const correct = async (person: typeof customer, notes: string) => {
    const { status, body } = await person.patch(`/api/orders/${order.id}`, { notes })
    return body.code ?? status
  }
  assert.equal([await correct(other, 'a'), await correct(vendor, 'a')], ['not_found', 'forbidden'])
  await vendor.set(order, 'accepted')
  assert.equal([await correct(customer, 'b'), await correct(app.admin, 'c')], [200, 200])
  await vendor.set(order, 'on_the_way')
  assert.equal([await correct(customer, 'd'), await correct(app.admin, 'd')], ['invalid_transition', 200])
  await vendor.set(order, 'in_progress')
  assert.is(await correct(app.admin, 'e'), 200)
  await vendor.set(order, 'completed')
  assert.is(await correct(app.admin, 'f'), 'invalid_transition')
})

test('its vendor hears of it at once; a vendor to whom it is offered sees neither phone nor address', async ({
  app,
}) => {
  const [customer, vendor] = await Promise.all([app.customer('Mia'), app.vendor()])
  const order = await app.order(customer, { contact })
  const probe = await vendor.connect()
  await probe.subscribe('orders/update')
  await customer.patch(`/api/orders/${order.id}`, { contact: { phone: '112 112', area: 'Wedding' } })
  const { payload: offer } = await probe.until(
    ({ topic, payload }) => topic === 'orders/update' && payload.version === 2,
  )
  assert.equal(offer.contact, { area: 'Wedding' })
  assert.equal(offer.history[1].changed, [
    { field: 'phone', from: null, to: null },
    { field: 'area', from: 'Mitte', to: 'Wedding' },
  ])
  assert.is((await vendor.set(order, 'accepted')).body.history[1].changed[0].to, '112 112')
})

test('an item keeps its options, and another choice of options is priced by the catalogue', async ({ app }) => {
  const choices = [
    { id: 'small', name: 'Small', price: 0 },
    { id: 'large', name: 'Large', price: 1500 },
  ]
  const options = [{ name: 'Size', required: true, choose: 'one', choices }]
  const service = (await app.admin.post('/api/services', { name: 'Roof', price: 9500, durationMinutes: 60, options }))
    .body
  const customer = await app.customer()
  const items = ['small', 'large'].map((choice) => ({ serviceId: service.id, quantity: 1, options: [choice] }))
  const order = (await customer.post('/api/orders', placeOrder(service.id, { items }))).body
  await app.admin.patch(`/api/services/${service.id}`, { price: 9900 })
  const correct = async (...wanted: object[]) => {
    const { status, body } = await customer.patch(`/api/orders/${order.id}`, {
      items: wanted.map((line) => ({ serviceId: service.id, ...line })),
    })
    assert.is(status, 200)
    return body.items.map(({ quantity, unitPrice }: { quantity: number; unitPrice: number }) => [quantity, unitPrice])
  }
  assert.equal(await correct({ quantity: 2, options: ['large'] }), [[2, 11_000]], 'at the price that was agreed')
  assert.equal(await correct({ quantity: 1 }, { quantity: 3, options: ['small'] }), [
    [1, 11_000],
    [3, 9900],
  ])
})

test.run()
