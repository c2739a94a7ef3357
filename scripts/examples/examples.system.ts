import { readFile } from 'node:fs/promises'
import { Script } from 'node:vm'
import { parse } from 'yaml'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { NewApiToken } from '#shared/api-tokens.ts'
import type { Order } from '#shared/orders.ts'
import { matchTopic } from '#shared/topics.ts'
import { maySubscribe } from '../../server/auth/permissions.ts'
import { startApp, type TestApp } from '../../server/testing/app.ts'
import { ensureBuilt } from '../lib/built.ts'
import { findPaho } from './testing/paho.ts'
import { startProgram, type Program } from './testing/program.ts'

interface Context {
  app: TestApp
  /** The secret of a dashboard token. */
  token: string
  revoke(): Promise<unknown>
}

const test = suite<Context>('examples')

test.before(async (context) => {
  await ensureBuilt()
  context.app = await startApp()
  const { body } = await context.app.admin.post('/api/tokens', { name: 'Wall', scope: 'dashboard' })
  const { token, secret } = NewApiToken.parse(body)
  context.token = secret
  context.revoke = () => context.app.admin.call('DELETE', `/api/tokens/${token.id}`)
})
test.after(({ app }) => app.stop())

const here = (name: string) => `scripts/examples/${name}`
const portOf = (app: TestApp) => new URL(app.mqtt).port
const wall = { id: 'token', role: 'admin', reader: 'with_contact' } as const

/** A vendor with a device. */
async function van(app: TestApp) {
  const vendor = await app.vendor('Ana')
  const { token } = await vendor.device()
  return { vendor, env: { DEVICE_TOKEN: token, VENDOR_ID: vendor.id } }
}

/** Places an order and has it accepted: the listener prints both. */
async function followsOrder({ app }: Context, listener: Program): Promise<void> {
  const vendor = await app.vendor('Ben')
  const order = await app.order(await app.customer())
  await listener.until(order.number, 'pending', 'version 1')
  await vendor.set(order, 'accepted')
  await listener.until(order.number, 'accepted', 'version 2', 'Ben')
}

test('mosquitto.sh: each line of a dashboard and of a device', async ({ app, token }) => {
  const { vendor, env } = await van(app)
  const customer = await app.customer()
  const address = { MQTT_PORT: portOf(app), TOKEN: token, ...env }
  const sh = (...args: string[]) => startProgram('stdbuf', ['-oL', 'sh', here('mosquitto.sh'), ...args], address)
  const say = async (...args: string[]) => assert.is(await sh(...args).exited, 0, args.join(' '))
  const watching = {
    orders: sh('orders', '-d'),
    vendors: sh('vendors', '-d'),
    places: sh('places', '-d'),
    commands: sh('commands', '-d'),
    services: sh('services', '-d'),
    offers: sh('offers', '-d'),
    replies: sh('replies', vendor.id, '-d'),
  }
  for (const one of Object.values(watching)) await one.until('Subscribed')
  await watching.services.until('services', 'currency')

  await say('online')
  await watching.vendors.until(`vendor/status/${vendor.id}`, 'online')
  await say('here', '52.5', '13.4')
  await watching.places.until('vendor/location', '52.5')
  const [order, declined] = [await app.order(customer), await app.order(customer)]
  await watching.offers.until('orders/new', order.id)
  for (const [command, status] of [
    ['accept', 'accepted'],
    ['set_off', 'on_the_way'],
    ['start', 'in_progress'],
    ['complete', 'completed'],
  ] as const) {
    await say(command, order.id)
    await watching.orders.until('orders/update', order.id, `"status":"${status}"`)
    await watching.commands.until(`orders/${order.id}/status`, status)
  }
  await say('decline', declined.id)
  await watching.replies.until('"ok":true', declined.id)
  await say('break')
  await watching.vendors.until(`vendor/status/${vendor.id}`, 'break')
  await say('offline')
  assert.is(await sh('nothing').exited, 2)
  for (const one of Object.values(watching)) await one.stop()
})

