import { nextVersion } from '#shared/apply-transition.ts'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Store } from '../storage/store.ts'
import { startApp, type TestApp } from '../testing/app.ts'
import { StillClock } from '../testing/clock.ts'
import { Probe } from '../testing/probe.ts'
import { withStoreOf } from '../testing/store.ts'

const test = suite<{ app: TestApp }>('devices at the broker')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

test('a device takes an order from pending to completed; the server replies to each command and publishes it to admins', async ({
  app,
}) => {
  const [customer, vendor, watching] = await Promise.all([app.customer(), app.vendor('Ana'), app.admin.connect()])
  await watching.subscribe('orders/+/status')
  const { login } = await vendor.device()
  const van = await Probe.connect(app.mqtt, login)
  await van.subscribe('orders/new')
  await van.subscribe(`users/${vendor.id}/replies`)
  const { id } = await app.order(customer)
  await van.until(({ topic, payload }) => topic === 'orders/new' && payload.id === id)
  for (const status of ['accepted', 'on_the_way', 'in_progress']) await van.publish(`orders/${id}/status`, status)
  await van.publish(`orders/${id}/status`, { status: 'completed', note: 'New washer', commandId: 'c4' })
  // The PUBACK has arrived, so the command is stored.
  const { body } = await customer.get(`/api/orders/${id}`)
  assert.equal([body.status, body.version], ['completed', 5])
  assert.equal(Object.keys(body.history[4]), ['status', 'at', 'by', 'note'])
  const reply = await van.until(({ payload }) => payload.commandId === 'c4')
  assert.equal(reply.payload, { ok: true, version: 5, orderId: id, commandId: 'c4', topic: `orders/${id}/status` })
  const event = await watching.until(({ payload }) => payload.commandId === 'c4')
  assert.equal([event.payload.vendorId, event.payload.version, event.payload.status], [vendor.id, 5, 'completed'])

  // A repeated command changes nothing and gets the same reply; an invalid one is refused with REST's error code.
  await van.publish(`orders/${id}/status`, { status: 'completed', note: 'New washer', commandId: 'c4' })
  await van.publish(`orders/${id}/status`, 'on_the_way')
  const refused = await van.until(({ payload }) => payload.ok === false)
  assert.is(refused.payload.code, 'invalid_transition')
  assert.is((await customer.get(`/api/orders/${id}`)).body.version, 5)
  const replies = van.messages.filter(({ payload }) => payload.commandId === 'c4')
  assert.equal(
    replies.map(({ payload }) => payload.version),
    [5, 5],
  )
  // The commandId of another status is refused, never reported as applied.
  await van.publish(`orders/${id}/status`, { status: 'accepted', commandId: 'c4' })
  const reused = await van.until(({ payload }) => payload.commandId === 'c4' && !payload.ok)
  assert.is(reused.payload.code, 'idempotency_mismatch')
  await Promise.all([van.end(), watching.end()])
})

test('a malformed command and a publication to a forbidden topic are acknowledged, refused and replied to', async ({
  app,
}) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const van = await Probe.connect(app.mqtt, (await vendor.device()).login)
  await van.subscribe(`users/${vendor.id}/replies`)
  const { id } = await app.order(customer)
  const topic = `orders/${id}/status`
  await van.publish(topic, { status: 'accepted', version: 'first' })
  await van.publish(topic, 'sleeping')
  await van.publish(topic, '{"status":')
  await van.publish('orders/new', 'forged')
  await app.drain()
  await van.settled()
  assert.equal(
    van.messages.map(({ payload }) => [payload.ok, payload.code, payload.topic]),
    [
      [false, 'invalid_request', topic],
      [false, 'invalid_request', topic],
      [false, 'invalid_request', topic],
      [false, 'forbidden', 'orders/new'],
    ],
  )
  assert.is((await customer.get(`/api/orders/${id}`)).body.version, 1)
  await van.end()
})

