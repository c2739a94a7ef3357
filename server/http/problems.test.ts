import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { version } from '../../package.json'
import { errorCodes, type ErrorCode } from '#shared/errors.ts'
import { placeOrder, startApp, type Answer, type TestApp } from '../testing/app.ts'

const test = suite<{ app: TestApp }>('problems (RFC 9457)')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

function isProblem(response: Answer, code: ErrorCode, what: string) {
  assert.is(response.body.code, code, what)
  assert.is(response.status, errorCodes[code].status, what)
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
  for (const member of ['type', 'title', 'detail']) assert.type(response.body[member], 'string')
  assert.is(response.body.status, response.status)
  assert.not.match(JSON.stringify(response.body), /node_modules|at .*\.ts|sqlite/i)
}

test('an invalid body is refused with each invalid field', async ({ app }) => {
  const customer = await app.customer()
  const good = placeOrder('x')
  const bad: [unknown, ErrorCode][] = [
    ['{"items":', 'malformed_json'],
    ['[]', 'invalid_request'],
    ['null', 'malformed_json'],
    ['"text"', 'malformed_json'],
    [{}, 'invalid_request'],
    [{ ...good, items: [] }, 'invalid_request'],
    [{ ...good, items: [{ serviceId: 'x', quantity: 0 }] }, 'invalid_request'],
    [{ ...good, items: [{ serviceId: 'x', quantity: 1.5 }] }, 'invalid_request'],
    [{ ...good, items: [{ serviceId: { $gt: '' }, quantity: 1 }] }, 'invalid_request'],
    [{ ...good, contact: { phone: '   ', address: 'Lindenstraße 9' } }, 'invalid_request'],
    [{ ...good, totalAmount: 1 }, 'invalid_request'],
    [{ ...good, scheduledFor: 'tomorrow' }, 'invalid_request'],
    [{ ...good, scheduledFor: '2020-01-01T00:00:00Z' }, 'invalid_schedule'],
    [{ ...good, scheduledFor: new Date(Date.now() + 401 * 86_400_000).toISOString() }, 'invalid_schedule'],
    [{ ...good, notes: 'x'.repeat(2001) }, 'invalid_request'],
    [{ ...good, notes: 'x'.repeat(70_000) }, 'too_large'],
    [good, 'unknown_service'],
  ]
  for (const [body, code] of bad) {
    isProblem(await customer.post('/api/orders', body), code, JSON.stringify(body).slice(0, 80))
  }
  const early = await customer.post('/api/orders', { ...good, scheduledFor: '2020-01-01T00:00:00Z' })
  assert.equal(
    early.body.errors.map(({ path, code }: { path: string; code: string }) => [path, code]),
    [['scheduledFor', 'schedule_past']],
  )
  const unknown = await customer.post('/api/orders', { ...good, price: 1 })
  assert.equal(unknown.body.errors, [
    { path: 'price', message: 'Unknown field', code: 'unrecognized_keys', key: 'price' },
  ])
  isProblem(
    await customer.call('POST', '/api/orders', 'a=b', { 'content-type': 'text/plain' }),
    'invalid_request',
    'not JSON',
  )
  isProblem(
    await customer.call('POST', '/api/orders', '{}', { 'content-encoding': 'br2' }),
    'unsupported_media_type',
    'encoding',
  )
  isProblem(
    await customer.post('/api/orders', good, { 'idempotency-key': 'x'.repeat(256) }),
    'invalid_request',
    'long key',
  )
})

