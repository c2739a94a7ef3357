import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { createLog } from '../../lib/log.ts'
import { problems } from '../middleware/problems.ts'
import { startApp } from '../../testing/app.ts'
import { mongoUri } from '../../testing/mongo.ts'
import { Probe } from '../../testing/probe.ts'
import { scrape } from '../../testing/scrape.ts'
import { createMetrics } from './index.ts'

const test = suite('metrics')

const metricNames = /\b(callout|process|nodejs)_[a-z_]+\b/g

/** Serves the metrics alone. Returns the status and text of GET /metrics with these headers. */
async function serveMetrics(
  trustProxy: number | boolean,
  headers: Record<string, string>,
  token: string | null = null,
) {
  const http = express().set('trust proxy', trustProxy)
  const metrics = createMetrics({ token, metrics: [] })
  http.get('/metrics', metrics.serve)
  http.use(problems({ audits: [], log: createLog('silent'), clock: systemClock }))
  const server = http.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers })
  const text = await response.text()
  server.closeAllConnections()
  server.close()
  metrics.stop()
  return { status: response.status, text, type: response.headers.get('content-type') ?? '' }
}

test('requests are counted by method, route pattern and status, and measured by route', async () => {
  const app = await startApp()
  const customer = await app.customer()
  await customer.get('/api/orders/nothing?x=1')
  await customer.get('/api/orders/other')
  await customer.call('DELETE', '/api/orders')
  await app.call('GET', '/no/such/page')
  const { text, value } = await scrape(app)
  assert.is(value('callout_http_requests_total{method="GET",route="/api/orders/:id",status="404"}'), 2)
  assert.is(value('callout_http_requests_total{method="DELETE",route="/api/orders",status="405"}'), 1)
  const duration = 'callout_http_request_duration_seconds'
  assert.is(value(`${duration}_count{route="/api/orders/:id"}`), 2)
  assert.is(value(`${duration}_bucket{le="+Inf",route="/api/orders/:id"}`), 2)
  assert.ok(value(`${duration}_bucket{le="0.001",route="/api/orders/:id"}`) <= 2)
  assert.ok(value(`${duration}_sum{route="/api/orders/:id"}`) > 0)
  assert.not.match(text, /nothing|no\/such/)
  await app.stop()
})

