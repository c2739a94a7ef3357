import type { Packet } from 'mqtt-packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packetsOf } from '../../system-tests/lib/clients.ts'
import { connectPacket, pingPacket, subscribePacket } from '../../system-tests/lib/packets.ts'
import { openWire, type Via } from '../../system-tests/lib/wire.ts'
import { anIdentity, somePersistence, startBroker } from '../../testing/broker.ts'
import { StillClock } from '../../testing/clock.ts'

const test = suite('a CONNECT of a clean session')
const ways: Via[] = ['tcp', 'websocket']
const password = 'any'

/** Sends the packets in one piece. Resolves to what is received up to a packet of this kind, or up to the end. */
async function hearing(app: Parameters<typeof openWire>[0], via: Via, last: Packet['cmd'], ...packets: Buffer[]) {
  const wire = await openWire(app, via)
  const heard: string[] = []
  await new Promise<void>((resolve) => {
    void wire.closed.then(resolve)
    packetsOf(wire, (packet) => {
      heard.push(packet.cmd === 'connack' ? `connack ${packet.returnCode} ${packet.sessionPresent}` : packet.cmd)
      if (packet.cmd === last) resolve()
    })
    wire.send(Buffer.concat(packets))
  })
  return { wire, heard }
}

test('what is sent along with it is handled after it, in order', async () => {
  const app = await startBroker()
  for (const via of ways) {
    const { wire, heard } = await hearing(
      app,
      via,
      'suback',
      connectPacket({ password }),
      pingPacket(),
      subscribePacket('orders/#'),
    )
    assert.equal(heard, ['connack 0 false', 'pingresp', 'suback'])
    wire.destroy()
  }
  await app.stop()
})

test('no queue is read for it, as it is for a stored session', async () => {
  const read: string[] = []
  const persistence = somePersistence()
  const { outgoingStream } = persistence
  persistence.outgoingStream = (client) => {
    read.push(client.id)
    return outgoingStream(client)
  }
  const app = await startBroker({
    persistence,
    identify: async () => anIdentity({ role: 'vendor', id: 'ana', deviceId: 'van' }),
  })
  for (const clean of [true, false]) {
    const packet = connectPacket({ password, clean, clientId: `clean-${clean}` })
    const { wire } = await hearing(app, 'tcp', 'pingresp', packet, pingPacket())
    wire.destroy()
  }
  assert.equal(read, ['ana:van:clean-false'])
  await app.stop()
})

test('a refusal has its return code and closes the connection', async () => {
  const app = await startBroker({
    clock: new StillClock(),
    identify: async () => {
      throw new Error('the database is away')
    },
  })
  for (const via of ways) {
    const { wire, heard } = await hearing(app, via, 'pingresp', connectPacket({ password }), pingPacket())
    await wire.closed
    assert.equal(heard, ['connack 3 false'])
  }
  assert.is(app.broker.aedes.connectedClients, 0)
  await app.stop()
})

test('a second one on the same connection closes it', async () => {
  const app = await startBroker()
  const twice = [connectPacket({ password }), connectPacket({ password })]
  const { wire, heard } = await hearing(app, 'tcp', 'pingresp', ...twice)
  await wire.closed
  assert.ok(heard.length <= 1)
  await app.stop()
})

test('it takes over the connection with its client id', async () => {
  const app = await startBroker()
  const packet = connectPacket({ password, clientId: 'desk' })
  const first = await hearing(app, 'websocket', 'pingresp', packet, pingPacket())
  const second = await hearing(app, 'websocket', 'pingresp', packet, pingPacket())
  await first.wire.closed
  assert.is(app.broker.aedes.connectedClients, 1)
  assert.is(app.connections.size, 1)
  second.wire.destroy()
  await app.stop()
})

test.run()
