import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../clock.ts'
import { publisher } from '../proofs/lib/clients.ts'
import { changed } from '../services/order-changes.ts'
import { createSqliteStore } from '../storage/sqlite/index.ts'
import { startApp, type Person, type TestApp } from '../testing/app.ts'
import { Probe } from '../testing/probe.ts'

const test = suite<{ app: TestApp }>('devices at the broker')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

async function deviceOf(vendor: Person, name = 'Van 7') {
  const { body } = await vendor.post('/api/devices', { name })
  const token: string = body.token
  const id: string = body.device.id
  return { id, token, login: { username: 'van-7', password: token, clientId: 'van' } }
}

test('a device works an order from pending to completed; each command is answered and told to admins', async ({
  app,
}) => {
  const [customer, vendor, watching] = await Promise.all([app.customer(), app.vendor('Ana'), app.admin.connect()])
  await watching.subscribe('orders/+/status')
  const { login } = await deviceOf(vendor)
  const van = await Probe.connect(app.mqtt, login)
  await van.subscribe('orders/new')
  await van.subscribe(`users/${vendor.id}/replies`)
  const { id } = await app.order(customer)
  await van.until(({ topic, payload }) => topic === 'orders/new' && payload.id === id)
  for (const word of ['accepted', 'on_the_way', 'in_progress']) await van.publish(`orders/${id}/status`, word)
  await van.publish(`orders/${id}/status`, { status: 'completed', note: 'New washer', commandId: 'c4' })
  // The acknowledgement came, so it is stored.
  const { body } = await customer.get(`/api/orders/${id}`)
  assert.equal([body.status, body.version], ['completed', 5])
  assert.equal(Object.keys(body.history[4]), ['status', 'at', 'by', 'note'])
  const answer = await van.until(({ payload }) => payload.commandId === 'c4')
  assert.equal(answer.payload, { ok: true, version: 5, orderId: id, commandId: 'c4', topic: `orders/${id}/status` })
  const told = await watching.until(({ payload }) => payload.commandId === 'c4')
  assert.equal([told.payload.vendorId, told.payload.version, told.payload.status], [vendor.id, 5, 'completed'])

  // Sent again, nothing changes and the answer is the same; another one is refused with the code REST would give.
  await van.publish(`orders/${id}/status`, { status: 'completed', note: 'New washer', commandId: 'c4' })
  await van.publish(`orders/${id}/status`, 'on_the_way')
  const refused = await van.until(({ payload }) => payload.ok === false)
  assert.is(refused.payload.code, 'invalid_transition')
  assert.is((await customer.get(`/api/orders/${id}`)).body.version, 5)
  const answers = van.messages.filter(({ payload }) => payload.commandId === 'c4')
  assert.equal(
    answers.map(({ payload }) => payload.version),
    [5, 5],
  )
  await Promise.all([van.end(), watching.end()])
})

test('a command that is retained, at QoS 2 or unreadable is acknowledged, refused and answered', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const van = await Probe.connect(app.mqtt, (await deviceOf(vendor)).login)
  await van.subscribe(`users/${vendor.id}/replies`)
  const { id } = await app.order(customer)
  const topic = `orders/${id}/status`
  await van.publish(topic, 'accepted', { qos: 1, retain: true })
  await van.publish(topic, 'accepted', { qos: 2 })
  await van.publish(topic, { status: 'accepted', hurry: true })
  await van.publish(topic, 'sleeping')
  await app.drain()
  await van.settled()
  assert.equal(
    van.messages.map(({ payload }) => payload.code),
    ['invalid_request', 'invalid_request', 'invalid_request', 'invalid_request'],
  )
  assert.is((await customer.get(`/api/orders/${id}`)).body.version, 1)
  await van.end()
})

