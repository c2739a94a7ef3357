import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type TestApp } from '../../testing/app.ts'

const test = suite<{ app: TestApp }>('follow-up orders')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

const contact = { phone: '+49 30 5550177', address: 'Lindenstraße 9, Berlin', area: 'Mitte', lat: 52.5, lng: 13.4 }
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

/** An order that its vendor could not complete. */
async function failed(app: TestApp) {
  const [customer, vendor] = [await app.customer('Mia'), await app.vendor('Ana')]
  const order = await app.order(customer, { contact, notes: 'Ring twice' })
  for (const status of ['accepted', 'on_the_way']) await vendor.set(order, status)
  await vendor.patch(`/api/orders/${order.id}/status`, { status: 'failed', reason: 'Not at home' })
  return { customer, vendor, order, path: `/api/orders/${order.id}/follow-up` }
}

test('an order that has failed is placed once more at today’s prices; both name each other', async ({ app }) => {
  const { customer, vendor, order, path } = await failed(app)
  const item = order.items[0]!
  const { price } = (await app.services()).find(({ id }) => id === item.serviceId)!
  await app.admin.patch(`/api/services/${item.serviceId}`, { price: price + 100 })

  const scheduledFor = tomorrow()
  const first = await vendor.post(path, { scheduledFor })
  assert.is(first.status, 201)
  const link = { id: first.body.id, number: first.body.number }
  const placed = (await customer.get(`/api/orders/${link.id}`)).body
  assert.equal(
    [placed.status, placed.customer, placed.contact, placed.notes, placed.scheduledFor, placed.followUpOf],
    ['pending', order.customer, contact, 'Ring twice', scheduledFor, { id: order.id, number: order.number }],
  )
  assert.equal(placed.items, [{ ...item, unitPrice: price + 100 }])
  assert.equal(placed.history[0].by, { id: vendor.id, name: 'Ana', role: 'vendor' })
  const before = (await customer.get(`/api/orders/${order.id}`)).body
  assert.equal([before.status, before.followUp], ['failed', link])
  assert.equal(before.history.at(-1).changed, [{ field: 'followUp', from: null, to: link }])

  const again = await app.admin.post(path, {})
  assert.equal([again.status, again.body.id, again.body.scheduledFor], [200, link.id, scheduledFor])
  assert.is((await customer.get(`/api/orders/${order.id}`)).body.version, before.version)
})

test('of many concurrent requests one makes the order', async ({ app }) => {
  const { customer, vendor, path } = await failed(app)
  const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => (n % 2 ? vendor : app.admin).post(path, {})))
  assert.is(new Set(answers.map(({ body }) => body.id)).size, 1)
  assert.equal(answers.map(({ status }) => status).sort(), [...Array.from({ length: 11 }, () => 200), 201])
  assert.is((await customer.get('/api/orders')).body.orders.length, 2)
})

test('only after its end, only by its vendor after a failure and by admins', async ({ app }) => {
  const { customer, order, path } = await failed(app)
  const other = await app.vendor('Bo')
  assert.equal((await other.post(path, {})).status, 404)
  assert.equal((await customer.post(path, {})).status, 403)
  const vendor = await app.vendor('Cy')
  const next = await app.order(customer)
  const nextPath = `/api/orders/${next.id}/follow-up`
  assert.equal((await app.admin.post(nextPath, {})).body.code, 'invalid_transition')
  for (const status of ['accepted', 'on_the_way', 'in_progress', 'completed']) await vendor.set(next, status)
  const refused = await vendor.post(nextPath, {})
  assert.equal([refused.status, refused.body.code, refused.body.from], [409, 'invalid_transition', 'completed'])
  assert.is((await app.admin.post(nextPath, {})).status, 201)
  const past = await app.admin.post(path, { scheduledFor: order.createdAt })
  assert.equal([past.status, past.body.code], [422, 'invalid_schedule'])
})

test('a service that is no longer offered and a customer who has left are refused', async ({ app }) => {
  const { customer, vendor, order, path } = await failed(app)
  const service = `/api/services/${order.items[0]!.serviceId}`
  await app.admin.patch(service, { active: false })
  assert.equal((await vendor.post(path, {})).body.code, 'unknown_service')
  await app.admin.patch(service, { active: true })
  await app.admin.patch(`/api/users/${customer.id}`, { active: false })
  assert.equal((await vendor.post(path, {})).body.code, 'unknown_customer')
})

test.run()
