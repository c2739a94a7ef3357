import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packetsOf, publisher } from '../system-tests/lib/clients.ts'
import { connectPacket, subscribePacket } from '../system-tests/lib/packets.ts'
import { openWire } from '../system-tests/lib/wire.ts'
import { startApp, type Person, type TestApp } from '../testing/app.ts'
import { StillClock } from '../testing/clock.ts'
import { Probe } from '../testing/probe.ts'
import { limits } from './limits.ts'

const test = suite<{ app: TestApp }>('who may be on a connection, and until when')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

test('a revoked device is disconnected within a second and refused everywhere; it receives and changes nothing more', async ({
  app,
}) => {
  const [customer, vendor, witness] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const { id, token, login } = await vendor.device()
  const van = await Probe.connect(app.websocket, login)
  const watching = await witness.connect()
  for (const probe of [van, watching]) await probe.subscribe('orders/new')
  const command = await app.order(customer)
  // Commands are in progress: those stored before the response stay stored, and no others are.
  const busy = await publisher(app, 'tcp', { token })
  const sayMuch = () => {
    for (let n = 0; n < 300; n++) busy.publish('vendor/status', n % 2 ? 'online' : 'break')
    busy.publish(`orders/${command.id}/status`, 'accepted')
  }
  sayMuch()
  const begun = performance.now()
  assert.is((await vendor.call('DELETE', `/api/devices/${id}`)).status, 204)
  const revokedAt = new Date().toISOString()
  sayMuch()
  const after = await app.order(customer)
  await watching.until(({ payload }) => payload.id === after.id)
  await van.closed
  assert.ok(performance.now() - begun < 1_000)
  await app.drain()
  assert.not(van.messages.some(({ payload }) => payload.id === after.id))
  const { history } = (await customer.get(`/api/orders/${command.id}`)).body
  assert.ok(history.every(({ at }: { at: string }) => at <= revokedAt))
  const authorization = `Bearer ${token}`
  assert.is((await app.call('GET', '/api/orders', undefined, { authorization })).status, 401)
  const refused = await Probe.connect(app.mqtt, login).catch((error: { code?: number }) => error.code)
  assert.is(refused, 4)
  await watching.end()
})

test('a SUBSCRIBE sent before CONNACK is handled after authentication or not at all', async ({ app }) => {
  const customer = await app.customer()
  for (const via of ['websocket', 'tcp'] as const) {
    for (const { token, answers } of [
      { token: app.admin.token, answers: ['connack', 'suback', 'publish'] },
      { token: 'unknown', answers: ['connack'] },
    ]) {
      const wire = await openWire(app, via)
      const heard: string[] = []
      const done = new Promise<void>((resolve) =>
        packetsOf(wire, ({ cmd }) => {
          heard.push(cmd)
          if (cmd === 'suback') void app.order(customer)
          if (cmd === answers.at(-1)) resolve()
        }),
      )
      // MQTT 3.1.1, 3.1.4: a client need not wait.
      wire.send(Buffer.concat([connectPacket({ password: token }), subscribePacket('orders/new')]))
      await done
      if (answers.length === 1) await wire.closed
      assert.equal(heard, answers)
      wire.destroy()
    }
  }
})

test('no client takes over a client id of another user, whatever the two roles are', async ({ app }) => {
  const [customer, vendor, other] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const [device, second] = [await other.device(), await other.device('Van 8')]
  const login = (person: Person) => ({ username: 'x', password: person.token })
  const logins = [login(customer), login(vendor), login(app.admin), device.login, second.login]
  for (const victim of logins) {
    const held = await Probe.connect(app.mqtt, { ...victim, clientId: 'same' })
    let lost = false
    void held.closed.then(() => (lost = true))
    for (const thief of logins.filter((one) => one !== victim)) {
      await (await Probe.connect(app.mqtt, { ...thief, clientId: 'same' })).end()
    }
    await held.subscribe('nothing/of/ours')
    assert.not(lost)
    await held.end()
  }
})

test('no login of a vendor takes over the connection of their device with a client id that contains the device id', async ({
  app,
}) => {
  const vendor = await app.vendor()
  const [van, other] = [await vendor.device(), await vendor.device('Van 8')]
  const held = await Probe.connect(app.mqtt, { ...van.login, clientId: 'van' })
  const state = () => Promise.race([held.closed.then(() => 'closed'), held.settled().then(() => 'open')])
  for (const prefix of [van.id, `:${van.id}`, `${vendor.id}:${van.id}`, '']) {
    const clientId = `${prefix}:van`
    await (await vendor.connect('tcp', { clientId })).end()
    await (await Probe.connect(app.mqtt, { ...other.login, clientId })).end()
  }
  assert.is(await state(), 'open')
  await held.end()
})

