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

test('a device works an order from pending to completed; each command is answered and told to admins', async ({
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
  const van = await Probe.connect(app.mqtt, (await vendor.device()).login)
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
  const van = await Probe.connect(app.mqtt, (await vendor.device()).login)
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
  const { login } = await vendor.device()
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

test('who lost an offer in a change that a crash kept from being told hears of it with the next one', async () => {
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

  // Two changes are stored and the process ends before the first of them is published.
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

test('who lost an offer in a change that another process never told hears of it with the next one', async () => {
  const clock = new StillClock()
  const own = await startApp({ clock })
  const [customer, vendor, other] = await Promise.all([own.customer(), own.vendor(), own.vendor()])
  const listening = await other.connect()
  await listening.subscribe('orders/update')
  const { id } = await own.order(customer)
  await own.drain()

  const mine = { vendor: { id: vendor.id, name: 'Ana' }, note: null }
  const behind = async ({ orders }: Store) => {
    const order = await orders.byId(id)
    assert.ok(order)
    await orders.replace(nextVersion(order, { status: 'accepted', ...mine }, vendor.user, order.createdAt), 1)
  }
  await withStoreOf(own.dataDir, behind, { clock })

  // The clock stands still, so no sweep finds it first.
  assert.is((await vendor.set({ id }, 'on_the_way')).status, 200)
  const { payload } = await listening.until(({ topic }) => topic === 'orders/update')
  assert.equal(payload, { id, version: 3, status: 'on_the_way', gone: true })
  await listening.end()
  await own.stop()
})

test('what waits for a device goes on waiting when its connection is lost while it is being delivered', async ({
  app,
}) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const { login } = await vendor.device()
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

test.run()