test('the Node listeners print what happens, and end when their token is revoked', async (context) => {
  const { app, token, revoke } = context
  const library = startProgram('node', [here('listener.mjs'), app.http], { TOKEN: token })
  const mqtt = startProgram('node', [here('listener-mqtt.mjs'), app.mqtt], { TOKEN: token })
  await library.until('live')
  await mqtt.until('subscribed to', 'vendor/status/+')
  await Promise.all([library, mqtt].map((listener) => followsOrder(context, listener)))
  await revoke()
  await library.until('refused', 'revoked')
  assert.equal([await library.exited, await mqtt.exited], [1, 0])
})

test('owntracks.mjs drives a way: admins and the customer see the positions and when the vendor arrives', async ({
  app,
}) => {
  const { vendor, env } = await van(app)
  const customer = await app.customer()
  const goal = { lat: 52.5163, lng: 13.3777 }
  const order = await app.order(customer, { contact: { phone: '+49 30 1', address: 'Pariser Platz 1', ...goal } })
  await vendor.set(order, 'accepted')
  await vendor.set(order, 'on_the_way')
  const [watching, page] = [await app.admin.connect(), await customer.connect()]
  await watching.subscribe('vendor/location')
  await page.subscribe(`customers/${customer.id}/tracking`)
  const way = ['52.5003,13.4012', '52.5100,13.3900', '52.5163,13.3777']
  const phone = startProgram('node', [here('owntracks.mjs'), app.mqtt, ...way], { ...env, SPEED: '3600', EVERY: '1' })
  await watching.until(({ payload }) => payload.lat === goal.lat && payload.vendorId === vendor.id, 20_000)
  const arrived = await page.until(({ payload }) => payload.lat === goal.lat, 20_000)
  assert.is(await phone.exited, 0)
  assert.equal([phone.lines[0], phone.lines.at(-1)], ['52.50030 13.40120', '52.51630 13.37770'])
  const minutes = (Date.parse(arrived.payload.eta.to) - Date.parse(arrived.payload.at)) / 60_000
  assert.ok(minutes > 0 && minutes < 2, `arrives within ${minutes} min`)
  const { positions } = (await app.admin.get(`/api/vendors/${vendor.id}/positions`)).body
  assert.is(positions.at(0).lat, 52.5003)
  const wrong = startProgram('node', [here('owntracks.mjs'), app.mqtt, ...way], { DEVICE_TOKEN: 'wrong' })
  assert.is(await wrong.exited, 1)
  assert.is(await startProgram('node', [here('owntracks.mjs'), '52.5,13.4']).exited, 2)
  await Promise.all([watching.end(), page.end()])
})

const paho = await findPaho()
test.after(() => paho?.remove())
if (!paho) console.error('SKIPPED: the Python examples, as there is no python3 with paho-mqtt or pip here.')
else {
  test('listener.py prints what happens', async (context) => {
    const { app } = context
    const { secret } = NewApiToken.parse(
      (await app.admin.post('/api/tokens', { name: 'Python', scope: 'dashboard', contact: false })).body,
    )
    const args = [here('listener.py'), '127.0.0.1', portOf(app)]
    const listener = startProgram('python3', args, { ...paho.env, TOKEN: secret })
    await listener.until('subscribed', 'Granted QoS 1')
    await followsOrder(context, listener)
    await listener.stop()
    const wrong = startProgram('python3', args, { ...paho.env, TOKEN: 'tok_wrong.secret' })
    await wrong.until('The broker refuses the token')
    assert.is(await wrong.exited, 0)
  })

  test('doorbell.py rings, accepts, keeps offers while it is away, and leaves its last will', async ({ app }) => {
    const { vendor, env } = await van(app)
    const watching = await app.admin.connect()
    await watching.subscribe('vendor/status')
    const isNow = (status: string) =>
      watching.until(({ payload }) => payload.vendorId === vendor.id && payload.status === status, 20_000)
    const start = () =>
      startProgram('python3', [here('doorbell.py'), '127.0.0.1', portOf(app)], { ...paho.env, ...env })
    const customer = await app.customer()
    const doorbell = start()
    await doorbell.until('connected')
    await isNow('online')
    const first = await app.order(customer)
    await doorbell.until(first.number)
    doorbell.write('')
    await doorbell.until('stored')
    await doorbell.until('accepted')
    const { body } = await customer.get<Order>(`/api/orders/${first.id}`)
    assert.equal([body.status, body.vendor?.id], ['accepted', vendor.id])
    doorbell.write('')
    await doorbell.until('no offers')
    doorbell.kill()
    await isNow('offline')

    const missed = await app.order(customer)
    const again = start()
    await again.until(missed.number)
    await customer.set(missed, 'cancelled', { reason: 'Storm' })
    await again.until('gone')
    await again.stop()
    await watching.end()
  })
}