test('the client id of another user gives no access to its messages, neither live nor queued', async ({ app }) => {
  const [customer, vendor, other] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const mine = await vendor.device()
  const same = { clientId: 'same', clean: false, reconnectPeriod: 0 }
  const person = (one: Person) => ({ username: 'x', password: one.token, ...same })
  const devices = [await vendor.device('Van 8'), await other.device()]
  const thieves = [...devices.map(({ login }) => ({ ...login, ...same })), ...[customer, vendor, other].map(person)]
  const owner = await Probe.connect(app.mqtt, { ...mine.login, ...same })
  for (const filter of ['orders/new', `users/${vendor.id}/replies`]) await owner.subscribe(filter)

  async function stealing(): Promise<string[]> {
    const probes = await Promise.all(thieves.map((thief) => Probe.connect(app.mqtt, thief)))
    const order = await app.order(customer)
    const nonsense = await vendor.connect()
    await nonsense.publish('vendor/status', 'nonsense')
    await app.drain()
    for (const probe of [...probes, nonsense]) await probe.settled()
    assert.equal(
      probes.map(({ messages }) => messages),
      thieves.map(() => []),
    )
    for (const probe of [...probes, nonsense]) await probe.end()
    return [order.id]
  }
  const [live] = await stealing()
  await owner.until(({ payload }) => payload.id === live)
  assert.ok(owner.client.connected)
  await owner.end()
  const [waiting] = await stealing()
  // The message was queued for its receiver.
  const back = await Probe.connect(app.mqtt, { ...mine.login, ...same })
  await back.until(({ payload }) => payload.id === waiting)
  await back.until(({ topic }) => topic.endsWith('/replies'))
  await back.end()
})

test('an invalid CONNECT is refused with the matching return code', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const will = (topic: string, more = {}) => ({
    topic,
    payload: Buffer.from('offline'),
    qos: 0 as const,
    retain: false,
    ...more,
  })
  const cases: [Person, object, number | undefined][] = [
    [vendor, { clientId: 'a\u0001b' }, 2],
    [vendor, { clientId: 'x'.repeat(129) }, 2],
    [vendor, { will: will('vendor/status') }, undefined],
    [vendor, { will: will('vendor/status', { retain: true }) }, undefined],
    [vendor, { will: will('vendor/status', { qos: 2, retain: true }) }, undefined],
    [vendor, { will: will('vendor/location', { qos: 1, retain: true }) }, undefined],
    [vendor, { will: will('vendor/status/x', { retain: true }) }, 5],
    [vendor, { will: will('orders/x/status') }, 5],
    [vendor, { will: will('orders/#') }, 5],
    [customer, { will: will('vendor/status') }, 5],
    [app.admin, { will: will('orders/new') }, 5],
  ]
  for (const [person, options, expected] of cases) {
    const code = await person.connect('tcp', options).then(
      (probe) => probe.end().then(() => undefined),
      (error: { code?: number }) => error.code,
    )
    assert.is(code, expected, JSON.stringify(options))
  }
})

test('a connection closes within a second of the end of its token, and not before', async () => {
  const app = await startApp({ env: { ACCESS_TOKEN_TTL: '2s' } })
  for (const via of ['tcp', 'websocket'] as const) {
    const customer = await app.customer()
    const [, claims = ''] = customer.token.split('.')
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    const probe = await customer.connect(via)
    await probe.closed
    const late = Date.now() - exp * 1000
    assert.ok(late >= 0 && late < 1_000, `${late} ms`)
    assert.is((await customer.get('/api/auth/me')).status, 401)
  }
  await app.stop()
})

test('a token of sixty days does not expire at once', async () => {
  const app = await startApp({ env: { ACCESS_TOKEN_TTL: '60d' } })
  const probe = await app.admin.connect()
  await probe.settled()
  assert.ok(probe.client.connected)
  await probe.end()
  await app.stop()
})

test('wrong tokens of an address are answered late, its valid ones at once', async ({ app }) => {
  const clock = new StillClock()
  const limited = await startApp({ env: { RATE_LIMITS: 'on' }, clock })
  const code = (on: { mqtt: string }, password: string) =>
    Probe.connect(on.mqtt, { username: 'x', password }).then(
      (probe) => probe.end().then(() => 0),
      (error: { code?: number }) => error.code,
    )
  for (let n = 0; n < 60; n++) assert.is(await code(limited, 'wrong'), 4)
  const answers: unknown[] = []
  const late = code(limited, 'wrong').then((answer) => answers.push(answer))
  await clock.waitedFor(limits.refusalDelay)
  const vendor = await limited.vendor()
  for (const token of [limited.admin.token, vendor.token, (await vendor.device()).token]) {
    for (const url of [limited.mqtt, limited.websocket]) assert.is(await code({ mqtt: url }, token), 0)
  }
  assert.equal(answers, [])
  clock.advance(limits.refusalDelay)
  await late
  assert.equal(answers, [4])
  for (let n = 0; n < 61; n++) assert.is(await code(app, 'wrong'), 4)
  assert.is(await code(app, app.admin.token), 0)
  await limited.stop()
})

test.run()
