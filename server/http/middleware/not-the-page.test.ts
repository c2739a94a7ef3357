import { once } from 'node:events'
import { mkdtemp, mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOrder, startApp, type TestApp } from '../../testing/app.ts'

const test = suite<{ app: TestApp }>('requests that are not for the page')

test.before(async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'callout-test-'))
  await mkdir(join(dataDir, 'client'))
  await writeFile(join(dataDir, 'client', 'index.html'), '<title>the page</title>')
  context.app = await startApp({ env: { DATA_DIR: dataDir } })
})
test.after(({ app }) => app.stop())

/** Sends bytes on one connection and reads until `count` responses have arrived, or the server closes it. */
async function exchange(app: TestApp, pieces: string[], count: number): Promise<string> {
  const { hostname, port } = new URL(app.http)
  const socket = connect({ port: Number(port), host: hostname, noDelay: true })
  await once(socket, 'connect')
  let received = ''
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      received += String(chunk)
      if (received.split('HTTP/1.1 ').length > count && received.endsWith('}')) resolve()
    })
    socket.once('close', () => resolve())
  })
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve))
  await done
  socket.destroy()
  return received
}

const h2c = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'
const statuses = (received: string) => [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)

test('unknown paths below those of the server are JSON 404s, never the page', async ({ app }) => {
  const unknown = [
    '/api',
    '/api/nope',
    '/API/nope',
    '//api/orders',
    '/docs/x',
    '/metrics/x',
    '/healthz/x',
    '/mqtt',
    '/%6detrics',
    '/%61pi/orders',
    '/docs%2fx',
  ]
  for (const path of unknown) {
    const { status, headers, body } = await app.call('GET', path)
    assert.equal([status, body.code], [404, 'not_found'], path)
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/)
  }
  for (const path of ['/metrics', '/healthz', '/readyz', '/docs']) assert.is((await app.call('POST', path)).status, 404)
  assert.is((await app.call('GET', '/assets/gone-1a2b3c.js')).body.code, 'not_found')
  assert.match((await app.call('GET', '/orders/x')).body, /the page/)
  assert.match((await app.call('GET', '/apiary')).body, /the page/)
})

test('a path of the page takes GET and HEAD only', async ({ app }) => {
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const { status, headers, body } = await app.call(method, '/orders')
    assert.equal([status, body.code, headers.get('allow')], [405, 'method_not_allowed', 'GET, HEAD'])
  }
})

test('an upgrade to another protocol than WebSocket is ignored and the request answered, on a connection that stays open', async ({
  app,
}) => {
  const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
  const requests = [get('/healthz', h2c), get('/healthz', h2c), get('/mqtt', h2c)]
  for (const pieces of [requests, [requests.join('')]]) {
    const received = await exchange(app, pieces, 3)
    assert.equal(statuses(received), ['200', '200', '404'])
    assert.is(received.split('{"status":"up",').length, 3)
  }

  const warnings: string[] = []
  const onWarning = ({ name }: Error) => name === 'MaxListenersExceededWarning' && warnings.push(name)
  process.on('warning', onWarning)
  const many = Array.from({ length: 20 }, () => get('/healthz', h2c))
  assert.is(statuses(await exchange(app, many, 20)).length, 20)
  process.off('warning', onWarning)
  assert.equal(warnings, [], 'no listeners are left behind')
})

test('the body of a request with an ignored upgrade is read, also when it arrives later', async ({ app }) => {
  const customer = await app.customer()
  const [service] = await app.services()
  const body = JSON.stringify(placeOrder(service?.id ?? ''))
  const head = [
    'POST /api/orders HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${customer.token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    h2c,
  ].join('\r\n')
  for (const pieces of [[`${head}\r\n${body}`], [`${head}\r\n`, body.slice(0, 20), body.slice(20)]]) {
    const received = await exchange(app, pieces, 1)
    assert.equal(statuses(received), ['201'], received)
  }
})

test('a request with two Host headers, or with none, is refused with 400 and a request id', async ({ app }) => {
  for (const hosts of ['Host: a.example\r\nHost: b.example', 'Host: a.example\r\nhost: a.example']) {
    const received = await exchange(app, [`GET /healthz HTTP/1.1\r\n${hosts}\r\n\r\n`], 1)
    assert.equal(statuses(received), ['400'])
    assert.match(received, /"code":"invalid_request"/)
  }
  const without = await exchange(app, ['GET /healthz HTTP/1.1\r\n\r\n'], 1)
  assert.equal(statuses(without), ['400'])
  assert.match(without, /X-Request-Id: \w+/)
  assert.equal(statuses(await exchange(app, ['GET /healthz HTTP/1.0\r\n\r\n'], 1)), ['200'])
})

test.run()
