import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Probe } from '../../testing/probe.ts'
import { bridgeStage, publishedVersions, type BridgeStage } from '../../testing/bridged.ts'

const test = suite<{ stage: BridgeStage }>('the bridge')

test.before.each(async (context) => {
  context.stage = await bridgeStage(['ana', 'ben'])
})
test.after.each(({ stage }) => stage.stop())

const reply = (probe: Probe, commandId: string) =>
  probe.until(({ topic, payload }) => topic.endsWith('/replies') && payload.commandId === commandId)

test('every version of an order is published complete below the prefix, and to each device in its vendor’s view', async ({
  stage,
}) => {
  const { app, customer, vendors } = await stage.start({ env: { MQTT_BROKER_PREFIX: 'callout/' } })
  const [desk, ana, ben] = await Promise.all([stage.other.connect(), stage.other.connect(), stage.other.connect()])
  await desk.subscribe('callout/orders/#')
  await ana.subscribe('callout/devices/ana/#')
  await ben.subscribe('callout/devices/ben/#')
  const { id } = await app.order(customer)
  for (const status of ['accepted', 'on_the_way']) await vendors[0]!.set({ id }, status)
  await desk.until(({ payload }) => payload.version === 3)
  assert.equal(publishedVersions(desk, id), [
    'callout/orders/new 1',
    'callout/orders/update 2',
    'callout/orders/update 3',
  ])
  assert.ok(desk.messages.every(({ payload, retain }) => payload.contact.phone && payload.customer.name && !retain))

  await ana.until(({ payload }) => payload.version === 3)
  const [offer, mine] = ana.messages.map(({ payload }) => payload)
  assert.equal([offer.contact, offer.customer.name, mine.customer.name], [null, null, 'Mia'])
  await ben.until(({ payload }) => payload.gone)
  assert.equal(publishedVersions(ben, id), ['callout/devices/ben/orders/new 1', 'callout/devices/ben/orders/update 2'])
  assert.equal(ben.messages[1]?.payload, { id, version: 2, status: 'accepted', gone: true })
  await Promise.all([desk.end(), ana.end(), ben.end()])
})

test('a device on the other broker goes online, completes an order, gets replies and goes offline by its will', async ({
  stage,
}) => {
  const { app, customer, vendors } = await stage.start()
  const desk = await stage.other.connect()
  await desk.subscribe('vendor/status')
  const admin = await app.admin.connect()
  for (const filter of ['vendor/status', 'vendor/location', 'orders/+/status']) await admin.subscribe(filter)
  const statusTopic = 'devices/ana/vendor/status'
  const will = { topic: statusTopic, payload: Buffer.from('offline'), qos: 1, retain: true } as const
  const van = await stage.other.connect({ will })
  await van.subscribe('devices/ana/orders/#')
  await van.subscribe('devices/ana/replies')
  await van.publish(statusTopic, 'online', { qos: 1, retain: true })
  for (const probe of [desk, admin]) {
    await probe.until(({ payload }) => payload.name === 'ana' && payload.status === 'online')
  }

  const { id } = await app.order(customer)
  await van.until(({ topic, payload }) => topic === 'devices/ana/orders/new' && payload.id === id)
  const command = `devices/ana/orders/${id}/status`
  await van.publish(command, 'accepted')
  await van.until(({ topic, payload }) => topic === 'devices/ana/replies' && payload.version === 2)
  for (const [commandId, status] of Object.entries({ c1: 'on_the_way', c2: 'in_progress', c3: 'completed' })) {
    await van.publish(command, { status, commandId })
    assert.ok((await reply(van, commandId)).payload.ok)
  }
  await van.publish(command, { status: 'completed', commandId: 'c3' })
  await van.publish(command, { status: 'accepted', commandId: 'c4' })
  const { payload } = await reply(van, 'c4')
  assert.equal([payload.code, payload.version, payload.orderId], ['invalid_transition', 5, id])
  const { body } = await customer.get(`/api/orders/${id}`)
  assert.equal([body.status, body.version], ['completed', 5])
  assert.ok(body.history.slice(1).every((entry: { by: { id: string } }) => entry.by.id === vendors[0]!.id))
  await admin.until(({ topic, payload: event }) => topic === `orders/${id}/status` && event.commandId === 'c3')

  await van.publish('devices/ana/vendor/location', { lat: 52.5, lng: 13.4 }, { qos: 0 })
  assert.is((await admin.until(({ topic }) => topic === 'vendor/location')).payload.vendorId, vendors[0]!.id)
  desk.messages.length = 0
  van.kill()
  await desk.until(({ payload: event }) => event.name === 'ana' && event.status === 'offline')
  await Promise.all([desk.end(), admin.end()])
})