test('where a vendor is reaches admins, and a customer while their vendor is on the way', async ({ app }) => {
  const [customer, vendor, watching] = await Promise.all([app.customer(), app.vendor(), app.admin.connect()])
  await watching.subscribe('vendor/location')
  const mine = await customer.connect('websocket')
  await mine.subscribe(`customers/${customer.id}/tracking`)
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  await vendor.set(order, 'on_the_way')
  const van = await Probe.connect(app.mqtt, (await deviceOf(vendor)).login)
  await van.publish('vendor/location', { lat: 52.52, lng: 13.4, accuracy: 12 }, { qos: 0 })
  const seen = await watching.until(({ topic }) => topic === 'vendor/location')
  const { at, ...where } = seen.payload
  assert.equal(where, { vendorId: vendor.id, lat: 52.52, lng: 13.4, accuracy: 12 })
  const tracked = await mine.until(({ topic }) => topic.endsWith('/tracking'))
  assert.equal(tracked.payload, { orderId: order.id, lat: 52.52, lng: 13.4, accuracy: 12, at })
  // At most one a second: this one is left out.
  await van.publish('vendor/location', { lat: 1, lng: 1 })
  await app.drain()
  await watching.settled()
  assert.is(watching.messages.length, 1)
  await Promise.all([van.end(), mine.end(), watching.end()])
})

test('what waits for a sleeping device survives a restart of the server, in the view of its vendor; nothing denied is among it', async () => {
  const first = await startApp()
  const [customer, vendor] = await Promise.all([first.customer('Mia'), first.vendor()])
  const { login } = await deviceOf(vendor)
  const session = { ...login, clean: false, reconnectPeriod: 0 }
  const asleep = await Probe.connect(first.mqtt, session)
  const granted = await new Promise<number[]>((resolve) => {
    const filters = ['orders/new', 'orders/#', 'customers/+/orders']
    asleep.client.subscribe(filters, { qos: 1 }, (_error, _granted, packet) =>
      resolve((packet?.granted ?? []).map(Number)),
    )
  })
  assert.equal(granted, [1, 128, 128])
  await asleep.end()
  const orders = [await first.order(customer), await first.order(customer)]
  await first.drain()
  await first.stop({ keep: true })

  const second = await startApp({ env: { DATA_DIR: first.dataDir } })
  await second.order(await second.customer('Zoe'))
  await second.drain()
  const awake = await Probe.connect(second.mqtt, session)
  await awake.until(({ payload }) => payload.id === orders[1]?.id)
  await awake.settled()
  assert.equal(
    awake.messages.map(({ topic }) => topic),
    ['orders/new', 'orders/new', 'orders/new'],
  )
  assert.not.match(JSON.stringify(awake.messages), /Mia|Zoe|Lindenstra/)
  await awake.end()
  await second.stop()
})

test('who lost an offer in a change that a crash kept from being told hears of it with the next one', async () => {
  const first = await startApp()
  const [customer, vendor, other] = await Promise.all([first.customer(), first.vendor(), first.vendor()])
  const session = { ...(await deviceOf(other)).login, clean: false, reconnectPeriod: 0 }
  const listening = await Probe.connect(first.mqtt, session)
  await listening.subscribe('orders/new')
  await listening.subscribe('orders/update')
  const { id } = await first.order(customer)
  await listening.until(({ payload }) => payload.id === id)
  await listening.end()
  await first.stop({ keep: true })

  // Two changes are stored and the process ends before the first of them is published.
  const store = createSqliteStore({ file: join(first.dataDir, 'callout.db'), clock: systemClock })
  await store.start()
  const mine = { vendor: { id: vendor.id, name: 'Ana' }, note: null }
  for (const status of ['accepted', 'on_the_way'] as const) {
    const order = await store.orders.byId(id)
    assert.ok(order)
    const now = new Date().toISOString()
    await store.orders.replace(changed(order, { status, ...mine }, vendor.user, now), order.version)
  }
  await store.stop()

  const second = await startApp({ env: { DATA_DIR: first.dataDir } })
  await second.drain()
  const awake = await Probe.connect(second.mqtt, session)
  const { payload } = await awake.until(({ topic }) => topic === 'orders/update')
  assert.equal(payload, { id, version: 3, status: 'on_the_way', gone: true })
  await awake.end()
  await second.stop()
})

