import { Webhook } from 'standardwebhooks'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import {
  webhookEvents,
  WebhookDelivery,
  WebhookDeliveryList,
  WebhookList,
  WebhookWithSecret,
  type WebhookEvent,
} from '#shared/webhooks.ts'
import { startApp, type TestApp } from '../../testing/app.ts'
import { startReceiver, type ReceivedRequest } from '../../testing/webhook-receiver.ts'

const test = suite<{ app: TestApp }>('webhooks')

test.before(async (context) => {
  context.app = await startApp({ env: { WEBHOOKS_ALLOW_PRIVATE: 'true' } })
})
test.after(({ app }) => app.stop())

/** A receiver, and a webhook that calls it; both are removed by `end`. */
async function setUp(app: TestApp, events: readonly WebhookEvent[], options: { tls?: boolean } = {}) {
  const receiver = await startReceiver(options)
  const { status, body } = await app.admin.post('/api/webhooks', { url: receiver.url, events })
  assert.is(status, 201)
  const { webhook, secret } = WebhookWithSecret.parse(body)
  const path = `/api/webhooks/${webhook.id}`
  return {
    ...receiver,
    id: webhook.id,
    path,
    secret,
    async shown() {
      const { webhooks } = WebhookList.parse((await app.admin.get('/api/webhooks')).body)
      return webhooks.find(({ id }) => id === webhook.id)
    },
    async deliveries(query = '') {
      return WebhookDeliveryList.parse((await app.admin.get(`${path}/deliveries${query}`)).body)
    },
    async end() {
      await app.admin.call('DELETE', path)
      await receiver.stop()
    },
  }
}

/** The body, if the signature of the request is right. */
function verified(request: ReceivedRequest | undefined, secret: string): unknown {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request?.headers ?? {})) headers[name] = String(value)
  return new Webhook(secret).verify(request?.body ?? '', headers)
}

const typesOf = (requests: readonly ReceivedRequest[]): string[] => requests.map(({ body }) => JSON.parse(body).type)

test('a receiver gets the events it has chosen, in order, signed, with the whole order at that version', async ({
  app,
}) => {
  const all = await setUp(
    app,
    webhookEvents.filter((event) => event.startsWith('order.')),
  )
  const some = await setUp(app, ['order.completed'])
  const [customer, vendor, other] = [await app.customer('Ana'), await app.vendor(), await app.vendor()]
  const order = await app.order(customer, { notes: 'Ring twice' })
  await other.set(order, 'rejected', { reason: 'Too far' })
  await vendor.set(order, 'accepted')
  await app.admin.set(order, 'pending', { reason: 'The van is broken' })
  await app.admin.post(`/api/orders/${order.id}/assign`, { vendorId: vendor.id })
  for (const status of ['on_the_way', 'in_progress', 'completed']) await vendor.set(order, status)
  await all.until(10)
  await some.until(1)
  await app.drain()

  assert.equal(typesOf(all.received), [
    'order.placed',
    'order.offered',
    'order.changed',
    'order.accepted',
    'order.released',
    'order.offered',
    'order.assigned',
    'order.on_the_way',
    'order.in_progress',
    'order.completed',
  ])
  assert.equal(typesOf(some.received), ['order.completed'])

  const { body: final } = await app.admin.get<Order>(`/api/orders/${order.id}`)
  const bodies = all.received.map((request) => verified(request, all.secret))
  const { nextStatuses: _, ...whole } = { nextStatuses: [], ...final }
  assert.equal(bodies.at(-1), { type: 'order.completed', timestamp: final.updatedAt, data: whole })
  const [placed] = all.received
  const { timestamp, data } = JSON.parse(placed?.body ?? '{}')
  assert.equal([timestamp, data.version, data.status, data.history.length], [order.createdAt, 1, 'pending', 1])
  assert.equal([data.customer.name, data.contact, data.notes], ['Ana', order.contact, 'Ring twice'])
  assert.equal([placed?.path, placed?.headers['content-type']], ['/hook', 'application/json'])
  assert.is(new Set(all.received.map(({ headers }) => headers['webhook-id'])).size, all.received.length)
  assert.throws(() => verified(placed, some.secret), /No matching signature/)
  assert.throws(() => verified(placed && { ...placed, body: placed.body.replace('Ana', 'Eva') }, all.secret))
  await all.end()
  await some.end()
})

test('a message and an internal note are told with the number of their order', async ({ app }) => {
  const receiver = await setUp(app, ['message.received'])
  const [customer, vendor] = [await app.customer('Ana'), await app.vendor('Ben')]
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  const path = `/api/orders/${order.id}/messages`
  const written = (await customer.post(path, { text: 'Ring twice', id: 'm1' })).body
  await customer.post(path, { text: 'Ring twice', id: 'm1' })
  await receiver.until(1)
  await vendor.post(path, { text: 'He pays late', internal: true })
  await receiver.until(2)
  await app.drain()
  const bodies = receiver.received.map((request) => JSON.parse(request.body))
  assert.equal(bodies[0], {
    type: 'message.received',
    timestamp: written.at,
    data: { ...written, number: order.number },
  })
  assert.equal([bodies[1].data.text, bodies[1].data.internal, bodies.length], ['He pays late', true, 2])
  await receiver.end()
})