test('retained and QoS 2 publications to a permitted topic are handled, never retained, and never end the connection', async ({
  app,
}) => {
  const [customer, vendor, watching] = await Promise.all([app.customer(), app.vendor(), app.admin.connect()])
  await watching.subscribe('vendor/#')
  const van = await Probe.connect(app.mqtt, (await vendor.device()).login)
  const { id } = await app.order(customer)
  const steps = [
    'ACCEPTED\0',
    { Status: 'on-the-way', version: '2', reason: null },
    '"in_progress"',
    { status: 'completed' },
  ]
  for (const [n, step] of steps.entries())
    await van.publish(`orders/${id}/status`, step, { qos: n % 2 ? 1 : 2, retain: true })
  assert.is((await customer.get(`/api/orders/${id}`)).body.status, 'completed')
  // More than the ten after which offences close a connection.
  for (let n = 0; n < 12; n++) await van.publish('vendor/status', n % 2 ? 'break' : 'Online', { qos: 2, retain: true })
  await van.publish('vendor/location', { _type: 'location', lat: 52.52, lon: 13.4, acc: 8 }, { qos: 1, retain: true })
  const { payload } = await watching.until(({ topic }) => topic === 'vendor/location')
  assert.equal([payload.vendorId, payload.lat, payload.lng, payload.accuracy], [vendor.id, 52.52, 13.4, 8])
  await van.settled()
  const late = await app.admin.connect()
  for (const topic of ['orders/+/status', 'vendor/status', 'vendor/location']) await late.subscribe(topic)
  await late.settled()
  assert.equal(late.messages, [])
  await Promise.all([van.end(), watching.end(), late.end()])
})

test('a retained QoS 2 will is sent when the connection is lost, and is not retained', async ({ app }) => {
  const [vendor, watching] = await Promise.all([app.vendor(), app.admin.connect()])
  await watching.subscribe('vendor/status')
  const will = { topic: 'vendor/status', payload: Buffer.from('BREAK\0'), qos: 2 as const, retain: true }
  const { login } = await vendor.device()
  // Another connection keeps the vendor online, so that the status of the will is seen.
  const page = await vendor.connect()
  const van = await Probe.connect(app.mqtt, { ...login, will })
  van.kill()
  await watching.until(({ payload }) => payload.vendorId === vendor.id && payload.status === 'break')
  const late = await app.admin.connect()
  await late.subscribe('vendor/status')
  await late.settled()
  assert.equal(late.messages, [])
  await Promise.all([page.end(), watching.end(), late.end()])
})

test('a vendor location reaches admins, and a customer while their vendor is on the way', async ({ app }) => {
  const [customer, vendor, watching] = await Promise.all([app.customer(), app.vendor(), app.admin.connect()])
  await watching.subscribe('vendor/location')
  const mine = await customer.connect('websocket')
  await mine.subscribe(`customers/${customer.id}/tracking`)
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  await vendor.set(order, 'on_the_way')
  const van = await Probe.connect(app.mqtt, (await vendor.device()).login)
  await van.publish('vendor/location', { lat: 52.52, lng: 13.4, accuracy: 12 }, { qos: 0 })
  const location = await watching.until(({ topic }) => topic === 'vendor/location')
  const { at, ...where } = location.payload
  assert.equal(where, { vendorId: vendor.id, lat: 52.52, lng: 13.4, accuracy: 12 })
  const tracked = await mine.until(({ topic }) => topic.endsWith('/tracking'))
  assert.equal(tracked.payload, { orderId: order.id, lat: 52.52, lng: 13.4, accuracy: 12, at })
  // At most one location per second is published: this one is dropped.
  await van.publish('vendor/location', { lat: 1, lng: 1 })
  await app.drain()
  await watching.settled()
  assert.is(watching.messages.length, 1)
  await Promise.all([van.end(), mine.end(), watching.end()])
})