test('each invalid field carries the code and values of its rule', async ({ app }) => {
  const customer = await app.customer()
  const { body } = await customer.post('/api/orders', {
    items: [{ serviceId: 'a b', quantity: 0 }, { serviceId: 'x', quantity: 1000 }, { serviceId: 'x' }],
    contact: { phone: '', address: 5 },
  })
  const fields = new Map(
    body.errors.map(({ message: _message, ...error }: { message: string; path: string }) => [error.path, error]),
  )
  assert.equal(fields.get('items.0.serviceId'), { path: 'items.0.serviceId', code: 'invalid_format', format: 'regex' })
  assert.equal(fields.get('items.0.quantity'), {
    path: 'items.0.quantity',
    code: 'too_small',
    origin: 'number',
    minimum: 1,
  })
  assert.equal(fields.get('items.1.quantity'), {
    path: 'items.1.quantity',
    code: 'too_big',
    origin: 'number',
    maximum: 999,
  })
  assert.equal(fields.get('items.2.quantity'), { path: 'items.2.quantity', code: 'invalid_type', expected: 'number' })
  assert.equal(fields.get('contact.phone'), { path: 'contact.phone', code: 'too_small', origin: 'string', minimum: 1 })
  assert.equal(fields.get('contact.address'), { path: 'contact.address', code: 'invalid_type', expected: 'string' })
  const users = await app.admin.post('/api/users', { name: 'x', email: 'no', password: app.password, role: 'king' })
  assert.equal(
    users.body.errors.map(({ message: _message, ...error }: { message: string }) => error),
    [
      { path: 'email', code: 'invalid_format', format: 'email' },
      { path: 'role', code: 'invalid_value', values: ['vendor', 'admin'] },
    ],
  )
})

test('the errors of our own rules carry a code and the values of their detail', async ({ app }) => {
  const withoutVendor = await app.admin.post('/api/devices', { name: 'Van' })
  assert.equal(withoutVendor.body.errors, [
    { path: 'vendorId', message: 'Say whose device it is', code: 'vendor_required' },
  ])
  const customer = await app.customer()
  const unknown = await customer.post('/api/orders', placeOrder('x'))
  assert.is(unknown.body.errors[0].code, 'unknown_service')
  const [service] = await app.services()
  const { body: order } = await customer.post('/api/orders', placeOrder(service!.id))
  const change = (body: object) => customer.patch(`/api/orders/${order.id}/status`, body)
  assert.is((await change({ status: 'cancelled' })).body.errors[0].code, 'reason_required')
  const { body: conflict } = await change({ status: 'cancelled', reason: 'x', version: 7 })
  assert.equal([conflict.code, conflict.order.version, conflict.requestedVersion], ['version_conflict', 1, 7])
  const { body: transition } = await change({ status: 'completed' })
  assert.equal([transition.status, transition.from, transition.to], [409, 'pending', 'completed'])
  const vendor = await app.vendor()
  const addDevice = () => vendor.post('/api/devices', { name: 'Van' })
  let added = 0
  let last = await addDevice()
  for (; last.status === 201; added++) last = await addDevice()
  assert.equal([last.body.code, last.body.limit], ['device_limit', added])
})

test('invalid ids, queries and cursors are refused', async ({ app }) => {
  for (const id of ['nothing', '..', '%00', "'; drop table orders; --", 'x'.repeat(500), '{"$ne":1}']) {
    const response = await app.admin.get(`/api/orders/${encodeURIComponent(id)}`)
    assert.ok(response.status === 404, `${id}: ${response.status}`)
  }
  isProblem(await app.admin.get('/api/orders/%E0%A4%A'), 'invalid_request', 'broken escape')
  for (const query of [
    'limit=0',
    'limit=201',
    'limit=x',
    'status=lost',
    'from=yesterday',
    'colour=red',
    'limit=1&limit=2',
  ]) {
    isProblem(await app.admin.get(`/api/orders?${query}`), 'invalid_request', query)
  }
  isProblem(await app.admin.get('/api/orders?cursor=abc'), 'invalid_cursor', 'cursor')
  for (const q of ['"', '*', 'a"b', 'NEAR(', 'a OR', '-', '%', '(', 'ß', '💡']) {
    assert.is((await app.admin.get(`/api/orders?q=${encodeURIComponent(q)}`)).status, 200, q)
  }
})

