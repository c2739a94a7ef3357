import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Running } from '../../app.ts'
import { packetsOf, quietClient } from '../../system-tests/lib/clients.ts'
import { connectPacket, publishPacket, subscribePacket } from '../../system-tests/lib/packets.ts'
import { within } from '../../system-tests/lib/waiting.ts'
import { openWire } from '../../system-tests/lib/wire.ts'
import { anIdentity, startBroker } from '../../testing/broker.ts'
import { recordedLines } from '../../testing/recorded-lines.ts'
import { StillClock } from '../../testing/clock.ts'
import { limits } from '../limits.ts'

const test = suite('MQTT over WebSocket')

const vendor = async () => anIdentity({ role: 'vendor' })

/** A socket that has been upgraded. */
async function upgraded(app: Pick<Running, 'http'>): Promise<Socket> {
  const { hostname, port } = new URL(app.http)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.write(
    [
      'GET /mqtt HTTP/1.1',
      'Host: callout',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: mqtt',
      '\r\n',
    ].join('\r\n'),
  )
  await once(socket, 'data')
  return socket
}

/** Masked with zeros, as a client's frames must be masked (RFC 6455, 5.3). */
const frame = (opcode: number, body: Buffer) =>
  Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | body.length, 0, 0, 0, 0]), body])

/** CONNACK 0, in a frame of its own. */
const connack = Buffer.from([0x82, 4, 0x20, 2, 0, 0])

test('the responses to packets sent together with CONNECT are written together', async () => {
  const app = await startBroker()
  const socket = await upgraded(app)
  const answered = once(socket, 'data')
  socket.write(frame(2, Buffer.concat([connectPacket({ password: 'any' }), subscribePacket('vendor/status')])))
  const suback = Buffer.from([0x82, 5, 0x90, 3, 0, 1, 1])
  assert.equal(await answered, [Buffer.concat([connack, suback])])
  socket.destroy()
  await app.stop()
})

/** Asks for an upgrade and resolves to the status of the response. */
async function statusOf(app: Pick<Running, 'http'>, headers: string[], path = '/mqtt'): Promise<string | undefined> {
  const { hostname, port } = new URL(app.http)
  const socket = connect({ host: hostname, port: Number(port) })
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', ...headers]
  socket.write([`GET ${path} HTTP/1.1`, ...upgrade, '', ''].join('\r\n'))
  const [response] = await once(socket, 'data')
  socket.destroy()
  return /^HTTP\/1\.1 (\d+)/.exec(String(response))?.[1]
}

const handshake = [
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: mqtt',
]

test('the Origin of a page is compared with the Host by their default ports and without regard to case', async () => {
  const app = await startBroker()
  const cases: [string, string, string][] = [
    ['https://shop.example', 'shop.example', '101'],
    ['https://shop.example', 'shop.example:443', '101'],
    ['http://shop.example', 'shop.example:80', '101'],
    ['http://shop.example:8080', 'Shop.Example:8080', '101'],
    ['http://[::1]:3000', '[::1]:3000', '101'],
    ['https://shop.example', 'shop.example:80', '403'],
    ['https://shop.example:8443', 'shop.example', '403'],
    ['https://evil.example', 'shop.example', '403'],
    ['https://evil.example', 'shop.example@evil.example', '403'],
    ['null', 'shop.example', '403'],
  ]
  for (const [origin, host, expected] of cases) {
    const status = await statusOf(app, [`Host: ${host}`, `Origin: ${origin}`, ...handshake])
    assert.is(status, expected, `${origin} on ${host}`)
  }
  await app.stop()
})

test('a refused WebSocket is logged with the reason, the address, Origin and Host, and the setting that helps', async () => {
  const { lines, log } = recordedLines()
  const app = await startBroker({ log, clock: new StillClock() })
  const host = 'Host: 127.0.0.1:3000'
  const noMqtt = handshake.slice(0, 2)
  assert.is(await statusOf(app, [host, 'Origin: https://shop.example', ...handshake]), '403')
  assert.is(await statusOf(app, [host, ...handshake], '/ws'), '404')
  assert.is(await statusOf(app, [host, ...noMqtt]), '400')
  assert.is(await statusOf(app, [host, host, ...handshake]), '400')
  assert.is(await statusOf(app, [host, 'Sec-WebSocket-Version: 12', ...handshake.slice(1)]), '400')
  assert.equal(
    lines.map(({ msg, status, address }) => [msg, status, address]),
    ['403 Forbidden', '404 Not Found', '400 Bad Request', '400 Bad Request', '400 Bad Request'].map((status) => [
      'WebSocket refused',
      status,
      '127.0.0.1',
    ]),
  )
  const [first] = lines
  assert.equal(
    [first?.origin, first?.host, first?.setting],
    ['https://shop.example', '127.0.0.1:3000', 'ALLOWED_ORIGINS'],
  )
  await app.stop()
})