test('broker, orders, store, sign-ins and process are measured, as the dashboard and the alert rules name them', async () => {
  const app = await startApp()
  await mkdir(join(app.dataDir, 'backups'))
  await writeFile(join(app.dataDir, 'backups', 'one.db'), '')
  await writeFile(join(app.dataDir, 'backups', 'two.db.partial'), '')
  const hourAgo = Date.now() / 1000 - 3600
  await utimes(join(app.dataDir, 'backups', 'one.db'), hourAgo, hourAgo)
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const { login } = await vendor.device()
  const [watching, device] = await Promise.all([app.admin.connect('websocket'), Probe.connect(app.mqtt, login)])
  await watching.subscribe('orders/#')
  await device.subscribe(`users/${vendor.id}/replies`)
  assert.is(await device.subscribe('users/other/replies'), 128)
  const before = await scrape(app)

  const order = await app.order(customer)
  await device.publish(`orders/${order.id}/status`, 'accepted')
  await device.publish('services', 'x')
  await device.until(({ payload }) => payload.code === 'forbidden')
  await watching.until(({ payload }) => payload.id === order.id && payload.version === 2)
  await Probe.connect(app.mqtt, { ...login, password: 'dev_x' }).catch(() => {})
  await app.call('POST', '/api/auth/login', { email: 'admin@example.com', password: 'wrong' })
  await app.drain()

  const { text, value } = await scrape(app)
  const added = (series: string) => value(series) - before.value(series)
  assert.is(value('callout_mqtt_connections{role="admin"}'), 1)
  assert.is(value('callout_mqtt_connections{role="device"}'), 1)
  assert.is(value('callout_mqtt_connections{role="vendor"}'), 0)
  assert.is(added('callout_mqtt_messages_received_total'), 2)
  assert.is(added('callout_mqtt_messages_sent_total'), watching.messages.length + device.messages.length)
  assert.is(value('callout_mqtt_subscriptions_refused_total'), 1)
  assert.is(value('callout_mqtt_publications_refused_total{code="forbidden"}'), 1)
  assert.is(value('callout_mqtt_connects_refused_total{reason="token"}'), 1)
  assert.is(value('callout_mqtt_disconnects_total{reason="slow_consumer"}'), 0)
  assert.match(text, /^callout_mqtt_queued_messages_dropped_total 0$/m)
  assert.is(value('callout_orders_placed_total'), 1)
  assert.is(value('callout_order_changes_total{status="accepted"}'), 1)
  assert.is(value('callout_commit_to_publish_seconds_count'), 2)
  assert.match(text, /^callout_orders_unpublished \d+$/m)
  assert.ok(added('callout_store_duration_seconds_count') >= 2)
  assert.match(text, /^callout_store_waiting \d+$/m)
  assert.is(value('callout_sign_ins_total{outcome="bad_credentials"}'), 1)
  assert.ok(value('callout_sign_ins_total{outcome="ok"}') >= 2)
  assert.ok(value('process_resident_memory_bytes') > 0)
  assert.match(text, /^callout_event_loop_delay_seconds_count \d+$/m)
  const served = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name))
  for (const file of ['alerts.yml', 'dashboard.json']) {
    const names = (await readFile(join('scripts/deploy/metrics', file), 'utf8')).match(metricNames) ?? []
    assert.ok(names.length > 10, file)
    for (const name of names) {
      const known = served.has(name.replace(/_(bucket|sum|count)$/, '')) || served.has(name)
      // MongoDB has neither files of ours nor our backups.
      assert.ok(known || (mongoUri !== '' && /_(database|backup)_/.test(name)), `${file}: ${name}`)
    }
  }
  if (mongoUri === '') {
    assert.ok(value('callout_database_bytes{file="database"}') > 0)
    assert.match(text, /^callout_database_bytes\{file="wal"\} \d+$/m)
    const age = value('callout_backup_age_seconds')
    assert.ok(age >= 3600 && age < 3660, String(age))
  }
  await Promise.all([watching.end(), device.end()])
  await app.stop()
})

test('the format is that of Prometheus', async () => {
  const { status, type } = await serveMetrics(false, {})
  assert.is(status, 200)
  assert.match(type, /^text\/plain/)
})

test('without a token only a client on this machine may read the metrics', async () => {
  const from = (address: string) => ({ 'x-forwarded-for': address })
  assert.is((await serveMetrics(1, from('127.0.0.1'))).status, 200)
  assert.is((await serveMetrics(1, from('::1'))).status, 200)
  for (const [trustProxy, headers] of [
    [1, from('203.0.113.9')],
    [1, from('127.0.0.1, 203.0.113.9')],
    [true, from('127.0.0.1, 203.0.113.9')],
    [false, from('127.0.0.1')],
    [false, { forwarded: 'for=127.0.0.1' }],
  ] as const) {
    const { status, text, type } = await serveMetrics(trustProxy, headers)
    assert.is(status, 404, JSON.stringify([trustProxy, headers]))
    assert.match(type, /^application\/problem\+json/)
    assert.is(JSON.parse(text).code, 'not_found')
  }
})

test('with a token every client needs it, on this machine too', async () => {
  const token = 'x'.repeat(16)
  assert.is(
    (await serveMetrics(1, { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9' }, token)).status,
    200,
  )
  for (const authorization of ['', `Bearer ${token}x`, `Bearer ${'y'.repeat(16)}`, `Basic ${token}`]) {
    const { status, text } = await serveMetrics(false, authorization ? { authorization } : {}, token)
    assert.is(status, 401, authorization)
    assert.is(JSON.parse(text).code, 'unauthenticated')
  }
})

test.run()
