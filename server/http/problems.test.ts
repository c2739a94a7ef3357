import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { errorCodes, type ErrorCode } from '#shared/errors.ts'
import { placeOrder, startApp, type Answer, type TestApp } from '../testing/app.ts'

const test = suite<{ app: TestApp }>('problems')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

function isProblem(answer: Answer, code: ErrorCode, what: string) {
  assert.is(answer.body.code, code, what)
  assert.is(answer.status, errorCodes[code].status, what)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
  for (const member of ['type', 'title', 'detail']) assert.type(answer.body[member], 'string')
  assert.is(answer.body.status, answer.status)
  assert.not.match(JSON.stringify(answer.body), /node_modules|at .*\.ts|sqlite/i)
}

test('every bad body is refused with what is wrong with it', async ({ app }) => {
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
    [{ ...good, notes: 'x'.repeat(2001) }, 'invalid_request'],
    [{ ...good, notes: 'x'.repeat(70_000) }, 'too_large'],
    [good, 'unknown_service'],
  ]
  for (const [body, code] of bad) {
    isProblem(await customer.post('/api/orders', body), code, JSON.stringify(body).slice(0, 80))
  }
  const unknown = await customer.post('/api/orders', { ...good, price: 1 })
  assert.equal(unknown.body.errors, [{ path: 'price', message: 'Unknown field' }])
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

test('every bad id, query and cursor has its answer', async ({ app }) => {
  for (const id of ['nothing', '..', '%00', "'; drop table orders; --", 'x'.repeat(500), '{"$ne":1}']) {
    const answer = await app.admin.get(`/api/orders/${encodeURIComponent(id)}`)
    assert.ok(answer.status === 404, `${id}: ${answer.status}`)
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

test('every bad token is 401, the wrong role 403, an unknown address 404, the wrong method 405', async ({ app }) => {
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
  isProblem(await app.admin.post('/api/orders', placeOrder('x')), 'forbidden', 'an admin does not order')
  isProblem(await customer.get('/api/nothing'), 'not_found', 'unknown address')
  const wrong = await customer.call('DELETE', '/api/orders')
  isProblem(wrong, 'method_not_allowed', 'wrong method')
  assert.is(wrong.headers.get('allow'), 'POST, GET')
})

test('an admin’s mistakes in users and services are named', async ({ app }) => {
  isProblem(
    await app.admin.post('/api/users', { name: 'x', email: 'no', password: 'short', role: 'customer' }),
    'invalid_request',
    'user',
  )
  const { body } = await app.admin.post('/api/users', { name: '', email: 'no', password: 'short', role: 'king' })
  assert.equal(body.errors.map((error: { path: string }) => error.path).sort(), ['email', 'name', 'password', 'role'])
  isProblem(await app.admin.patch('/api/users/nobody', { name: 'x' }), 'not_found', 'user')
  isProblem(await app.admin.patch('/api/services/nothing', { price: 1 }), 'not_found', 'service')
  isProblem(
    await app.admin.post('/api/services', { name: 'x', price: -1, durationMinutes: 1 }),
    'invalid_request',
    'price',
  )
  const text = await app.admin.call('PATCH', '/api/services/x', 'hello', { 'content-type': 'text/plain' })
  isProblem(text, 'invalid_request', 'a body that is not JSON is not an empty one')
  const made = await app.admin.post('/api/services', { name: 'Chimney sweep', price: 8000, durationMinutes: 45 })
  assert.equal([made.status, made.body.currency, made.body.active], [201, 'USD', true])
  await app.admin.patch(`/api/services/${made.body.id}`, { active: false })
  const customer = await app.customer()
  const names = (await customer.get('/api/services')).body.services.map((service: { name: string }) => service.name)
  assert.not(names.includes('Chimney sweep'))
  isProblem(await customer.post('/api/orders', placeOrder(made.body.id)), 'unknown_service', 'not offered')
})

test('while the database cannot be written to the answer is 503 with a time to come back, and then it goes on', async () => {
  // Of the embedded one; a MongoDB that is away is in database-away.test.ts.
  const app = await startApp({ env: { MONGO_URI: '' } })
  const customer = await app.customer()
  const [service] = await app.services()
  const other = new DatabaseSync(join(app.dataDir, 'callout.db'))
  other.exec('BEGIN IMMEDIATE')
  const answer = await customer.post('/api/orders', placeOrder(service!.id))
  isProblem(answer, 'unavailable', 'busy')
  assert.is(answer.headers.get('retry-after'), '2')
  other.exec('ROLLBACK')
  other.close()
  assert.is((await customer.post('/api/orders', placeOrder(service!.id))).status, 201)
  assert.is((await customer.get('/api/orders')).body.orders.length, 1)
  await app.stop()
})

test('it says that it is up and ready', async ({ app }) => {
  assert.is((await app.call('GET', '/healthz')).status, 200)
  assert.is((await app.call('GET', '/readyz')).status, 200)
})

test.run()
