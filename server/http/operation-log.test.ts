import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createApp } from '../app.ts'
import { readConfig } from '../config/config.ts'
import { call, Person, placeOrder } from '../testing/app.ts'
import { startReceiver } from '../testing/webhook-receiver.ts'
import { recordedLines } from '../testing/recorded-lines.ts'
import { databaseEnv, dropDatabase } from '../testing/mongo.ts'
import { anOrder } from '../testing/records.ts'
import { withStoreOf } from '../testing/store.ts'
import { SignedIn } from '#shared/users.ts'

// What an operator reads: the log of a server on a folder that several starts share, and its demo accounts.

const test = suite<{ dir: string }>('operation')
test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'callout-operation-'))
})
test.after.each(async ({ dir }) => {
  await dropDatabase(dir)
  await rm(dir, { recursive: true, force: true })
})

/** Starts the app with these settings, and collects the lines of its log. */
async function start(dir: string, env: Record<string, string> = {}) {
  const recorded = recordedLines()
  const { lines } = recorded
  let written = () => {}
  const output = {
    write(line: string) {
      recorded.output.write(line)
      written()
    },
  }
  const base: Record<string, string> = {
    PORT: '0',
    MQTT_PORT: '0',
    LOG_LEVEL: 'info',
    DATA_DIR: dir,
    ...(await databaseEnv(dir)),
  }
  // With MONGO_URI the tests ask for the demo accounts; here each start says itself whether it does.
  const { DEMO: _, ...database } = base
  const config = readConfig({ ...database, ...env })
  const app = await createApp(config, { clientDir: join(dir, 'client'), logOutput: output })
  const running = await app.start()
  const login = (email: string, password: string | undefined, headers?: Record<string, string>) =>
    call(running, 'POST', '/api/auth/login', { email, password }, headers)
  const find = (message: string) => lines.filter(({ msg }) => msg === message)
  /** Resolves at the next line. */
  const another = () => new Promise<void>((resolve) => (written = resolve))
  /** Resolves when the line is written. */
  async function said(message: string) {
    while (find(message).length === 0) await another()
  }
  return { app, running, login, find, said, another }
}

const passwordsOf = async (dir: string): Promise<Record<string, string>> =>
  JSON.parse(await readFile(join(dir, 'demo-passwords.json'), 'utf8'))

const email = 'admin@example.com'

test('the log has the start, failed sign-ins, accounts and device tokens, each with the id of its request', async ({
  dir,
}) => {
  const { app, running, login, find } = await start(dir, { DEMO: 'true' })
  assert.match(String(find('the server is ready')[0]?.database), /^(SQLite|MongoDB) /)
  assert.is(find('the server is ready')[0]?.http, running.http)

  const requestId = 'shift-7/42'
  const failed = await login(email, 'wrong password', { 'x-request-id': requestId })
  assert.is(failed.headers.get('x-request-id'), requestId)
  const [refusal, ...others] = find('sign-in failed')
  assert.equal([refusal?.requestId, others.length], [requestId, 0])
  assert.match(String(refusal?.account), /^<e-mail [0-9a-f]{8}>$/, 'erased people are not in the log')
  const invented = await call(running, 'GET', '/healthz', undefined, { 'x-request-id': 'two words' })
  assert.match(invented.headers.get('x-request-id') ?? '', /^[0-9a-f]{20}$/)

  const admin = new Person(running, SignedIn.parse((await login(email, (await passwordsOf(dir))[email])).body))
  const vendor = (
    await admin.post('/api/users', {
      name: 'Ben',
      email: 'ben@example.org',
      password: 'correct horse battery',
      role: 'vendor',
    })
  ).body
  await admin.patch(`/api/users/${vendor.id}`, { name: 'Benedict' })
  const { device } = (await admin.post('/api/devices', { name: 'Van 7', vendorId: vendor.id })).body
  await admin.call('DELETE', `/api/devices/${device.id}`)
  for (const [message, field, id] of [
    ['signed in', 'user', admin.id],
    ['account made', 'user', vendor.id],
    ['account changed', 'user', vendor.id],
    ['device token made', 'device', device.id],
    ['device token revoked', 'device', device.id],
  ] as const) {
    const [line] = find(message)
    assert.is(line?.[field], id, message)
    assert.ok(line?.requestId, message)
  }
  await app.stop()
})