test('a client that is disconnected right after CONNECT still receives its CONNACK', async () => {
  const app = await startBroker()
  app.broker.aedes.once('clientReady', (client) => client.close())
  const socket = await upgraded(app)
  const answered = once(socket, 'data')
  socket.write(frame(2, connectPacket({ password: 'any' })))
  const [bytes] = await answered
  assert.equal(bytes.subarray(0, connack.length), connack)
  socket.destroy()
  await app.stop()
})

test('a frame may contain many packets, and a packet may span frames', async () => {
  const taken: string[] = []
  const app = await startBroker({
    identify: vendor,
    router: {
      route: async (_connection, { payload }) => (taken.push(String(payload)), 'acknowledge'),
      refuse() {},
    },
  })
  const wire = await quietClient(app, 'websocket', { token: 'any' })
  const count = 6_000
  const acknowledged = new Promise<void>((resolve) =>
    packetsOf(wire, ({ messageId }) => messageId === count && resolve()),
  )
  const all = Buffer.concat(
    Array.from({ length: count }, (_, n) => publishPacket('vendor/location', `${n} ${'x'.repeat(20)}`, n + 1)),
  )
  assert.ok(all.length > 3 * limits.packet && all.length < limits.frame)
  const cut = all.length - 1_001
  wire.send(all.subarray(0, cut))
  wire.send(all.subarray(cut))
  await acknowledged
  assert.equal(
    taken.map((payload) => Number.parseInt(payload, 10)),
    Array.from({ length: count }, (_, n) => n),
  )
  wire.destroy()
  await app.stop()
})

test('a packet split over frames that arrive together is read whole', async () => {
  const app = await startBroker()
  const socket = await upgraded(app)
  const answered = once(socket, 'data')
  const packet = connectPacket({ password: 'any' })
  socket.write(
    Buffer.concat([packet.subarray(0, 1), packet.subarray(1, 9), packet.subarray(9)].map((b) => frame(2, b))),
  )
  assert.equal(await answered, [connack])
  socket.destroy()
  await app.stop()
})

test('frames have a size limit, which is smaller before authentication', async () => {
  // Aedes reads nothing during authentication, and no timeout ends.
  let asked = () => {}
  const knocked = new Promise<void>((resolve) => (asked = resolve))
  const app = await startBroker({ clock: new StillClock(), identify: () => (asked(), new Promise(() => {})) })
  const stranger = await openWire(app, 'websocket')
  stranger.send(connectPacket({ password: 'any' }))
  await knocked
  stranger.send(Buffer.alloc(limits.packet))
  await stranger.closed
  await app.stop()

  const known = await startBroker({ identify: vendor })
  const wire = await quietClient(known, 'websocket', { token: 'any' })
  wire.send(Buffer.alloc(limits.frame + 1))
  await wire.closed
  await known.stop()
})

test('a client that stays open after its DISCONNECT is closed at its next message', async () => {
  const app = await startBroker()
  const socket = await upgraded(app)
  const subscribed = once(app.broker.aedes, 'subscribe')
  socket.write(frame(2, connectPacket({ password: 'any' })))
  socket.write(frame(2, subscribePacket('vendor/status')))
  await subscribed
  const gone = once(app.broker.aedes, 'clientDisconnect')
  socket.pause()
  socket.write(frame(8, Buffer.alloc(0)))
  const packet = { cmd: 'publish', topic: 'vendor/status', payload: 'x', qos: 0, retain: false, dup: false } as const
  const telling = setInterval(() => app.broker.aedes.publish(packet, () => {}), 50)
  // ws itself times out after 30 s.
  const inTime = await within(10_000, gone)
  clearInterval(telling)
  assert.ok(inTime)
  socket.destroy()
  await app.stop()
})

test.run()