test('a malformed publication gets an error on the device’s replies topic; a retained command is refused', async ({
  stage,
}) => {
  const { app, customer } = await stage.start()
  const { id } = await app.order(customer)
  const van = await stage.other.connect()
  await van.subscribe('devices/ana/replies')
  await van.publish(`devices/ana/orders/${id}/status`, { status: 'accepted', version: 'first' })
  await van.publish('devices/ana/vendor/status', 'sleeping')
  await van.publish('devices/ana/vendor/location', '{"lat":')
  await van.until(() => van.messages.length === 3)
  assert.ok(van.messages.every(({ payload }) => payload.code === 'invalid_request' && !payload.ok))
  await app.bridge!.stop()
  await van.publish('devices/ana/orders/another/status', 'accepted', { qos: 1, retain: true })
  app.bridge!.start()
  const { payload } = await van.until((message) => /retain/.test(message.payload.detail))
  assert.is(payload.topic, 'orders/another/status')
  await van.end()
})

test('only configured names are accepted, and the bridge does not receive its own publications', async ({ stage }) => {
  const { app, customer, vendors } = await stage.start()
  const { id } = await app.order(customer)
  const other = await stage.other.connect()
  await other.subscribe('#')
  for (const name of ['eve', 'ana/x', 'Ana', vendors[0]!.id]) {
    await other.publish(`devices/${name}/orders/${id}/status`, 'accepted')
  }
  await other.publish('orders/new', { id: 'forged' })
  await other.publish('vendor/status', 'online')
  await other.publish('devices/ben/vendor/status', 'break')
  await other.until(({ topic, payload }) => topic === 'vendor/status' && payload.name === 'ben')
  await other.publish('devices/ben/vendor/status', 'offline')
  await vendors[0]!.set({ id }, 'accepted')
  await other.until(({ topic, payload }) => topic === 'orders/update' && payload.version === 2)
  await app.drain()
  // The bridge did not receive the forged order, so it did not publish it again.
  assert.is(other.messages.filter(({ payload }) => payload.id === 'forged').length, 1)
  assert.is((await customer.get(`/api/orders/${id}`)).body.version, 2)
  await other.end()
})

test('queued messages of a name that was removed from the configuration are ignored', async ({ stage }) => {
  const first = await stage.start()
  await first.becomes('connected')
  await first.end()
  const device = await stage.other.connect()
  for (const name of ['ben', 'ana', 'ben']) await device.publish(`devices/${name}/vendor/status`, 'online')
  const [ana] = stage.devices
  const { app } = await stage.start({ env: { MQTT_BROKER_DEVICES: `ana=${ana!.id}` } })
  const screen = await app.admin.connect()
  await screen.subscribe('vendor/status/+')
  await screen.until(({ payload }) => payload.name === 'ana' && payload.status === 'online')
  assert.not(screen.messages.some(({ payload }) => payload.name === 'ben' && payload.status === 'online'))
  await Promise.all([device.end(), screen.end()])
})

test('a revoked device, or one of a deactivated vendor, loses access through the other broker at once', async ({
  stage,
}) => {
  const { app, customer, vendors } = await stage.start()
  const van = await stage.other.connect()
  await van.subscribe('devices/#')
  await van.subscribe('vendor/status')
  for (const name of ['ana', 'ben']) {
    await van.publish(`devices/${name}/vendor/status`, 'online')
    await van.until(
      ({ topic, payload }) => topic === 'vendor/status' && payload.name === name && payload.status === 'online',
    )
  }
  const goesOffline = (name: string) =>
    van.until(
      ({ topic, payload }) => topic === 'vendor/status' && payload.name === name && payload.status === 'offline',
    )
  van.messages.length = 0
  assert.is((await app.admin.call('DELETE', `/api/devices/${stage.devices[0]!.id}`)).status, 204)
  await goesOffline('ana')
  const removed = stage.other.connect()
  await app.admin.patch(`/api/users/${vendors[1]!.id}`, { active: false })
  const { id } = await app.order(customer)
  for (const name of ['ana', 'ben']) {
    await van.publish(`devices/${name}/orders/${id}/status`, { status: 'accepted', commandId: name })
    await van.publish(`devices/${name}/vendor/status`, 'online')
  }
  // The retained status of a deactivated vendor is removed.
  const late = await removed
  await app.bridge!.stop()
  app.bridge!.start()
  await late.subscribe('vendor/status/+')
  await late.subscribe('orders/new')
  await app.order(customer)
  await late.until(({ topic, payload }) => topic === 'orders/new' && payload.id !== id)
  assert.equal(
    late.messages.filter(({ topic, retain }) => retain && topic.endsWith(vendors[1]!.id)),
    [],
  )
  assert.is((await customer.get(`/api/orders/${id}`)).body.version, 1)
  assert.equal(
    van.messages.filter(({ topic }) => /devices\/.*\/(orders\/new|replies)/.test(topic)),
    [],
  )
  await Promise.all([van.end(), late.end()])
})

test.run()
