import { generate } from 'mqtt-packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packetsOf, quietClient } from '../../system-tests/lib/clients.ts'
import { pingPacket, publishPacket } from '../../system-tests/lib/packets.ts'
import type { Wire } from '../../system-tests/lib/wire.ts'
import { anIdentity, startBroker } from '../../testing/broker.ts'
import { StillClock } from '../../testing/clock.ts'
import { areAcknowledgements } from './puback-fast-path.ts'
import { limits } from '../limits.ts'
import { clientsOf, keepAliveTimerOf, parserOf } from './aedes-internals.ts'

const test = suite('PUBACK fast path')

const puback = (messageId: number) => generate({ cmd: 'puback', messageId })

type App = Awaited<ReturnType<typeof startBroker>>

/** The only client there is, as Aedes knows it, and the packets that reach Aedes. */
function inside({ broker }: App) {
  const [client] = clientsOf(broker.aedes)
  if (!client) throw new Error('there is no client')
  const parsed: string[] = []
  parserOf(client).on('packet', ({ cmd }) => parsed.push(cmd))
  return { client, parsed }
}

const answered = (wire: Wire) =>
  new Promise<void>((resolve) => packetsOf(wire, ({ cmd }) => cmd === 'pingresp' && resolve()))

test('a PUBACK is handled before Aedes parses it, and resets the keep-alive timer', async () => {
  const app = await startBroker()
  const wire = await quietClient(app, 'websocket', { token: 'any' })
  const { client, parsed } = inside(app)
  const timer = keepAliveTimerOf(client)
  const sign = () => new Promise<void>((resolve) => void Object.assign(Object(timer), { refresh: () => resolve() }))
  for (let n = 1; n <= 50; n++) {
    const heard = sign()
    wire.send(puback(n))
    await heard
  }
  const done = answered(wire)
  wire.send(pingPacket())
  await done
  assert.equal(parsed, ['pingreq'])
  wire.destroy()
  await app.stop()
})

test('a payload with the bytes of a PUBACK is handled as a payload', async () => {
  const taken: Buffer[] = []
  const app = await startBroker({
    identify: async () => anIdentity({ role: 'vendor' }),
    router: {
      route: async (_sender, { payload }) => (taken.push(Buffer.from(payload)), 'acknowledge'),
      refuse() {},
    },
  })
  const wire = await quietClient(app, 'websocket', { token: 'any' })
  const acknowledged = new Promise<void>((resolve) => packetsOf(wire, ({ cmd }) => cmd === 'puback' && resolve()))
  const text = 'ab@\u0002cdefgh'
  const packet = publishPacket('vendor/location', text, 7)
  wire.send(packet.subarray(0, packet.length - 8))
  // Four bytes in a frame of their own: 0x40 0x02 and two more.
  wire.send(packet.subarray(packet.length - 8, packet.length - 4))
  wire.send(packet.subarray(packet.length - 4))
  await acknowledged
  assert.equal(taken.map(String), [text])
  wire.destroy()
  await app.stop()
})

test('a client that sends PUBACKs without end is throttled', async () => {
  const clock = new StillClock()
  const app = await startBroker({ clock, rateLimits: true })
  const wire = await quietClient(app, 'websocket', { token: 'any' })
  const most = limits.controlPackets.burst + 100
  for (let n = 0; n <= most; n++) wire.send(puback(1 + (n % 1_000)))
  await clock.waitedFor(100)
  let pong = false
  const done = answered(wire).then(() => (pong = true))
  wire.send(pingPacket())
  const other = await quietClient(app, 'websocket', { token: 'any' })
  const others = answered(other)
  other.send(pingPacket())
  await others
  assert.not(pong)
  clock.advance(1_000)
  await done
  for (const one of [wire, other]) one.destroy()
  await app.stop()
})

test('masked PUBACKs are distinguished from all other frames', () => {
  const masked = (packet: Buffer, first = 0x82) => {
    const mask = Buffer.from([0x11, 0x22, 0x33, 0x44])
    const body = Buffer.from(packet.map((byte, n) => byte ^ (mask[n % 4] ?? 0)))
    return Buffer.concat([Buffer.from([first, 0x80 | packet.length]), mask, body])
  }
  const one = masked(puback(513))
  assert.ok(areAcknowledgements(one))
  assert.ok(areAcknowledgements(Buffer.concat([one, masked(puback(514))])))
  for (const other of [
    Buffer.alloc(0),
    one.subarray(1),
    Buffer.concat([one, one.subarray(0, 9)]),
    Buffer.concat([one, masked(generate({ cmd: 'pubrec', messageId: 1 }))]),
    masked(puback(1), 0x02),
    masked(puback(1), 0x81),
    masked(pingPacket()),
  ]) {
    assert.not(areAcknowledgements(other))
  }
})

test.run()
