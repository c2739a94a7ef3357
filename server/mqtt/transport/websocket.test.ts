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
