import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ApiTokenList, NewApiToken } from '#shared/api-tokens.ts'
import type { ErrorCode } from '#shared/errors.ts'
import type { Order } from '#shared/orders.ts'
import { startApp, type Answer, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { Probe } from '../../testing/probe.ts'

const test = suite<{ app: TestApp; clock: StillClock }>('API tokens')

test.before(async (context) => {
  context.clock = new StillClock()
  context.app = await startApp({ clock: context.clock })
})
test.after(({ app }) => app.stop())

/** A new token and its requests and connections. */
async function issue(app: TestApp, given: object) {
  const { status, body } = await app.admin.post('/api/tokens', { name: 'Wall display', ...given })
  assert.is(status, 201)
  const { token, secret } = NewApiToken.parse(body)
  const call = (method: string, path: string, sent?: unknown) =>
    app.call(method, `/api${path}`, sent, { authorization: `Bearer ${secret}` })
  return {
    ...token,
    secret,
    call,
    get: (path: string) => call('GET', path),
    connect: () => Probe.connect(app.mqtt, { username: 'wall', password: secret }),
    revoke: () => app.admin.call('DELETE', `/api/tokens/${token.id}`),
  }
}

function refused(response: Answer, status: number, code: ErrorCode, what = '') {
  assert.equal([response.status, response.body.code], [status, code], what)
}

test('a token is listed without its secret; its use is shown to the minute', async ({ app, clock }) => {
  const token = await issue(app, { name: '  ERP  ', scope: 'integration' })
  assert.match(token.secret, new RegExp(`^tok_${token.id}\\.[A-Za-z0-9_-]{43}$`))
  const listed = async () => {
    const { body } = await app.admin.get('/api/tokens')
    assert.not.match(JSON.stringify(body), token.secret.slice(-43))
    return ApiTokenList.parse(body).tokens.find(({ id }) => id === token.id)
  }
  const { id, createdAt } = token
  const expected = { id, name: 'ERP', scope: 'integration', contact: true, createdAt, expiresAt: null }
  assert.equal(await listed(), { ...expected, lastUsedAt: null })
  const usedAt = new Date(clock.now()).toISOString()
  await token.get('/orders')
  assert.is((await listed())?.lastUsedAt, usedAt)
  clock.advance(59_000)
  await token.get('/orders')
  assert.is((await listed())?.lastUsedAt, usedAt)
  clock.advance(1000)
  await token.get('/orders')
  assert.is((await listed())?.lastUsedAt, new Date(clock.now()).toISOString())
})

test('a dashboard token reads every order and vendor, over REST and MQTT, and changes nothing', async ({ app }) => {
  const [customer, vendor] = [await app.customer('Mia Wong'), await app.vendor()]
  const dashboard = await issue(app, { scope: 'dashboard' })
  const probe = await dashboard.connect()
  for (const filter of ['orders/#', 'vendor/#', 'customers/#', 'services']) assert.is(await probe.subscribe(filter), 1)
  const order = await app.order(customer)
  const { payload: live } = await probe.until(({ topic }) => topic === 'orders/new')
  assert.is(live.customer.name, 'Mia Wong')
  const { nextStatuses, ...read } = (await dashboard.get(`/orders/${order.id}`)).body
  assert.equal(nextStatuses, [])
  assert.equal(read, live)
  assert.ok((await dashboard.get('/vendors')).body.vendors.some(({ id }: { id: string }) => id === vendor.id))
  assert.is((await dashboard.get('/users?role=customer')).status, 200)
  for (const [method, path, body] of [
    ['POST', '/orders', {}],
    ['PATCH', `/orders/${order.id}/status`, { status: 'cancelled', reason: 'Because' }],
    ['POST', `/orders/${order.id}/assign`, { vendorId: vendor.id }],
    ['POST', '/services', {}],
    ['POST', '/tokens', { name: 'Mine', scope: 'integration' }],
    ['GET', '/tokens'],
    ['GET', '/audit'],
    ['GET', '/webhooks'],
    ['PATCH', `/users/${vendor.id}`, { active: false }],
    ['POST', '/auth/logout'],
    ['GET', '/auth/me'],
  ] as const) {
    refused(await dashboard.call(method, path, body), 403, 'forbidden', path)
  }
  await probe.publish('vendor/status', 'online')
  await probe.publish(`orders/${order.id}/status`, 'accepted')
  assert.is((await app.admin.get(`/api/orders/${order.id}`)).body.status, 'pending')
  await probe.end()
})

test('without contact details nothing that names the customer is read, live, listed or searched', async ({ app }) => {
  const marks = {
    name: 'Markname',
    phone: '+49 30 5550199',
    street: 'Marksteig 7',
    notes: 'Marknote',
    reason: 'Markgrund',
  }
  const marked = /Markname|5550199|Marksteig|Marknote|Markgrund|Markort/
  const [customer, vendor] = [await app.customer(marks.name), await app.vendor()]
  const display = await issue(app, { scope: 'dashboard', contact: false })
  const probe = await display.connect()
  for (const filter of ['orders/new', 'orders/update', 'vendor/#', 'services']) {
    assert.is(await probe.subscribe(filter), 1, filter)
  }
  const personal = [
    'orders/#',
    '#',
    'customers/#',
    `customers/${customer.id}/orders`,
    'orders/+/status',
    `users/${customer.id}/#`,
  ]
  for (const filter of personal) assert.is(await probe.subscribe(filter), 128, filter)

  const since = (await display.get('/orders?limit=1')).body.syncCursor
  const order = await app.order(customer, {
    contact: { phone: marks.phone, address: marks.street, area: 'Markort' },
    notes: marks.notes,
  })
  await vendor.set(order, 'accepted')
  await vendor.set(order, 'pending', { reason: marks.reason })
  await customer.set(order, 'cancelled', { reason: marks.reason })
  await probe.until(({ payload }) => payload.status === 'cancelled')
  const seen: Order[] = probe.messages.filter(({ topic }) => topic.startsWith('orders/')).map(({ payload }) => payload)
  const answers = [
    await display.get('/orders'),
    await display.get(`/orders/${order.id}`),
    await display.get(`/orders?since=${since}`),
  ]
  assert.ok(marked.test(JSON.stringify((await app.admin.get(`/api/orders/${order.id}`)).body)))
  for (const [n, { status, body }] of answers.entries()) {
    assert.is(status, 200)
    assert.ok(JSON.stringify(body).includes(order.id), `answer ${n}`)
    assert.not.match(JSON.stringify(body), marked)
    assert.not.ok(JSON.stringify(body).includes(customer.id), `answer ${n}`)
  }
  assert.not.match(JSON.stringify(seen), marked)
  const last = seen.at(-1)
  assert.equal([last?.customer, last?.contact, last?.notes], [{ id: null, name: null }, null, ''])
  assert.equal(
    last?.history.map(({ status, by, note }) => [status, by.id, by.name, note]),
    [
      ['pending', null, null, null],
      ['accepted', vendor.id, vendor.user.name, null],
      ['pending', vendor.id, vendor.user.name, null],
      ['cancelled', null, null, null],
    ],
  )
  for (const path of ['/orders?q=Markname', `/orders?customerId=${customer.id}`, '/users']) {
    refused(await display.get(path), 403, 'forbidden', path)
  }
  await probe.end()
})

test('an integration places an order for a customer, assigns it and is named in its history', async ({ app }) => {
  const [customer, vendor] = [await app.customer('Mia'), await app.vendor('Ben')]
  const erp = await issue(app, { name: 'ERP', scope: 'integration' })
  const [service] = await app.services()
  const order = {
    items: [{ serviceId: service?.id, quantity: 1 }],
    contact: { phone: '+1 555 0100', address: '1 Main St' },
  }
  refused(await erp.call('POST', '/orders', order), 400, 'invalid_request')
  refused(await erp.call('POST', '/orders', { ...order, customer: { id: vendor.id } }), 422, 'unknown_customer')
  refused(await customer.post('/api/orders', { ...order, customer: { id: vendor.id } }), 403, 'forbidden')
  const placed = await erp.call('POST', '/orders', { ...order, customer: { id: customer.id } })
  assert.is(placed.status, 201)
  assert.equal(placed.body.customer, { id: customer.id, name: 'Mia' })
  assert.is((await customer.get(`/api/orders/${placed.body.id}`)).status, 200)
  const assigned = await erp.call('POST', `/orders/${placed.body.id}/assign`, { vendorId: vendor.id })
  assert.is(assigned.status, 200)
  const cancelled = await erp.call('PATCH', `/orders/${placed.body.id}/status`, {
    status: 'cancelled',
    reason: 'Storm',
  })
  assert.equal(
    cancelled.body.history.map(({ by }: Order['history'][number]) => by),
    Array.from({ length: 3 }, () => ({ id: erp.id, name: 'ERP', role: 'admin' })),
  )
  for (const [method, path] of [
    ['GET', '/tokens'],
    ['POST', '/users'],
    ['GET', '/audit'],
    ['POST', '/services'],
  ] as const) {
    refused(await erp.call(method, path, method === 'POST' ? {} : undefined), 403, 'forbidden', path)
  }
})

test('a revoked token is refused, and its connections close', async ({ app }) => {
  const [token, other] = [await issue(app, { scope: 'dashboard' }), await issue(app, { scope: 'dashboard' })]
  const [probe, others] = [await token.connect(), await other.connect()]
  const closed = probe.closed
  assert.is((await token.revoke()).status, 204)
  await closed
  refused(await token.get('/orders'), 401, 'unauthenticated')
  refused(await token.revoke(), 404, 'not_found')
  assert.ok(others.client.connected)
  assert.is((await other.get('/orders')).status, 200)
  await others.end()
})

test('a token that expires is refused from then on, and its connections close', async ({ app, clock }) => {
  const minutes = 60_000
  const token = await issue(app, { scope: 'dashboard', expiresAt: new Date(clock.now() + 5 * minutes).toISOString() })
  const probe = await token.connect()
  clock.advance(4 * minutes)
  assert.is((await token.get('/orders')).status, 200)
  assert.ok(probe.client.connected)
  const closed = probe.closed
  clock.advance(minutes + 250)
  await closed
  refused(await token.get('/orders'), 401, 'unauthenticated')
})

test('invalid input is refused and names the field', async ({ app, clock }) => {
  for (const [body, path] of [
    [{ scope: 'dashboard' }, 'name'],
    [{ name: 'x', scope: 'admin' }, 'scope'],
    [{ name: 'x', scope: 'integration', contact: false }, 'contact'],
    [{ name: 'x', scope: 'dashboard', expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ name: 'x', scope: 'dashboard', expiresAt: new Date(clock.now()).toISOString() }, 'expiresAt'],
    [{ name: 'x', scope: 'dashboard', secret: 'mine' }, 'secret'],
  ] as const) {
    const response = await app.admin.post('/api/tokens', body)
    refused(response, 400, 'invalid_request', path)
    assert.equal(
      response.body.errors.map((error: { path: string }) => error.path),
      [path],
    )
  }
})

test.run()
