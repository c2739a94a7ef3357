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

async function demo(app: Running, email: string): Promise<Person> {
  const password = app.demoAccounts.find((account) => account.email === email)?.password
  const { body } = await call(app, 'POST', '/api/auth/login', { email, password })
  return new Person(app, SignedIn.parse(body))
}

test('a second start keeps all data, the passwords and the secret; SIGTERM and SIGINT end it with 0', async ({
  dir,
}) => {
  const first = await start(dir)
  const app = await first.ready()
  assert.equal(
    app.demoAccounts.map((account) => account.email),
    ['admin@example.com', 'vendor@example.com', 'customer@example.com'],
  )
  const customer = await demo(app, 'customer@example.com')
  const [service] = (await customer.get('/api/services')).body.services
  const order = (await customer.post('/api/orders', placeOrder(service.id))).body
  const connected = await customer.connect('websocket')
  assert.is(await first.end('SIGTERM'), 0)
  await connected.closed

  const second = await start(dir)
  const again = await second.ready()
  assert.equal(again.demoAccounts, app.demoAccounts)
  const { body } = await call(again, 'GET', `/api/orders/${order.id}`, undefined, {
    authorization: `Bearer ${customer.token}`,
  })
  assert.equal(body, order)
  assert.is(await second.end('SIGINT'), 0)
})

test('the same signal twice, as npm and a terminal send it, still ends it with 0', async ({ dir }) => {
  const server = await start(dir)
  await server.ready()
  server.child.kill('SIGINT')
  server.child.kill('SIGTERM')
  assert.is(await server.end('SIGINT'), 0)
})

test('kill -9 during 200 parallel orders: every one that was answered 201 is there after the restart', async ({
  dir,
}) => {
  for (let round = 0; round < 3; round++) {
    const server = await start(dir)
    const app = await server.ready()
    const customer = await demo(app, 'customer@example.com')
    const [service] = (await customer.get('/api/services')).body.services
    const answered: string[] = []
    const orders = Array.from({ length: 200 }, async () => {
      const answer = await customer.post('/api/orders', placeOrder(service.id))
      assert.is(answer.status, 201)
      answered.push(answer.body.id)
      if (answered.length === 20 + 30 * round) server.child.kill('SIGKILL')
    })
    await Promise.allSettled(orders)
    await server.exited
    assert.ok(answered.length >= 20 && answered.length < 200, `${answered.length} answered before the kill`)

    const restarted = await start(dir)
    const back = await restarted.ready()
    const reader = await demo(back, 'customer@example.com')
    const there = await Promise.all(answered.map((id) => reader.get(`/api/orders/${id}`)))
    assert.is(there.filter((answer) => answer.status === 200).length, answered.length)
    assert.is(await restarted.end(), 0)
  }
})

test('SIGTERM amid orders: exit 0, and every order that was answered is stored and was published', async ({ dir }) => {
  const server = await start(dir)
  const app = await server.ready()
  const customer = await demo(app, 'customer@example.com')
  const [service] = (await customer.get('/api/services')).body.services
  const answered: string[] = []
  const untilItEnds = async (): Promise<void> => {
    const { status, body } = await customer.post('/api/orders', placeOrder(service.id))
    assert.is(status, 201)
    answered.push(body.id)
    if (answered.length === 300) server.child.kill('SIGTERM')
    return untilItEnds()
  }
  await Promise.allSettled(Array.from({ length: 20 }, untilItEnds))
  assert.is(await server.exited, 0)
  assert.ok(answered.length >= 300)

  const [kept, unpublished] = await withStoreOf(dir, ({ orders }) =>
    Promise.all([Promise.all(answered.map((id) => orders.byId(id))), orders.unpublished(1_000)]),
  )
  assert.is(kept.filter(Boolean).length, answered.length)
  const waiting = new Set(unpublished.map(({ id }) => id))
  assert.equal(
    answered.filter((id) => waiting.has(id)),
    [],
  )
})

test('a bad configuration ends with 78 and names every bad key', async ({ dir }) => {
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
  const said = server.output.join('')
  for (const key of ['PORT', 'JWT_SECRET', 'CURRENCY', 'RATE_LIMITS', 'DEMO'])
    assert.match(said, new RegExp(`^  ${key}: `, 'm'))
  assert.not.match(said, /at .*\.ts/)
})

test('a port that is taken ends with 1 and one clear line', async ({ dir }) => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = address !== null && typeof address === 'object' ? String(address.port) : ''
  for (const key of ['PORT', 'MQTT_PORT']) {
    const server = startWith({ DATA_DIR: dir, [key]: port })
    assert.is(await server.exited, 1)
    assert.match(server.output.join(''), new RegExp(`^callout: port ${port} is taken`))
    assert.is(server.output.join('').trim().split('\n').length, 1)
  }
  taken.close()
})

// Of a MongoDB there may be any number of servers; an embedded database is one's own.
test('a second server on the same data ends with 1 and says why', async ({ dir }) => {
  const first = startWith({ DATA_DIR: dir })
  await first.ready()
  const second = startWith({ DATA_DIR: dir })
  assert.is(await second.exited, 1)
  assert.match(second.output.join(''), /in use/)
  assert.is(await first.end(), 0)
})

test.run()
