import type { AddressInfo } from 'node:net'
import express from 'express'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { createLog } from '../../lib/log.ts'
import { problems } from '../middleware/problems.ts'
import { startApp } from '../../testing/app.ts'
import { createMetrics } from './index.ts'

const test = suite('metrics')

/** Serves the metrics alone. Returns the status and text of GET /metrics with these headers. */
async function scrape(trustProxy: number | boolean, headers: Record<string, string>, token: string | null = null) {
  const http = express().set('trust proxy', trustProxy)
  const metrics = createMetrics({ token, mqttConnections: () => 3 })
  metrics.orderPublished()
  http.get('/metrics', metrics.serve)
  http.use(problems({ audits: [], log: createLog('silent'), clock: systemClock }))
  const server = http.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers })
  const text = await response.text()
  server.closeAllConnections()
  server.close()
  return { status: response.status, text, type: response.headers.get('content-type') ?? '' }
}

test('requests are counted by method, route pattern and status, and measured by route', async () => {
  const app = await startApp()
  const customer = await app.customer()
  const connection = await customer.connect('websocket')
  await customer.get('/api/orders/nothing?x=1')
  await customer.get('/api/orders/other')
  await customer.call('DELETE', '/api/orders')
  await app.call('GET', '/no/such/page')
  const text = await (await fetch(`${app.http}/metrics`)).text()
  const lines = text.split('\n')
  const value = (series: string) =>
    Number(
      lines
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1),
    )
  assert.is(value('callout_http_requests_total{method="GET",route="/api/orders/:id",status="404"}'), 2)
  assert.is(value('callout_http_requests_total{method="DELETE",route="/api/orders",status="405"}'), 1)
  const duration = 'callout_http_request_duration_seconds'
  assert.is(value(`${duration}_count{route="/api/orders/:id"}`), 2)
  assert.is(value(`${duration}_bucket{le="+Inf",route="/api/orders/:id"}`), 2)
  assert.ok(value(`${duration}_bucket{le="0.001",route="/api/orders/:id"}`) <= 2)
  assert.ok(value(`${duration}_sum{route="/api/orders/:id"}`) > 0)
  assert.is(value('callout_mqtt_connections'), 1)
  assert.ok(value('process_resident_memory_bytes') > 0)
  assert.not.match(text, /nothing|no\/such/)
  await connection.end()
  await app.stop()
})

test('published order versions are counted', async () => {
  const { status, text, type } = await scrape(false, {})
  assert.is(status, 200)
  assert.match(type, /^text\/plain/)
  assert.match(text, /^callout_orders_published_total 1$/m)
  assert.match(text, /^callout_mqtt_connections 3$/m)
})

test('without a token only a client on this machine may read the metrics', async () => {
  const from = (address: string) => ({ 'x-forwarded-for': address })
  assert.is((await scrape(1, from('127.0.0.1'))).status, 200)
  assert.is((await scrape(1, from('::1'))).status, 200)
  for (const [trustProxy, headers] of [
    [1, from('203.0.113.9')],
    [1, from('127.0.0.1, 203.0.113.9')],
    [true, from('127.0.0.1, 203.0.113.9')],
    [false, from('127.0.0.1')],
    [false, { forwarded: 'for=127.0.0.1' }],
  ] as const) {
    const { status, text, type } = await scrape(trustProxy, headers)
    assert.is(status, 404, JSON.stringify([trustProxy, headers]))
    assert.match(type, /^application\/problem\+json/)
    assert.is(JSON.parse(text).code, 'not_found')
  }
})

test('with a token every client needs it, on this machine too', async () => {
  const token = 'x'.repeat(16)
  assert.is(
    (await scrape(1, { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9' }, token)).status,
    200,
  )
  for (const authorization of ['', `Bearer ${token}x`, `Bearer ${'y'.repeat(16)}`, `Basic ${token}`]) {
    const { status, text } = await scrape(false, authorization ? { authorization } : {}, token)
    assert.is(status, 401, authorization)
    assert.is(JSON.parse(text).code, 'unauthenticated')
  }
})

test.run()
