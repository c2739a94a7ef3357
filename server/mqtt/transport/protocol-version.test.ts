import { once } from 'node:events'
import { generate } from 'mqtt-packet'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { WebSocket } from 'ws'
import { connectPacket } from '../../system-tests/lib/packets.ts'
import { openWire } from '../../system-tests/lib/wire.ts'
import { startBroker } from '../../testing/broker.ts'
import { recordedLines } from '../../testing/recorded-lines.ts'
import { StillClock } from '../../testing/clock.ts'
import { Probe } from '../../testing/probe.ts'

const login = { username: 'x', password: 'any' }

/** A CONNECT whose protocol level is replaced. */
function connectOfVersion(version: number): Buffer {
  const bytes = connectPacket({ password: 'any' })
  bytes.writeUInt8(version, 8)
  return bytes
}

test('a CONNECT of another version gets a CONNACK in the shape of its version, and the address is logged', async () => {
  const { lines, log } = recordedLines()
  const app = await startBroker({ clock: new StillClock(), log })
  const mqtt5 = generate({ cmd: 'connect', protocolVersion: 5, clientId: 'v5', clean: true, keepalive: 60 })
  const cases: [string, Buffer, string][] = [
    ['MQTT 5', mqtt5, '2003008400'],
    ['version 6', connectOfVersion(6), '2003008400'],
    ['version 2', connectOfVersion(2), '20020001'],
  ]
  for (const via of ['tcp', 'websocket'] as const) {
    for (const [name, bytes, expected] of cases) {
      const wire = await openWire(app, via)
      const received: Buffer[] = []
      wire.onData((chunk) => received.push(chunk))
      wire.send(bytes)
      await wire.closed
      assert.is(Buffer.concat(received).toString('hex'), expected, `${name} over ${via}`)
    }
  }
  const error = await Probe.connect(app.mqtt, { ...login, protocolVersion: 5 }).catch((caught: unknown) => caught)
  assert.match(String(error), /Unsupported Protocol Version/i)
  assert.equal(
    lines.map(({ address, reason, msg }) => [address, reason, msg]),
    [
      ['127.0.0.1', 'MQTT version 5; this server speaks 3.1.1', 'connection refused'],
      ['127.0.0.1', 'Invalid protocol version', 'connection refused'],
    ],
  )
  await app.stop()
})

test('MQTT 3.1 connects over TCP, and over WebSocket with the subprotocol mqttv3.1', async () => {
  const app = await startBroker()
  const old = { protocolId: 'MQIsdp', protocolVersion: 3 } as const
  const probe = await Probe.connect(app.mqtt, { ...login, ...old, clientId: 'van-7' })
  assert.is(await probe.subscribe('orders/new'), 1)
  await probe.end()

  for (const [offered, chosen] of [
    [['mqttv3.1'], 'mqttv3.1'],
    [['mqttv3.1', 'mqtt'], 'mqtt'],
  ] as const) {
    const socket = new WebSocket(app.websocket, [...offered], { perMessageDeflate: false })
    await once(socket, 'open')
    assert.is(socket.protocol, chosen)
    socket.send(generate({ cmd: 'connect', ...old, clientId: 'van-8', clean: true, ...passwordOf(login) }))
    const [data] = await once(socket, 'message')
    assert.equal(data, Buffer.from([0x20, 2, 0, 0]))
    socket.terminate()
  }
  await app.stop()
})

const passwordOf = ({ username, password }: typeof login) => ({
  username,
  password: Buffer.from(password),
  keepalive: 60,
})

test.run()