test('a vendor who comes online or goes offline is told once, a break is not', async ({ app }) => {
  const vendor = await app.vendor('Ben')
  const receiver = await setUp(app, ['vendor.online', 'vendor.offline'])
  const probe = await vendor.connect()
  await receiver.until(1)
  await probe.client.publishAsync('vendor/status', 'break', { qos: 1 })
  await probe.client.publishAsync('vendor/status', 'online', { qos: 1 })
  await receiver.until(2)
  await probe.client.endAsync()
  await receiver.until(3)
  await app.admin.patch(`/api/users/${vendor.id}`, { name: 'Benjamin' })
  await app.drain()
  assert.equal(typesOf(receiver.received), ['vendor.online', 'vendor.online', 'vendor.offline'])
  const { data } = JSON.parse(receiver.received[2]?.body ?? '{}')
  assert.equal([data.vendorId, data.name, data.status], [vendor.id, 'Ben', 'offline'])
  await receiver.end()
})

test('a webhook that is off or removed gets nothing, and one that is turned on only what happens then', async ({
  app,
}) => {
  const receiver = await setUp(app, ['order.placed'])
  const customer = await app.customer()
  await app.order(customer)
  await receiver.until(1)
  await app.admin.patch(receiver.path, { active: false })
  await app.order(customer)
  await app.admin.patch(receiver.path, { active: true, events: ['order.cancelled'] })
  const order = await app.order(customer)
  await customer.set(order, 'cancelled', { reason: 'No longer needed' })
  await receiver.until(2)
  assert.equal(typesOf(receiver.received), ['order.placed', 'order.cancelled'])
  await app.admin.call('DELETE', receiver.path)
  await app.order(customer)
  await app.drain()
  assert.is(receiver.received.length, 2)
  assert.is((await app.admin.get(`${receiver.path}/deliveries`)).status, 404)
  await receiver.end()
})

test('the log shows each attempt, in pages; a failure is seen at the webhook, until a delivery succeeds', async ({
  app,
}) => {
  const receiver = await setUp(app, ['order.placed'])
  receiver.answer((response) => response.writeHead(500).end('out of order'))
  const customer = await app.customer()
  for (let n = 0; n < 3; n++) await app.order(customer)
  await receiver.until(1)
  await app.drain()
  const { deliveries, nextCursor } = await receiver.deliveries('?limit=2')
  assert.is(deliveries.length, 2)
  const rest = await receiver.deliveries(`?limit=2&cursor=${nextCursor}`)
  assert.equal([rest.deliveries.length, rest.nextCursor], [1, null])
  const [first] = rest.deliveries
  const [attempt] = first?.attempts ?? []
  assert.equal([first?.state, first?.attempts.length, first?.event], ['waiting', 1, 'order.placed'])
  assert.equal([attempt?.status, attempt?.error, attempt?.response], [500, 'status', 'out of order'])
  assert.is(first?.payload, receiver.received[0]?.body)
  assert.is(first?.id, receiver.received[0]?.headers['webhook-id'])
  const pause = Date.parse(first?.nextAttemptAt ?? '') - Date.parse(attempt?.at ?? '')
  assert.ok(pause >= 4_900 && pause < 7_000, `${pause} ms`)
  assert.is((await receiver.shown())?.failingSince, attempt?.at)

  receiver.answer((response) => response.writeHead(204).end())
  assert.is((await app.admin.post(`${receiver.path}/deliveries/${first?.id}/replay`)).status, 202)
  await receiver.until(4)
  await app.drain()
  assert.equal(
    (await receiver.deliveries()).deliveries.map(({ state }) => state),
    Array(3).fill('delivered'),
  )
  assert.is((await receiver.shown())?.failingSince, null)
  await receiver.end()
})

test('a replay has the same id and content and is signed anew; a test is sent at once, also by one that is off', async ({
  app,
}) => {
  const receiver = await setUp(app, ['order.placed'])
  await app.order(await app.customer())
  await receiver.until(1)
  await app.drain()
  const id = String(receiver.received[0]?.headers['webhook-id'])
  assert.is((await app.admin.post(`${receiver.path}/deliveries/${id}/replay`)).status, 202)
  await receiver.until(2)
  await app.drain()
  const [first, again] = receiver.received
  verified(again, receiver.secret)
  assert.equal([again?.headers['webhook-id'], again?.body], [id, first?.body])
  const [replayed] = (await receiver.deliveries()).deliveries
  assert.equal([replayed?.state, replayed?.attempts.length], ['delivered', 2])
  assert.is((await app.admin.post(`${receiver.path}/deliveries/unknown/replay`)).status, 404)

  await app.admin.patch(receiver.path, { active: false })
  assert.is((await app.admin.post(`${receiver.path}/deliveries/${id}/replay`)).status, 400)
  receiver.answer((response) => response.writeHead(418).end())
  const sent = WebhookDelivery.parse((await app.admin.post(`${receiver.path}/test`)).body)
  assert.equal([sent.event, sent.state, sent.attempts[0]?.status], ['test', 'failed', 418])
  verified(receiver.received[2], receiver.secret)
  const [logged] = (await receiver.deliveries()).deliveries
  assert.equal(logged, sent)
  await receiver.end()
})