test('queued messages of an offline device survive a server restart, in its vendor’s view and without refused filters', async () => {
  const first = await startApp()
  const [customer, vendor] = await Promise.all([first.customer('Mia'), first.vendor()])
  const { login } = await vendor.device()
  const session = { ...login, clean: false, reconnectPeriod: 0 }
  const offline = await Probe.connect(first.mqtt, session)
  const granted = await new Promise<number[]>((resolve) => {
    const filters = ['orders/new', 'orders/#', 'customers/+/orders']
    offline.client.subscribe(filters, { qos: 1 }, (_error, _granted, packet) =>
      resolve((packet?.granted ?? []).map(Number)),
    )
  })
  assert.equal(granted, [1, 128, 128])
  await offline.end()
  const orders = [await first.order(customer), await first.order(customer)]
  await first.drain()
  await first.stop({ keep: true })

  const second = await startApp({ env: { DATA_DIR: first.dataDir } })
  await second.order(await second.customer('Zoe'))
  await second.drain()
  const awake = await Probe.connect(second.mqtt, session)
  await awake.until(() => awake.messages.length === 3)
  await awake.settled()
  assert.equal(
    awake.messages.slice(0, 2).map(({ payload }) => payload.id),
    orders.map(({ id }) => id),
  )
  assert.equal(
    awake.messages.map(({ topic }) => topic),
    ['orders/new', 'orders/new', 'orders/new'],
  )
  assert.not.match(JSON.stringify(awake.messages), /Mia|Zoe|Lindenstra/)
  await awake.end()
  await second.stop()
})

test('a vendor who lost an offer in a change that a crash left unpublished receives it after the restart', async () => {
  const first = await startApp()
  const [customer, vendor, other] = await Promise.all([first.customer(), first.vendor(), first.vendor()])
  const session = { ...(await other.device()).login, clean: false, reconnectPeriod: 0 }
  const listening = await Probe.connect(first.mqtt, session)
  await listening.subscribe('orders/new')
  await listening.subscribe('orders/update')
  const { id } = await first.order(customer)
  await listening.until(({ payload }) => payload.id === id)
  await listening.end()
  await first.stop({ keep: true })

  // Two changes are stored, and the process ends before it publishes the first.
  const mine = { vendor: { id: vendor.id, name: 'Ana' }, note: null }
  await withStoreOf(first.dataDir, async ({ orders }) => {
    for (const status of ['accepted', 'on_the_way'] as const) {
      const order = await orders.byId(id)
      assert.ok(order)
      const now = new Date().toISOString()
      await orders.replace(nextVersion(order, { status, ...mine }, vendor.user, now), order.version)
    }
  })

  const second = await startApp({ env: { DATA_DIR: first.dataDir } })
  await second.drain()
  const awake = await Probe.connect(second.mqtt, session)
  const { payload } = await awake.until(({ topic }) => topic === 'orders/update')
  assert.equal(payload, { id, version: 3, status: 'on_the_way', gone: true })
  await awake.end()
  await second.stop()
})

test('a vendor who lost an offer in a change that another process did not publish receives it with the next change', async () => {
  const clock = new StillClock()
  const app = await startApp({ clock })
  const [customer, vendor, other] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const listening = await other.connect()
  await listening.subscribe('orders/update')
  const { id } = await app.order(customer)
  await app.drain()

  const mine = { vendor: { id: vendor.id, name: 'Ana' }, note: null }
  const acceptInDatabase = async ({ orders }: Store) => {
    const order = await orders.byId(id)
    assert.ok(order)
    await orders.replace(nextVersion(order, { status: 'accepted', ...mine }, vendor.user, order.createdAt), 1)
  }
  await withStoreOf(app.dataDir, acceptInDatabase, { clock })

  // The clock does not advance, so no sweep finds the change first.
  assert.is((await vendor.set({ id }, 'on_the_way')).status, 200)
  const { payload } = await listening.until(({ topic }) => topic === 'orders/update')
  assert.equal(payload, { id, version: 3, status: 'on_the_way', gone: true })
  await listening.end()
  await app.stop()
})

test('queued messages stay queued when the connection is lost during their delivery', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const { login } = await vendor.device()
  const session = { ...login, clean: false, reconnectPeriod: 0 }
  const offline = await Probe.connect(app.mqtt, session)
  await offline.subscribe('orders/new')
  await offline.end()
  const placed = 60
  for (let n = 0; n < placed; n++) await app.order(customer)
  await app.drain()

  const received = new Set<string>()
  for (let n = 0; n < 5; n++) {
    const cutOff = await Probe.connect(app.mqtt, session)
    await cutOff.until(() => true)
    cutOff.kill()
    await cutOff.closed
    for (const { payload } of cutOff.messages) received.add(payload.id)
  }
  const awake = await Probe.connect(app.mqtt, session)
  await awake.until(({ payload }) => received.add(payload.id).size === placed)
  await awake.end()
})

test('a client has at most fifty subscriptions, and invalid filters are refused', async ({ app }) => {
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

test.run()