test('a limit that is reached is logged once a minute with address, account and setting', async ({ dir }) => {
  const { app, running, login, find } = await start(dir, {
    DEMO: 'true',
    FAILED_SIGN_INS_PER_ADDRESS: '2',
    ORDERS_PER_CUSTOMER: '1',
  })
  const signedIn = await login('customer@example.com', (await passwordsOf(dir))['customer@example.com'])
  const customer = new Person(running, SignedIn.parse(signedIn.body))
  for (let n = 0; n < 2; n++) {
    for (const status of [401, 401, 429, 429])
      assert.is((await login(`ana${n}@example.com`, 'wrong password')).status, status)
  }
  const [service] = (await customer.get('/api/services')).body.services
  for (const status of [201, 429, 429])
    assert.is((await customer.post('/api/orders', placeOrder(service.id))).status, status)
  const lines = find('locked out: a limit was reached')
  const [first, second] = lines.map(({ account }) => account)
  assert.ok(first !== second, 'each address has a tag of its own')
  assert.equal(
    lines.map(({ limit, value, seconds, account, user }) => [limit, value, seconds, account, user]),
    [
      ['FAILED_SIGN_INS_PER_ADDRESS', 2, 900, first, undefined],
      ['FAILED_SIGN_INS_PER_ADDRESS', 2, 900, second, undefined],
      ['ORDERS_PER_CUSTOMER', 1, 60, undefined, customer.id],
    ],
  )
  for (const { address, requestId } of lines) assert.ok(address && requestId)
  await app.stop()

  const unlimited = await start(dir, {
    DEMO: 'true',
    RATE_LIMITS: 'off',
    FAILED_SIGN_INS_PER_ADDRESS: '2',
    ORDERS_PER_CUSTOMER: '1',
  })
  for (let n = 0; n < 4; n++) assert.is((await unlimited.login('ana@example.com', 'wrong password')).status, 401)
  const again = new Person(unlimited.running, SignedIn.parse(signedIn.body))
  for (let n = 0; n < 3; n++) assert.is((await again.post('/api/orders', placeOrder(service.id))).status, 201)
  await unlimited.app.stop()
})

test('orders of an earlier version get search tokens after the start, which is said at its start and its end', async ({
  dir,
}) => {
  await withStoreOf(dir, ({ orders }) => orders.create(anOrder()))
  const { app, find, said } = await start(dir)
  await said('every order has the search tokens of this version')
  assert.is(find('orders get the search tokens of this version').length, 1)
  await app.stop()
})

test('a proxy without TRUST_PROXY is said once, and demo accounts are refused through it', async ({ dir }) => {
  const secret = { JWT_SECRET: 'a secret that only tests ever share' }
  const said = 'requests come through a proxy, but TRUST_PROXY is not set'
  const forwarded = { 'x-forwarded-for': '203.0.113.9' }
  // Makes the accounts; with MongoDB only DEMO=true does.
  const first = await start(dir, { ...secret, DEMO: 'true' })
  const password = (await passwordsOf(dir))[email]
  assert.is((await first.login(email, password, forwarded)).status, 200)
  assert.is((await first.login(email, password, forwarded)).status, 200)
  const lines = first.find(`${said}: all its clients count as one address. Set TRUST_PROXY to the number of proxies`)
  assert.is(lines.length, 1)
  await first.app.stop()
  if (process.env.MONGO_URI) return // without DEMO=true there are no demo accounts on MongoDB

  const second = await start(dir, secret)
  assert.is((await second.login(email, password)).status, 200)
  const refused = await second.login(email, password, forwarded)
  assert.equal([refused.status, refused.body.code], [403, 'demo_account'])
  assert.match(refused.body.detail, 'DEMO=true')
  await second.app.stop()

  const third = await start(dir, { ...secret, TRUST_PROXY: '1' })
  assert.is((await third.login(email, password)).status, 403)
  await third.app.stop()
})

test('DEMO=false deactivates the demo accounts and ends their sessions; DEMO=true keeps them or brings them back', async ({
  dir,
}) => {
  const first = await start(dir, { DEMO: 'true' })
  const password = (await passwordsOf(dir))[email]
  const signedIn = SignedIn.parse((await first.login(email, password)).body)
  assert.is(first.running.demoPasswords?.made.length, 3)
  await first.app.stop()

  const restarted = await start(dir, { DEMO: 'true' })
  assert.is((await new Person(restarted.running, signedIn).get('/api/auth/me')).status, 200)
  await restarted.app.stop()

  const second = await start(dir, { DEMO: 'false' })
  assert.is((await second.login(email, password)).status, 401)
  assert.is((await new Person(second.running, signedIn).get('/api/auth/me')).status, 401)
  assert.equal(second.running.demoAccounts, [])
  await second.app.stop()

  const third = await start(dir, { DEMO: 'true' })
  assert.is((await third.login(email, password)).status, 200)
  assert.equal(third.running.demoPasswords?.made, [])
  await third.app.stop()
})

test('the id of a request is in every line about its order, to the last delivery', async ({ dir }) => {
  const receiver = await startReceiver()
  const { app, running, login, find, another } = await start(dir, {
    DEMO: 'true',
    LOG_LEVEL: 'debug',
    WEBHOOKS_ALLOW_PRIVATE: 'true',
  })
  const passwords = await passwordsOf(dir)
  const signIn = async (account: string) =>
    new Person(running, SignedIn.parse((await login(account, passwords[account])).body))
  const [admin, customer] = [await signIn('admin@example.com'), await signIn('customer@example.com')]
  await admin.post('/api/webhooks', { url: receiver.url, events: ['order.placed', 'order.cancelled'] })
  const [service] = (await customer.get('/api/services')).body.services
  const order = (await customer.post('/api/orders', placeOrder(service.id), { 'X-Request-Id': 'place-7' })).body
  const steps = ['order stored', 'order published', 'delivered', 'request completed']
  const of = (requestId: string) => steps.filter((step) => find(step).some((line) => line.requestId === requestId))
  while (of('place-7').length < steps.length) await another()
  const cancel = { status: 'cancelled', reason: 'Later' }
  await customer.call('PATCH', `/api/orders/${order.id}/status`, cancel, { 'X-Request-Id': 'cancel-8' })
  while (of('cancel-8').length < steps.length) await another()
  await app.stop()
  await receiver.stop()
})

test.run()