test('what waits for a device goes on waiting when its connection is lost while it is being delivered', async ({
  app,
}) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const { login } = await deviceOf(vendor)
  const session = { ...login, clean: false, reconnectPeriod: 0 }
  const asleep = await Probe.connect(app.mqtt, session)
  await asleep.subscribe('orders/new')
  await asleep.end()
  const placed = 60
  for (let n = 0; n < placed; n++) await app.order(customer)
  await app.drain()

  const heard = new Set<string>()
  for (let n = 0; n < 5; n++) {
    const cutOff = await Probe.connect(app.mqtt, session)
    await cutOff.until(() => true)
    cutOff.kill()
    await cutOff.closed
    for (const { payload } of cutOff.messages) heard.add(payload.id)
  }
  const awake = await Probe.connect(app.mqtt, session)
  await awake.until(({ payload }) => heard.add(payload.id).size === placed)
  await awake.end()
})

test('a revoked device is cut off within a second, refused everywhere, hears nothing and does nothing any more', async ({
  app,
}) => {
  const [customer, vendor, witness] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const { id, token, login } = await deviceOf(vendor)
  const van = await Probe.connect(app.websocket, login)
  const watching = await witness.connect()
  for (const probe of [van, watching]) await probe.subscribe('orders/new')
  const command = await app.order(customer)
  // It is in the middle of something: what is stored by the time of the answer is stored, and nothing else.
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

test('nobody takes over another one’s client id, whatever the two are', async ({ app }) => {
  const [customer, vendor, other] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const [device, second] = [await deviceOf(other), await deviceOf(other, 'Van 8')]
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

test('under another one’s client id nobody hears what is theirs, neither live nor from what waits for them', async ({
  app,
}) => {
  const [customer, vendor, other] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const mine = await deviceOf(vendor)
  const same = { clientId: 'same', clean: false, reconnectPeriod: 0 }
  const person = (one: Person) => ({ username: 'x', password: one.token, ...same })
  const devices = [await deviceOf(vendor, 'Van 8'), await deviceOf(other)]
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
  // It has waited for whom it is for.
  const back = await Probe.connect(app.mqtt, { ...mine.login, ...same })
  await back.until(({ payload }) => payload.id === waiting)
  await back.until(({ topic }) => topic.endsWith('/replies'))
  await back.end()
})

test('a CONNECT that breaks the rules is refused with the code that says so', async ({ app }) => {
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
    [vendor, { will: will('vendor/status', { retain: true }) }, 5],
    [vendor, { will: will('vendor/status', { qos: 2 }) }, 5],
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

test('a client has at most fifty subscriptions, and filters that are none are refused', async ({ app }) => {
  const probe = await app.admin.connect()
  for (const wrong of [
    'orders/a#',
    '+a/new',
    'orders/#/x',
    '$share/g/orders/new',
    '$SYS/#',
    `orders/${'x'.repeat(300)}`,
  ]) {
    const granted = await probe.subscribe(wrong).catch(() => 128)
    assert.is(granted, 128, wrong)
    if (!probe.client.connected) return
  }
  for (let n = 1; n <= 51; n++) assert.is(await probe.subscribe(`orders/o${n}/status`), n <= 50 ? 1 : 128)
  await probe.end()
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

test('a token of sixty days is not over at once', async () => {
  const app = await startApp({ env: { ACCESS_TOKEN_TTL: '60d' } })
  const probe = await app.admin.connect()
  await probe.settled()
  assert.ok(probe.client.connected)
  await probe.end()
  await app.stop()
})

test('an address that keeps coming with a wrong token is held up; the limits off, it is not', async ({ app }) => {
  const limited = await startApp({ env: { RATE_LIMITS: 'on' } })
  const code = (on: { mqtt: string }, password: string) =>
    Probe.connect(on.mqtt, { username: 'x', password }).then(
      (probe) => probe.end().then(() => 0),
      (error: { code?: number }) => error.code,
    )
  for (let n = 0; n < 60; n++) assert.is(await code(limited, 'wrong'), 4)
  assert.is(await code(limited, limited.admin.token), 3)
  for (let n = 0; n < 61; n++) assert.is(await code(app, 'wrong'), 4)
  assert.is(await code(app, app.admin.token), 0)
  await limited.stop()
})

test.run()
