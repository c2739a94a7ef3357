import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readMqttLimits } from '../config/mqtt-config.ts'
import { limits } from '../mqtt/limits.ts'
import { connectPacket, pingPacket } from '../system-tests/lib/packets.ts'
import { startBroker } from '../testing/broker.ts'
import { recordedLines } from '../testing/recorded-lines.ts'
import { StillClock } from '../testing/clock.ts'
import { readProxyHeader } from './proxy-protocol.ts'

const line = (text: string) => Buffer.from(`${text}\r\n`)
const ipv4Line = (address: string) => line(`PROXY TCP4 ${address} 192.0.2.1 50000 1883`)
const signature = '0d0a0d0a000d0a515549540a'
const binary = (command: string, family: string, length: string, rest: string) =>
  Buffer.from(signature + command + family + length + rest, 'hex')

const ports = 'c350075b'
const headers: [string, Buffer, string | null][] = [
  ['version 1, IPv4', ipv4Line('203.0.113.7'), '203.0.113.7'],
  ['version 1, IPv6', line('PROXY TCP6 2001:db8::7 2001:db8::1 50000 1883'), '2001:db8::7'],
  ['version 1, unknown', line('PROXY UNKNOWN'), null],
  ['version 1, unknown with addresses', line('PROXY UNKNOWN ffff::1 ffff::2 1 2'), null],
  ['version 2, IPv4', binary('21', '11', '000c', `cb007107c0000201${ports}`), '203.0.113.7'],
  [
    'version 2, IPv6',
    binary('21', '21', '0024', `20010db9000000000000000000000007${'00'.repeat(16)}${ports}`),
    '2001:db9:0:0:0:0:0:7',
  ],
  [
    'version 2, IPv4-mapped',
    binary('21', '21', '0024', `00000000000000000000ffffcb007107${'00'.repeat(16)}${ports}`),
    '203.0.113.7',
  ],
  ['version 2 with a TLV', binary('21', '11', '0011', `cb007107c0000201${ports}0400020000`), '203.0.113.7'],
  ['version 2, LOCAL', binary('20', '00', '0000', ''), null],
  ['version 2, UNIX', binary('21', '31', '00d8', '61'.repeat(216)), null],
]

test('a header of version 1 or 2 is read, whatever follows it, and awaited while it is incomplete', () => {
  for (const [name, header, address] of headers) {
    const bytes = Buffer.concat([header, connectPacket()])
    assert.equal(readProxyHeader(bytes), { address, length: header.length }, name)
    for (let n = 0; n < header.length; n++)
      assert.is(readProxyHeader(bytes.subarray(0, n)), null, `${name}, ${n} bytes`)
  }
})

test('anything else is refused', () => {
  const invalid = [
    connectPacket(),
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.from([0x16, 3, 1]),
    line('PROXY TCP4 example.com 192.0.2.1 50000 1883'),
    line('PROXY TCP4 2001:db8::7 192.0.2.1 50000 1883'),
    line('PROXY TCP4 203.0.113.7 192.0.2.1'),
    line('PROXY TCP9 203.0.113.7 192.0.2.1 50000 1883'),
    Buffer.from(`PROXY TCP4 ${'1'.repeat(107)}`),
    binary('11', '11', '000c', `cb007107c0000201${ports}`),
    binary('22', '11', '000c', `cb007107c0000201${ports}`),
    binary('21', '11', '0004', 'cb007107'),
  ]
  for (const bytes of invalid) assert.throws(() => readProxyHeader(bytes), /header/, String(bytes))
})

async function brokerBehindProxy(proxies = '127.0.0.1') {
  const { lines, log } = recordedLines()
  const clock = new StillClock()
  const app = await startBroker({
    clock,
    log,
    rateLimits: true,
    mqttLimits: { ...readMqttLimits(), MQTT_CONNECTIONS_PER_ADDRESS: 1 },
    mqttProxyProtocol: proxies,
  })
  const { hostname, port } = new URL(app.mqtt)
  async function open(...pieces: Buffer[]): Promise<Socket> {
    const socket = connect({ port: Number(port), host: hostname, noDelay: true }).on('error', () => {})
    await once(socket, 'connect')
    for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve))
    return socket
  }
  return { app, clock, lines, open }
}

const connack = Buffer.from([0x20, 2, 0, 0])

test('the limits count the clients of a proxy by their own addresses, and the log names them', async () => {
  const { app, lines, open } = await brokerBehindProxy('10.0.0.0/8, 127.0.0.1')
  const sockets: Socket[] = []
  for (const index of [0, 1, 5]) {
    const [name, header] = headers[index] ?? ['', Buffer.alloc(0)]
    const socket = await open(Buffer.concat([header, connectPacket({ password: 'any' })]))
    assert.equal((await once(socket, 'data'))[0], connack, name)
    sockets.push(socket)
  }
  // The header and the CONNECT in single bytes.
  const bytes = Buffer.concat([ipv4Line('203.0.113.9'), connectPacket({ password: 'any' })])
  const slow = await open(...Array.from(bytes, (byte) => Buffer.from([byte])))
  assert.equal((await once(slow, 'data'))[0], connack)
  slow.write(pingPacket())
  assert.equal((await once(slow, 'data'))[0], Buffer.from([0xd0, 0]))

  const extra = await open(ipv4Line('203.0.113.7'))
  extra.resume()
  await once(extra, 'close')
  assert.equal(
    lines.map(({ address, limit }) => [address, limit]),
    [['203.0.113.7', 'MQTT_CONNECTIONS_PER_ADDRESS']],
  )
  for (const socket of [...sockets, slow]) socket.destroy()
  await app.stop()
})

test('a proxy without a header is refused, at once or after five seconds, and the log names the setting', async () => {
  const { app, clock, lines, open } = await brokerBehindProxy()
  const direct = await open(connectPacket({ password: 'any' }))
  direct.resume()
  await once(direct, 'close')
  const silent = await open()
  silent.resume()
  await clock.waitedFor(limits.connectWithin)
  clock.advance(60_000)
  await once(silent, 'close')
  assert.equal(
    lines.map(({ address, setting, reason }) => [address, setting, reason]),
    [
      ['127.0.0.1', 'MQTT_PROXY_PROTOCOL', 'it does not begin with a PROXY header'],
      ['127.0.0.1', 'MQTT_PROXY_PROTOCOL', 'no PROXY header arrived in time'],
    ],
  )
  await app.stop()
})

test('an address that is not a trusted proxy connects without a header, and cannot invent an address with one', async () => {
  const { app, open } = await brokerBehindProxy('10.0.0.0/8')
  const forged = await open(ipv4Line('203.0.113.7'), connectPacket({ password: 'any' }))
  forged.resume()
  await once(forged, 'close')
  const direct = await open(connectPacket({ password: 'any' }))
  assert.equal((await once(direct, 'data'))[0], connack)
  direct.destroy()
  await app.stop()
})

test.run()
