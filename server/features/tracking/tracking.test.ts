import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { TrackingLink } from '#shared/tracking.ts'
import { createSecretTokens } from '../../lib/secret-token.ts'
import { startApp, type Person, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { Probe } from '../../testing/probe.ts'

const test = suite<{ app: TestApp; clock: StillClock }>('tracking links')

const [second, minute, day] = [1_000, 60_000, 24 * 3_600_000]
const [everything, nothing] = [
  { change: true, cancel: true, message: true, rate: true },
  { change: false, cancel: false, message: false, rate: false },
]
const allow = (app: TestApp, settings: object) => app.admin.call('PUT', '/api/tracking/settings', settings)

test.before(async (context) => {
  context.clock = new StillClock()
  context.app = await startApp({ clock: context.clock })
})
test.before.each(async ({ app }) => void (await allow(app, everything)))
test.after(({ app }) => app.stop())

/** The link to an order, and what its holder does. */
async function linkTo(app: TestApp, order: Pick<Order, 'id'>, by: Person = app.admin, body?: object) {
  const { status, body: answer } = await by.post(`/api/orders/${order.id}/tracking`, body)
  assert.is(status, 201, JSON.stringify(answer))
  const link = TrackingLink.parse(answer)
  const call = (method: string, path: string, sent?: unknown) =>
    app.call(method, `/api${path}`, sent, { authorization: `Bearer ${link.token}` })
  return {
    ...link,
    call,
    get: (path: string) => call('GET', path),
    connect: (clientId?: string) =>
      Probe.connect(app.mqtt, { username: 'link', password: link.token, ...(clientId && { clientId }) }),
  }
}

test('the holder sees the order as its customer does, and no other order of the customer', async ({ app }) => {
  const customer = await app.customer('Mia')
  const [order, other] = [await app.order(customer), await app.order(customer)]
  const link = await linkTo(app, order, customer)
  assert.is(link.url, `${app.http}/t/#${link.token}`)
  assert.equal((await link.get(`/orders/${order.id}`)).body, (await customer.get(`/api/orders/${order.id}`)).body)
  assert.equal((await link.get('/tracking')).body, {
    orderId: order.id,
    customer: { id: customer.id, name: 'Mia' },
    expiresAt: link.expiresAt,
    may: everything,
  })
  const body = { text: 'Hello' }
  for (const [method, path, sent] of [
    ['GET', `/orders/${other.id}`],
    ['PATCH', `/orders/${other.id}`, { notes: 'x' }],
    ['PATCH', `/orders/${other.id}/status`, { status: 'cancelled', reason: 'x' }],
    ['GET', `/orders/${other.id}/messages`],
    ['POST', `/orders/${other.id}/messages`, body],
    ['POST', `/orders/${other.id}/messages/read`, {}],
  ] as const)
    assert.is((await link.call(method, path, sent)).status, 404, `${method} ${path}`)
})

test('the holder changes and cancels the order and writes messages, and history names the customer', async ({
  app,
}) => {
  const [customer, vendor] = [await app.customer('Tom'), await app.vendor()]
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  const link = await linkTo(app, order)
  const corrected = await link.call('PATCH', `/orders/${order.id}`, { notes: 'Ring twice' })
  assert.equal([corrected.status, corrected.body.notes], [200, 'Ring twice'])
  const written = await link.call('POST', `/orders/${order.id}/messages`, { text: 'The dog is friendly' })
  assert.equal([written.status, written.body.by], [201, { id: customer.id, name: 'Tom', role: 'customer' }])
  const internal = await link.call('POST', `/orders/${order.id}/messages`, { text: 'x', internal: true })
  assert.is(internal.status, 403)
  const cancelled = await link.call('PATCH', `/orders/${order.id}/status`, { status: 'cancelled', reason: 'Rain' })
  assert.is(cancelled.status, 200)
  const { history } = (await app.admin.get(`/api/orders/${order.id}`)).body
  assert.equal(
    history.slice(2).map(({ by }: Order['history'][number]) => by),
    [
      { id: customer.id, name: 'Tom', role: 'customer' },
      { id: customer.id, name: 'Tom', role: 'customer' },
    ],
  )
})

test('what the settings do not allow is refused, live topics included, from the moment they change', async ({
  app,
}) => {
  const customer = await app.customer()
  const order = await app.order(customer)
  const link = await linkTo(app, order)
  const probe = await link.connect()
  assert.is(await probe.subscribe(`orders/${order.id}/messages`), 1)
  assert.is((await allow(app, nothing)).status, 200)
  await probe.closed
  const later = await link.connect()
  assert.is(await later.subscribe(`orders/${order.id}/messages`), 128)
  assert.is(await later.subscribe(`customers/${customer.id}/orders`), 1)
  await app.admin.post(`/api/orders/${order.id}/messages`, { text: 'Not for the holder' })
  assert.equal((await link.get('/tracking')).body.may, nothing)
  const nextOf = async () => (await link.get(`/orders/${order.id}`)).body.nextStatuses
  assert.equal(await nextOf(), [], 'it is not said that the order can be cancelled')
  for (const [method, path, sent] of [
    ['PATCH', `/orders/${order.id}`, { notes: 'x' }],
    ['PATCH', `/orders/${order.id}/status`, { status: 'cancelled', reason: 'x' }],
    ['GET', `/orders/${order.id}/messages`],
    ['POST', `/orders/${order.id}/messages`, { text: 'x' }],
    ['POST', `/orders/${order.id}/messages/read`, {}],
  ] as const)
    assert.is((await link.call(method, path, sent)).status, 403, `${method} ${path}`)
  assert.is((await link.get(`/orders/${order.id}`)).status, 200)
  assert.equal((await app.admin.get('/api/tracking/settings')).body, nothing)
  assert.is((await allow(app, { change: true })).status, 400, 'the settings are replaced whole')
  await later.end()
})

test('its topics carry that order alone: orders, positions and messages', async ({ app }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const [order, other] = [await app.order(customer), await app.order(customer)]
  const link = await linkTo(app, order)
  const probe = await link.connect()
  for (const filter of [
    `customers/${customer.id}/orders`,
    `customers/${customer.id}/tracking`,
    `orders/${order.id}/messages`,
  ])
    assert.is(await probe.subscribe(filter), 1, filter)
  for (const filter of [
    '#',
    'orders/+/messages',
    `orders/${other.id}/messages`,
    `customers/${customer.id}/#`,
    `customers/${customer.id}/+`,
    'customers/+/orders',
    'services',
    `users/${customer.id}/replies`,
    `users/${customer.id}/notifications`,
    'orders/new',
    'orders/update',
    'vendor/location',
  ])
    assert.is(await probe.subscribe(filter), 128, filter)
  for (const one of [other, order]) {
    await vendor.set(one, 'accepted')
    await vendor.set(one, 'on_the_way')
    await vendor.post(`/api/orders/${one.id}/messages`, { text: `About ${one.number}` })
  }
  const van = await vendor.connect()
  await van.publish('vendor/location', { lat: 1, lng: 2 })
  const about = ({ payload }: Probe['messages'][number]) => payload.orderId ?? payload.id
  await probe.until(({ topic }) => topic.endsWith('/tracking'))
  await app.drain()
  await probe.subscribe('nothing/at/all')
  assert.equal([...new Set(probe.messages.map(about))], [order.id])
  assert.is(probe.messages.filter(({ topic }) => topic.endsWith('/messages')).length, 1)
  await probe.publish(`orders/${order.id}/messages`, 'forged')
  await probe.publish('vendor/status', 'online')
  assert.is((await app.admin.get(`/api/orders/${order.id}/messages`)).body.messages.length, 1)
  await van.end()
  await probe.end()
})

test('its connection takes over no connection of the customer, who has the same client id', async ({ app }) => {
  const customer = await app.customer()
  const link = await linkTo(app, await app.order(customer))
  const own = await customer.connect('tcp', { clientId: 'page' })
  const probe = await link.connect('page')
  assert.is(await own.subscribe(`customers/${customer.id}/orders`), 1)
  assert.is(await probe.subscribe(`customers/${customer.id}/orders`), 1)
  await own.end()
  await probe.end()
})

test('an order has one link until it is revoked, which ends requests and connections', async ({ app }) => {
  const customer = await app.customer()
  const order = await app.order(customer)
  const first = await linkTo(app, order, customer)
  assert.is((await linkTo(app, order)).token, first.token)
  const probe = await first.connect()
  const revoke = () => customer.call('DELETE', `/api/orders/${order.id}/tracking`)
  assert.is((await revoke()).status, 204)
  await probe.closed
  assert.is((await first.get(`/orders/${order.id}`)).status, 401)
  await first.connect().then(
    () => assert.unreachable('connected with a revoked link'),
    ({ code }) => assert.is(code, 4),
  )
  assert.is((await revoke()).status, 404)
  const next = await linkTo(app, order)
  assert.is.not(next.token, first.token)
  assert.is((await first.get(`/orders/${order.id}`)).status, 401)
  assert.is((await next.get(`/orders/${order.id}`)).status, 200)
})

test('only the parties of the order who look after it make links: neither others, nor vendors, nor the holder', async ({
  app,
}) => {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  const path = `/api/orders/${order.id}/tracking`
  assert.is((await (await app.customer()).post(path)).status, 404)
  assert.is((await vendor.post(path)).status, 403)
  const link = await linkTo(app, order)
  assert.is((await link.call('POST', `/orders/${order.id}/tracking`)).status, 403)
  assert.is((await link.call('DELETE', `/orders/${order.id}/tracking`)).status, 403)
  assert.is((await customer.get('/api/tracking')).status, 403)
  assert.is((await app.admin.post('/api/orders/none/tracking')).status, 404)
  const { body } = await app.admin.post('/api/tokens', { name: 'ERP', scope: 'integration' })
  const erp = await app.call('POST', path, {}, { authorization: `Bearer ${body.secret}` })
  assert.equal([erp.status, erp.body.token], [201, link.token])
})

test('a link is valid for a week after the appointment, or until the time that was asked for', async ({
  app,
  clock,
}) => {
  const customer = await app.customer()
  const now = clock.now()
  const at = (time: number) => new Date(time).toISOString()
  const asap = await linkTo(app, await app.order(customer))
  assert.is(asap.expiresAt, at(now + 7 * day))
  const planned = await linkTo(app, await app.order(customer, { scheduledFor: at(now + 3 * day) }))
  assert.is(planned.expiresAt, at(now + 10 * day))
  const order = await app.order(customer)
  const short = await linkTo(app, order, customer, { expiresAt: at(now + 5 * minute) })
  assert.is(short.expiresAt, at(now + 5 * minute))
  for (const expiresAt of [at(now - second), at(now + 91 * day)])
    assert.is((await customer.post(`/api/orders/${order.id}/tracking`, { expiresAt })).status, 400)
  const probe = await short.connect()
  clock.advance(5 * minute)
  await probe.closed
  assert.is((await short.get(`/orders/${order.id}`)).status, 401)
  const renewed = await linkTo(app, order)
  assert.is.not(renewed.token, short.token)
  assert.is((await asap.get('/tracking')).status, 200)
})

test('a customer whose account is closed has no links, and a wrong secret opens none', async ({ app }) => {
  const customer = await app.customer()
  const order = await app.order(customer)
  const link = await linkTo(app, order)
  const forged = createSecretTokens('trk').create(order.id).token
  assert.is((await app.call('GET', '/api/tracking', undefined, { authorization: `Bearer ${forged}` })).status, 401)
  await customer.set(order, 'cancelled', { reason: 'x' })
  const { body } = await customer.get('/api/account/export')
  assert.equal(
    body.trackingLinks.map(({ orderId }: { orderId: string }) => orderId),
    [order.id],
  )
  const probe = await link.connect()
  assert.is((await customer.post('/api/account/erase', { password: app.password })).status, 202)
  await probe.closed
  assert.is((await link.get('/tracking')).status, 401)
})

test.run()