test('node-red.json: its nodes are connected, and a dashboard may subscribe to its topics', async () => {
  interface Node {
    id: string
    type: string
    z?: string
    topic?: string
    broker?: string
    protocolVersion?: string
    func?: string
    wires?: string[][]
  }
  const nodes: Node[] = JSON.parse(await readFile(here('node-red.json'), 'utf8'))
  const ids = new Set(nodes.map(({ id }) => id))
  assert.is(ids.size, nodes.length)
  const core = ['tab', 'mqtt-broker', 'mqtt in', 'function', 'debug']
  for (const { type, z, wires = [], func, protocolVersion } of nodes) {
    assert.ok(core.includes(type), type)
    assert.ok(z === undefined || ids.has(z))
    for (const target of wires.flat()) assert.ok(ids.has(target), target)
    if (type === 'mqtt-broker') assert.is(protocolVersion, '4', 'MQTT 3.1.1')
    if (func) assert.ok(new Script(`(msg, flow, node) => {${func}}`), 'it is JavaScript')
  }
  const inputs = nodes.filter(({ type }) => type === 'mqtt in')
  assert.is(inputs.length, 3)
  for (const { topic = '', broker = '' } of inputs) {
    assert.ok(ids.has(broker))
    assert.ok(matchTopic(topic.replace('+', 'anyone')), topic)
    assert.ok(maySubscribe(wall, topic), topic)
  }
})

test('home-assistant.yaml: a dashboard token gets the fields that its templates read', async ({ app }) => {
  const { secret } = NewApiToken.parse(
    (await app.admin.post('/api/tokens', { name: 'Home', scope: 'dashboard', contact: false })).body,
  )
  await app.order(await app.customer())
  const text = await readFile(here('home-assistant.yaml'), 'utf8')
  const secrets = { tag: '!secret', resolve: (name: string) => `secret ${name}` }
  const { rest, template, automation } = parse(text, { customTags: [secrets] })
  assert.equal([rest.length, template.length, automation.length], [2, 1, 1])
  for (const { resource, headers, sensor } of rest) {
    assert.is(headers.Authorization, 'secret callout_token')
    const { pathname, search } = new URL(resource)
    const answer = await app.call('GET', pathname + search, undefined, { authorization: `Bearer ${secret}` })
    assert.is(answer.status, 200, resource)
    for (const { value_template: value } of sensor) {
      const [, list = ''] = /value_json\.(\w+)/.exec(value) ?? []
      assert.ok(Array.isArray(answer.body[list]), value)
      const [, field = 'id'] = /\[-1\]\.(\w+)|selectattr\('(\w+)'/.exec(value)?.filter(Boolean) ?? []
      assert.ok(field in answer.body[list][0], value)
    }
  }
  const entity = template[0].binary_sensor[0]
  const made = rest.flatMap(({ sensor }: { sensor: { name: string }[] }) => sensor.map(({ name }) => name))
  const idOf = (name: string) => name.toLowerCase().replaceAll(' ', '_')
  for (const [, id] of entity.state.matchAll(/sensor\.(\w+)/g)) assert.ok(made.map(idOf).includes(id), id)
  assert.is(automation[0].triggers[0].entity_id, `binary_sensor.${idOf(entity.name)}`)
})

test.run()
