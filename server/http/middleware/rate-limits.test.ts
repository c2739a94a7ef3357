import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOrder, startApp, type Answer, type TestApp } from '../../testing/app.ts'

const test = suite<{ app: TestApp }>('limits of sign-ins and orders')

const from = (address: string, cookie = '') => ({ 'x-forwarded-for': address, cookie })
const attacker = (n = 0) => `198.51.100.${n}`

test.before(async (context) => {
  context.app = await startApp({
    env: { RATE_LIMITS: 'on', TRUST_PROXY: '1', DEMO: 'true', ORDERS_PER_CUSTOMER: '20' },
  })
})
test.after(({ app }) => app.stop())

/** The value of the cookie that identifies a browser. */
const browserOf = ({ headers }: Answer) => /callout_browser=[^;]+/.exec(headers.get('set-cookie') ?? '')?.[0] ?? ''

function register(app: TestApp, email: string, address: string) {
  const body = { name: 'Mia', email, password: app.password }
  return app.call('POST', '/api/auth/register', body, from(address))
}

const signIn = (app: TestApp, email: string, password: string, headers: Record<string, string>) =>
  app.call('POST', '/api/auth/login', { email, password }, headers)

/** Sends wrong passwords until one is refused unread, at most `most`. Resolves to that answer. */
async function guessUntilRefused(app: TestApp, email: string, most: number, address: (n: number) => string) {
  for (let n = 0; n < most; n++) {
    const answer = await signIn(app, email, 'wrong', from(address(n)))
    if (answer.status === 429) return answer
    assert.is(answer.status, 401)
  }
  throw new Error('no guess was refused')
}

test('failures from everywhere do not refuse the account’s own browser or address', async ({ app }) => {
  const home = '203.0.113.1'
  const browser = browserOf(await register(app, 'ana@example.com', home))
  const { body, headers } = await guessUntilRefused(app, 'ana@example.com', 101, (n) => attacker(n % 100))
  assert.is(body.code, 'too_many_requests')
  assert.ok(Number(headers.get('retry-after')) <= 30, 'attempts are slowed down, not ended')
  assert.is((await signIn(app, 'ana@example.com', app.password, from('192.0.2.7'))).status, 429)
  assert.is((await signIn(app, 'ana@example.com', app.password, from('192.0.2.7', browser))).status, 200)
  assert.is((await signIn(app, 'ana@example.com', app.password, from(home))).status, 200)
})

test('failures at a shared address do not refuse a browser that has signed in, for its account only', async ({
  app,
}) => {
  const office = '203.0.113.2'
  const browser = browserOf(await register(app, 'ben@example.com', office))
  await register(app, 'cleo@example.com', office)
  for (const email of ['ben@example.com', 'cleo@example.com']) await guessUntilRefused(app, email, 11, () => office)
  assert.is((await signIn(app, 'ben@example.com', app.password, from(office))).status, 429)
  assert.is((await signIn(app, 'ben@example.com', app.password, from(office, browser))).status, 200)
  assert.is((await signIn(app, 'cleo@example.com', app.password, from(office, browser))).status, 429)
})

test('a browser that has signed in may guess no more often than another', async ({ app }) => {
  const browser = browserOf(await register(app, 'dan@example.com', '203.0.113.3'))
  const guess = () => signIn(app, 'dan@example.com', 'wrong', from('203.0.113.3', browser))
  const statuses: number[] = []
  for (let n = 0; n < 11; n++) statuses.push((await guess()).status)
  assert.equal(statuses, [...Array.from({ length: 10 }, () => 401), 429])
})

test('one customer cannot place more orders at once than ORDERS_PER_CUSTOMER; a repeated request does not count', async ({
  app,
}) => {
  const [customer, other] = [await app.customer(), await app.customer()]
  const [service] = await app.services()
  const place = (key: string) => customer.post('/api/orders', placeOrder(service?.id ?? ''), { 'idempotency-key': key })
  assert.is((await place('again')).status, 201)
  const repeated = await Promise.all(Array.from({ length: 15 }, () => place('again')))
  assert.ok(repeated.every(({ status }) => status === 200))
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => place(`order ${n}`)))
  const stored = answers.filter(({ status }) => status === 201)
  const refused = answers.filter(({ status }) => status === 429)
  assert.equal([stored.length, refused.length], [19, 31])
  for (const { headers, body } of refused) {
    assert.is(body.code, 'too_many_requests')
    assert.ok(Number(headers.get('retry-after')) <= 5)
  }
  const { body } = await customer.get('/api/orders?limit=200')
  assert.is(body.orders.length, 20)
  assert.is((await other.post('/api/orders', placeOrder(service?.id ?? ''))).status, 201)
})

test('refused orders do not use up the limit of a person who corrects a form, but slow a program down', async ({
  app,
}) => {
  const [service] = await app.services()
  const order = placeOrder(service?.id ?? '')
  const refusals: [object, number, string][] = [
    [{ ...order, items: [] }, 400, 'invalid_request'],
    [{ ...order, expectedTotal: 1 }, 409, 'price_changed'],
    [placeOrder('withdrawn'), 422, 'unknown_service'],
  ]
  const person = await app.customer()
  for (let n = 0; n < 30; n++) {
    const [body, status, code] = refusals[n % refusals.length]!
    const answer = await person.post('/api/orders', body)
    assert.equal([answer.status, answer.body.code], [status, code])
  }
  // 20 refusals were counted, which are two orders.
  for (let n = 0; n < 18; n++) assert.is((await person.post('/api/orders', order)).status, 201)
  assert.is((await person.post('/api/orders', order)).status, 429)

  const program = await app.customer()
  const statuses: number[] = []
  for (let n = 0; n < 201; n++) statuses.push((await program.post('/api/orders', placeOrder('withdrawn'))).status)
  assert.is(statuses.indexOf(429), 191)
})

test.run()