test('an invalid token is 401, a wrong role 403, an unknown address 404, a wrong method 405', async ({ app }) => {
  const customer = await app.customer()
  const [header, payload] = customer.token.split('.')
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  for (const token of ['', 'x', 'a.b.c', `${header}.${payload}.`, `${none}.${payload}.`, customer.token.slice(0, -2)]) {
    isProblem(
      await app.call('GET', '/api/orders', undefined, { authorization: `Bearer ${token}` }),
      'unauthenticated',
      token,
    )
  }
  isProblem(await app.call('GET', '/api/orders'), 'unauthenticated', 'no token')
  for (const [method, path] of [
    ['GET', '/api/vendors'],
    ['GET', '/api/users'],
    ['POST', '/api/services'],
    ['POST', '/api/orders/x/assign'],
  ] as const) {
    isProblem(await customer.call(method, path, method === 'POST' ? {} : undefined), 'forbidden', path)
  }
  const vendor = await app.vendor()
  isProblem(await vendor.post('/api/orders', placeOrder('x')), 'forbidden', 'a vendor does not order')
  isProblem(await customer.get('/api/nothing'), 'not_found', 'unknown address')
  const wrong = await customer.call('DELETE', '/api/orders')
  isProblem(wrong, 'method_not_allowed', 'wrong method')
  assert.is(wrong.headers.get('allow'), 'POST, GET')
  assert.equal([wrong.body.method, wrong.body.methods], ['DELETE', ['POST', 'GET']])
  assert.is((await customer.get('/api/nothing?x=1')).body.path, '/api/nothing')
})

test('invalid fields of users and services are named', async ({ app }) => {
  isProblem(
    await app.admin.post('/api/users', { name: 'x', email: 'no', password: 'short', role: 'customer' }),
    'invalid_request',
    'user',
  )
  const { body } = await app.admin.post('/api/users', { name: '', email: 'no', password: 'short', role: 'king' })
  assert.equal(body.errors.map((error: { path: string }) => error.path).sort(), ['email', 'name', 'password', 'role'])
  isProblem(await app.admin.patch('/api/users/unknown', { name: 'x' }), 'not_found', 'user')
  isProblem(await app.admin.patch('/api/services/nothing', { price: 1 }), 'not_found', 'service')
  isProblem(
    await app.admin.post('/api/services', { name: 'x', price: -1, durationMinutes: 1 }),
    'invalid_request',
    'price',
  )
  const text = await app.admin.call('PATCH', '/api/services/x', 'hello', { 'content-type': 'text/plain' })
  isProblem(text, 'invalid_request', 'a body that is not JSON is refused')
  const made = await app.admin.post('/api/services', { name: 'Chimney sweep', price: 8000, durationMinutes: 45 })
  assert.equal([made.status, made.body.currency, made.body.active], [201, 'USD', true])
  await app.admin.patch(`/api/services/${made.body.id}`, { active: false })
  const customer = await app.customer()
  const names = (await customer.get('/api/services')).body.services.map((service: { name: string }) => service.name)
  assert.not(names.includes('Chimney sweep'))
  isProblem(await customer.post('/api/orders', placeOrder(made.body.id)), 'unknown_service', 'not offered')
})

test('while the database is locked a write gets a 503 with Retry-After, and succeeds afterwards', async () => {
  // For the embedded database. An unavailable MongoDB is tested in database-away.system.ts.
  const app = await startApp({ env: { MONGO_URI: '' } })
  const customer = await app.customer()
  const [service] = await app.services()
  const other = new DatabaseSync(join(app.dataDir, 'callout.db'))
  other.exec('BEGIN IMMEDIATE')
  const response = await customer.post('/api/orders', placeOrder(service!.id))
  isProblem(response, 'unavailable', 'busy')
  assert.equal([response.headers.get('retry-after'), response.body.retryAfter], ['2', 2])
  other.exec('ROLLBACK')
  other.close()
  assert.is((await customer.post('/api/orders', placeOrder(service!.id))).status, 201)
  assert.is((await customer.get('/api/orders')).body.orders.length, 1)
  await app.stop()
})

test('/healthz and /readyz respond with 200', async ({ app }) => {
  const health = await app.call('GET', '/healthz')
  assert.is(health.status, 200)
  assert.is(health.body.version, version)
  assert.is((await app.call('GET', '/readyz')).status, 200)
})

test.run()
