import { spawnSync } from 'node:child_process'
import { connectAsync, type MqttClient } from 'mqtt'
import * as assert from 'uvu/assert'
import { scrape } from '../testing/scrape.ts'
import { call } from '../testing/app.ts'
import { orderPlacer } from './lib/orders.ts'
import { figures } from './lib/report.ts'
import { serverSuite } from './lib/server.ts'
import { eventually, steadily } from './lib/waiting.ts'

const test = serverSuite('metrics')

// METRICS_SECONDS=60 npm run test:system -- metrics
const seconds = Number(process.env.METRICS_SECONDS ?? 8)
const ordersPerSecond = 20
const dashboards = 10
const vans = 4

test('what the server counts agrees within 1 % with what its clients count', async ({ server }) => {
  const { app, admin } = server
  const counted = { received: 0, published: 0, placed: 0, changed: 0, missing: 0, refusedTokens: 0, refusedSignIns: 0 }

  const connect = async (url: string, password: string, filters: string[]) => {
    const client = await connectAsync(url, { username: 'x', password, reconnectPeriod: 0 })
    client.on('message', () => counted.received++)
    await client.subscribeAsync(filters, { qos: 1 })
    return client
  }
  const everything = ['orders/#', 'vendor/status', 'vendor/location']
  const pages = await Promise.all(
    Array.from({ length: dashboards }, () => connect(app.websocket, admin.token, everything)),
  )
  const devices: MqttClient[] = []
  for (let n = 0; n < vans; n++) {
    const vendor = await server.vendor()
    const { token } = await vendor.device()
    devices.push(await connect(app.mqtt, token, [`users/${vendor.id}/replies`]))
  }
  const customer = await server.customer()
  const { place, end } = orderPlacer(app, customer, await server.service())

  const before = await scrape(app)
  // The retained messages of the subscriptions may still be on their way.
  await eventually(() => counted.received >= before.value('callout_mqtt_messages_sent_total'), 5_000)
  counted.received = 0

  /** One order, worked by one van. */
  async function live(n: number) {
    const device = devices[n % vans]
    if (!device) throw new Error('there is no van')
    const publish = (topic: string, payload: string, qos: 0 | 1) => {
      counted.published++
      return device.publishAsync(topic, payload, { qos })
    }
    const id = await place()
    counted.placed++
    for (const status of ['accepted', 'on_the_way', 'in_progress', 'completed']) {
      await publish(`orders/${id}/status`, status, 1)
      counted.changed++
    }
    await publish('vendor/location', JSON.stringify({ lat: 52 + n / 10_000, lng: 13 }), 0)
    if (n % 10 !== 0) return
    await customer.get('/api/orders/none')
    counted.missing++
    await connectAsync(app.mqtt, { username: 'x', password: 'none', reconnectPeriod: 0 }, false).catch(() => {
      counted.refusedTokens++
    })
    const { status } = await call(app, 'POST', '/api/auth/login', { email: 'no@example.org', password: 'wrong' })
    if (status === 401) counted.refusedSignIns++
  }
  const living: Promise<void>[] = []
  await steadily(ordersPerSecond, seconds, (n) => void living.push(live(n)))
  await Promise.all(living)

  const sent = 'callout_mqtt_messages_sent_total'
  let after = before
  await eventually(async () => {
    const last = after.value(sent)
    after = await scrape(app)
    const done = 'callout_commit_to_publish_seconds_count'
    const published = after.value(done) - before.value(done) === counted.placed + counted.changed
    return published && last === after.value(sent) && last - before.value(sent) === counted.received
  }, 10_000)

  const added = (name: string): number => after.value(name) - before.value(name)
  const statuses = ['accepted', 'on_the_way', 'in_progress', 'completed']
  const changes = statuses.map((status) => added(`callout_order_changes_total{status="${status}"}`))
  const placed = 'callout_http_requests_total{method="POST",route="/api/orders",status="201"}'
  const missing = 'callout_http_requests_total{method="GET",route="/api/orders/:id",status="404"}'
  const compared: [string, number, number][] = [
    ['messages received', counted.received, added(sent)],
    ['messages published', counted.published, added('callout_mqtt_messages_received_total')],
    ['orders placed', counted.placed, added(placed)],
    ['orders changed', counted.changed, changes.reduce((sum, one) => sum + one, 0)],
    ['orders not found', counted.missing, added(missing)],
    ['tokens refused', counted.refusedTokens, added('callout_mqtt_connects_refused_total{reason="token"}')],
    ['sign-ins refused', counted.refusedSignIns, added('callout_sign_ins_total{outcome="bad_credentials"}')],
  ]
  const shown: Record<string, string> = {}
  for (const [what, byClients, byServer] of compared) {
    shown[what] = `${byClients} = ${byServer}`
    assert.ok(byClients > 0, what)
    assert.ok(Math.abs(byServer - byClients) <= byClients / 100, `${what}: ${shown[what]}`)
  }
  assert.is(added('callout_orders_placed_total'), counted.placed)
  assert.is(added('callout_commit_to_publish_seconds_count'), counted.placed + counted.changed)
  assert.is(after.value('callout_mqtt_connections{role="admin"}'), dashboards)
  assert.is(after.value('callout_mqtt_connections{role="device"}'), vans)
  figures(`clients = server over ${seconds} s`, shown)

  end()
  await Promise.all([...pages, ...devices].map((client) => client.endAsync()))
})

test('Prometheus accepts the metrics, and each alert fires when it should', async ({ server }) => {
  const promtool = process.env.PROMTOOL ?? 'promtool'
  if (spawnSync(promtool, ['--version']).error) {
    console.error('SKIPPED: promtool is not installed (Debian: prometheus; or PROMTOOL=…)')
    return
  }
  const { text } = await scrape(server.app)
  const checked = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })
  // Two metrics of prom-client have names that promtool would not choose: process_start_time…, nodejs_…_total gauges.
  const ours = checked.stderr.split('\n').filter((line) => line.startsWith('callout_'))
  assert.equal(ours, [])
  const rules = spawnSync(promtool, ['test', 'rules', 'alerts.test.yml'], {
    cwd: 'scripts/deploy/metrics',
    encoding: 'utf8',
  })
  assert.is(rules.status, 0, rules.stdout + rules.stderr)
})

test.run()