test('after a rotation both secrets sign; the secret is in no other answer', async ({ app }) => {
  const receiver = await setUp(app, ['order.placed'])
  assert.match(receiver.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  const { status, body } = await app.admin.post(`${receiver.path}/secret`)
  const { secret, webhook } = WebhookWithSecret.parse(body)
  assert.is(status, 201)
  assert.is.not(secret, receiver.secret)
  const overlap = Date.parse(webhook.oldSecretUntil ?? '') - Date.now()
  assert.ok(Math.abs(overlap - 24 * 3_600_000) < 60_000)
  await app.order(await app.customer())
  await receiver.until(1)
  for (const one of [secret, receiver.secret]) verified(receiver.received[0], one)
  for (const answer of [
    await app.admin.get('/api/webhooks'),
    await app.admin.patch(receiver.path, { active: true }),
    await app.admin.get(`${receiver.path}/deliveries`),
  ]) {
    assert.not.match(JSON.stringify(answer.body), /whsec_/)
  }
  await receiver.end()
})

test('410 Gone turns the webhook off, and turning it on again forgets it', async ({ app }) => {
  const receiver = await setUp(app, ['order.placed'])
  receiver.answer((response) => response.writeHead(410).end())
  const customer = await app.customer()
  await app.order(customer)
  await receiver.until(1)
  await app.drain()
  const shown = await receiver.shown()
  assert.equal([shown?.active, shown?.gone], [false, true])
  await app.order(customer)
  await app.drain()
  const { deliveries } = await receiver.deliveries()
  assert.equal(
    deliveries.map(({ state }) => state),
    ['failed'],
  )
  await app.admin.patch(receiver.path, { active: true })
  const again = await receiver.shown()
  assert.equal([again?.active, again?.gone, again?.failingSince], [true, false, null])
  await receiver.end()
})

test('receivers that do not answer delay no others', async ({ app }) => {
  const good = await setUp(app, ['order.placed'])
  const dead = await Promise.all([0, 1, 2].map(() => setUp(app, ['order.placed'])))
  for (const one of dead) one.answer(() => {})
  const customer = await app.customer()
  for (let n = 0; n < 20; n++) await app.order(customer)
  await good.until(20)
  assert.equal(
    dead.map(({ received }) => received.length),
    [1, 1, 1],
  )
  for (const one of dead) one.answer((response) => response.writeHead(410).end())
  await Promise.all(dead.map(({ end }) => end()))
  await good.end()
})

test('what a webhook may be is checked, and unknown events are refused with the list', async ({ app }) => {
  const url = 'https://example.com/hook'
  const events = ['order.placed']
  const unknown = await app.admin.post('/api/webhooks', { url, events: ['order.lost'] })
  assert.is(unknown.status, 400)
  assert.equal(unknown.body.errors[0].values, [...webhookEvents])
  for (const body of [
    {},
    { url },
    { url, events: [] },
    { url: 'ftp://example.com', events },
    { url: 'example.com', events },
    { url: 'https://user:password@example.com', events },
    { url: `https://example.com/${'x'.repeat(2_000)}`, events },
    { url, events, secret: 'mine' },
  ]) {
    assert.is((await app.admin.post('/api/webhooks', body)).status, 400, JSON.stringify(body))
  }
  for (const path of ['/api/webhooks/unknown', '/api/webhooks/unknown/secret', '/api/webhooks/unknown/test']) {
    const method = path.endsWith('unknown') ? 'PATCH' : 'POST'
    assert.is((await app.admin.call(method, path, { active: true })).status, 404, path)
  }
})

test('only admins may use webhooks, and no device', async ({ app }) => {
  const receiver = await setUp(app, ['order.placed'])
  const vendor = await app.vendor()
  const { token } = await vendor.device()
  const body = { url: receiver.url, events: ['order.placed'] }
  const requests: [string, string, unknown?][] = [
    ['GET', '/api/webhooks'],
    ['POST', '/api/webhooks', body],
    ['PATCH', receiver.path, { active: false }],
    ['DELETE', receiver.path],
    ['GET', `${receiver.path}/deliveries`],
    ['POST', `${receiver.path}/deliveries/any/replay`],
    ['POST', `${receiver.path}/test`],
    ['POST', `${receiver.path}/secret`],
  ]
  for (const [method, path, content] of requests) {
    assert.is((await app.call(method, path, content)).status, 401, `${method} ${path}`)
    for (const person of [await app.customer(), vendor]) {
      assert.is((await person.call(method, path, content)).status, 403, `${person.user.role} ${method} ${path}`)
    }
    const device = await app.call(method, path, content, { authorization: `Bearer ${token}` })
    assert.is(device.status, 403, `device ${method} ${path}`)
  }
  assert.is((await receiver.shown())?.active, true)
  assert.is(receiver.received.length, 0)
  await receiver.end()
})

test.run()
