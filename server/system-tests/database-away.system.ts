import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SignedIn } from '#shared/users.ts'
import { findFerretdb, startFerretdb, type Ferretdb } from './lib/ferretdb.ts'
import type { Running } from '../app.ts'
import { freePorts } from './lib/server.ts'
import { buildServer } from '../testing/built-server.ts'
import { call, Person, placeOrder, type Answer } from '../testing/app.ts'
import { Probe } from '../testing/probe.ts'
import { ServerProcess } from '../testing/process.ts'

// A server, its clients and its operator while MongoDB is unavailable.

const test = suite<{ dir: string; server: ServerProcess; database?: Ferretdb }>('database outage')

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'callout-away-'))
})
test.after.each(async ({ dir, server, database }) => {
  await server.end('SIGKILL')
  await database?.stop()
  await rm(dir, { recursive: true, force: true })
})

const built = await buildServer()
test.after(built.remove)

const settings = { RATE_LIMITS: 'off', JWT_SECRET: 'a secret that only tests ever share', DEMO: 'true' }
/** Nothing listens on port 1. */
const unreachable = 'mongodb://ana:sesame@127.0.0.1:1/callout'

/** Resolves when the output of the process matches. */
async function untilLogged(server: ServerProcess, pattern: RegExp): Promise<void> {
  while (!pattern.test(server.output.join(''))) {
    const ended = await Promise.race([
      once(server.child.stderr!, 'data').then(() => false),
      server.exited.then(() => true),
    ])
    if (ended) throw new Error(`the server exited: ${server.output.join('')}`)
  }
}

const lines = (server: ServerProcess) => server.output.join('').trim().split('\n')

/** Expects a 503 with Retry-After and without details of the database. */
function expectUnavailable({ status, headers, body }: Answer) {
  assert.is(status, 503)
  assert.match(headers.get('retry-after') ?? '', /^\d+$/)
  assert.is(body.code, 'unavailable')
  assert.not.match(JSON.stringify(body), /mongo|127\.0\.0\.1|topology|ECONN/i)
}

test('at the start: logs once, responds with 503, and stops at once on a signal', async (context) => {
  const ports = await freePorts()
  const env = { ...settings, ...ports, DATA_DIR: context.dir, MONGO_URI: unreachable }
  const server = (context.server = new ServerProcess(env, built.path))
  await untilLogged(server, /waiting for it/)
  const app: Running = { http: `http://127.0.0.1:${ports.PORT}`, mqtt: '', websocket: '', demoAccounts: [] }
  assert.is((await call(app, 'GET', '/healthz')).status, 200)
  for (const path of ['/readyz', '/', '/api/services', '/api/nothing']) expectUnavailable(await call(app, 'GET', path))
  expectUnavailable(await call(app, 'POST', '/api/auth/login', { email: 'ana@example.com', password: 'sesame' }))
  assert.is(lines(server).length, 1)
  assert.match(lines(server)[0] ?? '', '127.0.0.1:1 (MONGO_URI) cannot be reached')
  assert.not.match(server.output.join(''), 'sesame')

  const signalled = performance.now()
  assert.is(await server.end('SIGTERM'), 0)
  assert.ok(performance.now() - signalled < 1_500)
  assert.is(lines(server).length, 1)
})

test('a port in use is reported at once even without a database', async (context) => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = address !== null && typeof address === 'object' ? String(address.port) : ''
  for (const key of ['PORT', 'MQTT_PORT']) {
    const more = { PORT: '0', MQTT_PORT: '0', DATA_DIR: context.dir, MONGO_URI: unreachable, [key]: port }
    context.server = new ServerProcess({ ...settings, ...more }, built.path)
    assert.is(await context.server.exited, 1)
    assert.match(context.server.output.join(''), new RegExp(`^callout: port ${port} is taken`))
    assert.is(lines(context.server).length, 1)
  }
  taken.close()
})

const program = findFerretdb()

if (program)
  test('recovers from outages at the start and later, and loses nothing acknowledged', async (context) => {
    const database = (context.database = await startFerretdb(program))
    await database.kill()
    const env = { PORT: '0', MQTT_PORT: '0', DATA_DIR: context.dir, MONGO_URI: database.uri('callout') }
    const server = (context.server = new ServerProcess({ ...settings, ...env, LOG_LEVEL: 'info' }, built.path))
    await untilLogged(server, /waiting for it/)
    await database.start()
    const app = await server.ready()

    const signIn = async (name: string) => {
      const account = app.demoAccounts.find(({ email }) => email.startsWith(name))
      return new Person(app, SignedIn.parse((await call(app, 'POST', '/api/auth/login', account)).body))
    }
    const [customer, vendor, admin] = [await signIn('customer'), await signIn('vendor'), await signIn('admin')]
    const [service] = (await customer.get('/api/services')).body.services
    const place = (key: string) => customer.post('/api/orders', placeOrder(service.id), { 'idempotency-key': key })
    const first = (await place('first')).body
    const device = await vendor.device()
    const van = await Probe.connect(app.mqtt, device.login)
    const dashboard = await admin.connect('websocket')
    await dashboard.subscribe('orders/#')
    await dashboard.subscribe('vendor/status')

    await database.kill()
    const begun = performance.now()
    expectUnavailable(await place('second'))
    assert.ok(performance.now() - begun < 4_000, 'the response takes a few seconds at most')
    expectUnavailable(await call(app, 'GET', '/readyz'))
    assert.is((await call(app, 'GET', '/healthz')).status, 200)
    let acknowledged = false
    van.publish(`orders/${first.id}/status`, { status: 'accepted', commandId: 'c1' }).then(
      () => (acknowledged = true),
      () => {},
    )
    await van.closed
    assert.is(acknowledged, false, 'a command that could not be stored is not acknowledged')
    const refusal: unknown = await Probe.connect(app.mqtt, device.login).catch((error: unknown) => error)
    assert.is(
      refusal instanceof Error && 'code' in refusal && refusal.code,
      3,
      'refused as unavailable, not for its password',
    )
    assert.is(dashboard.client.connected, true, 'an open connection stays open')

    await database.start()
    await untilLogged(server, /is back/)
    assert.is((await call(app, 'GET', '/readyz')).status, 200)
    assert.is((await place('first')).body.id, first.id)
    assert.is((await place('second')).status, 201)
    const again = await Probe.connect(app.mqtt, device.login)
    await again.publish(`orders/${first.id}/status`, { status: 'accepted', commandId: 'c1' })
    await dashboard.until(({ payload }) => payload.id === first.id && payload.version === 2)
    await dashboard.until(({ topic, payload }) => topic === 'vendor/status' && payload.status === 'online')
    assert.is((await customer.get('/api/orders')).body.orders.length, 2)

    const logged = lines(server).filter((line) => /"level":(40|50|60)/.test(line))
    assert.is(logged.length, 2, logged.join('\n'))
    assert.match(logged[0] ?? '', 'waiting for it')
    assert.match(logged[1] ?? '', 'has gone')

    // The server can also stop during an outage.
    await database.kill()
    expectUnavailable(await place('third'))
    const signalled = performance.now()
    assert.is(await server.end(), 0)
    assert.ok(performance.now() - signalled < 8_000)
    await Promise.all([again.closed, dashboard.closed])
  })

test.run()
