import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SignedIn } from '#shared/users.ts'
import type { Running } from './app.ts'
import { call, Person, placeOrder } from './testing/app.ts'
import { databaseEnv, dropDatabase } from './testing/mongo.ts'
import { ServerProcess } from './testing/process.ts'
import { withStoreOf } from './testing/store.ts'

const test = suite<{ dir: string }>('the server process')

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'callout-process-'))
})
test.after.each(async ({ dir }) => {
  await dropDatabase(dir)
  await rm(dir, { recursive: true, force: true })
})

const startWith = (env: Record<string, string>) =>
  new ServerProcess({ PORT: '0', MQTT_PORT: '0', RATE_LIMITS: 'off', ...env })

const start = async (dir: string) => startWith({ DATA_DIR: dir, ...(await databaseEnv(dir)) })

async function signInDemo(app: Running, email: string): Promise<Person> {
  const password = app.demoAccounts.find((account) => account.email === email)?.password
  const { body } = await call(app, 'POST', '/api/auth/login', { email, password })
  return new Person(app, SignedIn.parse(body))
}

test('a restart preserves the data, the demo passwords and the secret; SIGTERM and SIGINT exit with 0', async ({
  dir,
}) => {
  const first = await start(dir)
  const app = await first.ready()
  assert.equal(
    app.demoAccounts.map((account) => account.email),
    ['admin@example.com', 'vendor@example.com', 'customer@example.com'],
  )
  const customer = await signInDemo(app, 'customer@example.com')
  const [service] = (await customer.get('/api/services')).body.services
  const order = (await customer.post('/api/orders', placeOrder(service.id))).body
  const connected = await customer.connect('websocket')
  assert.is(await first.end('SIGTERM'), 0)
  await connected.closed
  // The app of the other tests has a lower cost.
  const stored = await withStoreOf(dir, ({ users }) => users.byEmail('customer@example.com'))
  assert.match(stored?.passwordHash ?? '', 'm=19456,t=2,p=1', 'a server hashes at the cost of production')

  const second = await start(dir)
  const restarted = await second.ready()
  assert.equal(restarted.demoAccounts, app.demoAccounts)
  const { body } = await call(restarted, 'GET', `/api/orders/${order.id}`, undefined, {
    authorization: `Bearer ${customer.token}`,
  })
  assert.equal(body, order)
  assert.is(await second.end('SIGINT'), 0)
})

test('two signals in a row, as npm and a terminal send them, exit with 0', async ({ dir }) => {
  const server = await start(dir)
  await server.ready()
  server.child.kill('SIGINT')
  server.child.kill('SIGTERM')
  assert.is(await server.end('SIGINT'), 0)
})

/**
 * Places orders, `parallel` at a time, and sends the server `signal` once `count` are acknowledged. Resolves to the ids of
 * the acknowledged orders once the server takes no more.
 */
async function placeUntil(
  server: ServerProcess,
  { parallel, count, signal }: { parallel: number; count: number; signal: 'SIGKILL' | 'SIGTERM' },
): Promise<string[]> {
  const customer = await signInDemo(await server.ready(), 'customer@example.com')
  const [service] = (await customer.get('/api/services')).body.services
  const acknowledged: string[] = []
  const place = async (): Promise<void> => {
    const { status, body } = await customer.post('/api/orders', placeOrder(service.id))
    assert.is(status, 201)
    acknowledged.push(body.id)
    if (acknowledged.length === count) server.child.kill(signal)
    return place()
  }
  await Promise.allSettled(Array.from({ length: parallel }, place))
  return acknowledged
}

test('kill -9 while 200 orders at a time are placed: every order acknowledged with 201 exists after the restart', async ({
  dir,
}) => {
  for (let round = 0; round < 3; round++) {
    const server = await start(dir)
    const acknowledged = await placeUntil(server, { parallel: 200, count: 20 + 30 * round, signal: 'SIGKILL' })
    assert.is(await server.exited, null, 'it ended by the signal')
    assert.ok(acknowledged.length >= 20)

    const restarted = await start(dir)
    const restartedApp = await restarted.ready()
    const reader = await signInDemo(restartedApp, 'customer@example.com')
    const responses = await Promise.all(acknowledged.map((id) => reader.get(`/api/orders/${id}`)))
    assert.is(responses.filter((response) => response.status === 200).length, acknowledged.length)
    assert.is(await restarted.end(), 0)
  }
})

test('SIGTERM during orders: exits with 0, and every acknowledged order is stored and published', async ({ dir }) => {
  const server = await start(dir)
  const acknowledged = await placeUntil(server, { parallel: 20, count: 300, signal: 'SIGTERM' })
  assert.is(await server.exited, 0)
  assert.ok(acknowledged.length >= 300)

  const [stored, unpublished] = await withStoreOf(dir, ({ orders }) =>
    Promise.all([Promise.all(acknowledged.map((id) => orders.byId(id))), orders.unpublished(1_000)]),
  )
  assert.is(stored.filter(Boolean).length, acknowledged.length)
  const unpublishedIds = new Set(unpublished.map(({ id }) => id))
  assert.equal(
    acknowledged.filter((id) => unpublishedIds.has(id)),
    [],
  )
})

test('a bad configuration exits with 78 and names every bad key', async ({ dir }) => {
  const server = startWith({
    DATA_DIR: dir,
    PORT: 'web',
    HOST: '0.0.0.0',
    JWT_SECRET: 'short',
    CURRENCY: 'dollars',
    RATE_LIMITS: 'off',
    DEMO: 'maybe',
  })
  assert.is(await server.exited, 78)
  const output = server.output.join('')
  for (const key of ['PORT', 'JWT_SECRET', 'CURRENCY', 'RATE_LIMITS', 'DEMO'])
    assert.match(output, new RegExp(`^  ${key}: `, 'm'))
  assert.not.match(output, /at .*\.ts/)
})

test('a port in use exits with 1 and one line', async ({ dir }) => {
  const otherServer = createServer()
  await new Promise<void>((resolve) => otherServer.listen(0, '127.0.0.1', resolve))
  const address = otherServer.address()
  const port = address !== null && typeof address === 'object' ? String(address.port) : ''
  for (const key of ['PORT', 'MQTT_PORT']) {
    const server = startWith({ DATA_DIR: dir, [key]: port })
    assert.is(await server.exited, 1)
    assert.match(server.output.join(''), new RegExp(`^callout: port ${port} is taken`))
    assert.is(server.output.join('').trim().split('\n').length, 1)
  }
  otherServer.close()
})

// The embedded database only: any number of servers may use one MongoDB.
test('a second server on the same DATA_DIR exits with 1 and reports that it is in use', async ({ dir }) => {
  const first = startWith({ DATA_DIR: dir })
  await first.ready()
  const second = startWith({ DATA_DIR: dir })
  assert.is(await second.exited, 1)
  assert.match(second.output.join(''), /in use/)
  assert.is(await first.end(), 0)
})

test.run()
