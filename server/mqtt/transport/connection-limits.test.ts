import { connect, type Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readMqttLimits } from '../../config/mqtt-config.ts'
import { DomainError } from '../../lib/errors.ts'
import { createThrottledLog } from '../../lib/throttled-log.ts'
import { networkOf } from '../../net/client-address.ts'
import { startApp } from '../../testing/app.ts'
import { anIdentity, startBroker } from '../../testing/broker.ts'
import { StillClock } from '../../testing/clock.ts'
import { Probe } from '../../testing/probe.ts'
import { recordedLines } from '../../testing/recorded-lines.ts'
import { createConnectionLimits } from './connection-limits.ts'
import { TokenBucket } from '../../lib/token-bucket.ts'
import { limits } from '../limits.ts'

const login = (password: string) => ({ username: 'x', password })

test('an IPv6 address counts as its /64 network', () => {
  assert.is(networkOf('::ffff:10.0.0.7'), '10.0.0.7')
  assert.is(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:0db8:1:2::9'))
  assert.is.not(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  assert.is(networkOf('::1'), networkOf('0:0:0:0:0:0:0:1'))
  assert.is(networkOf(undefined), 'unknown')
})

const small = { MQTT_CONNECTIONS: 5, MQTT_CONNECTIONS_PER_ADDRESS: 3 }

test('connections are limited per address and in total, and a closed connection frees its place', () => {
  const logOnce = () => true
  const perAddress = createConnectionLimits({ limits: small, perAddress: true, logOnce })
  const kept = (limiter: typeof perAddress, address: string) => {
    const place = limiter.enter(address, { destroy: () => assert.unreachable() })
    place?.keep()
    return place
  }
  const places = Array.from({ length: 3 }, () => kept(perAddress, '10.0.0.1'))
  assert.ok(places.every(Boolean))
  assert.is(kept(perAddress, '10.0.0.1'), null)
  assert.ok(kept(perAddress, '10.0.0.2'))
  places[0]?.leave()
  places[0]?.leave()
  assert.ok(kept(perAddress, '10.0.0.1'))
  assert.is(kept(perAddress, '10.0.0.1'), null)

  const total = createConnectionLimits({ limits: small, perAddress: false, logOnce })
  for (let n = 0; n < 5; n++) assert.ok(kept(total, '10.0.0.1'))
  assert.is(kept(total, '10.0.0.2'), null)
})

test('at the limit of an address its oldest connection without a valid token is closed', () => {
  const { enter } = createConnectionLimits({ limits: small, perAddress: true, logOnce: () => true })
  const closed: string[] = []
  const open = (name: string) => enter('10.0.0.1', { destroy: () => closed.push(name) })
  const valid = open('valid')
  open('idle')
  const wrong = open('wrong token')
  valid?.keep()
  open('next')?.keep()
  assert.equal(closed, ['idle'])
  wrong?.leave()
  open('last')?.keep()
  assert.equal(closed, ['idle'])
  assert.is(open('one more'), null)
})

test('a limit that is reached is logged with address and setting, once a minute for each address', () => {
  const clock = new StillClock()
  const { lines, log } = recordedLines()
  const connectionLimits = createConnectionLimits({
    limits: small,
    perAddress: true,
    logOnce: createThrottledLog({ log, clock }),
  })
  const enter = (address: string) => connectionLimits.enter(address, { destroy: () => {} })?.keep()
  for (let n = 0; n < 8; n++) enter('10.0.0.1')
  const { address, limit, value, msg } = lines[0] ?? {}
  assert.equal(
    [address, limit, value, msg],
    ['10.0.0.1', 'MQTT_CONNECTIONS_PER_ADDRESS', 3, 'connection refused: limit reached'],
  )
  for (let n = 0; n < 3; n++) enter('10.0.0.2')
  assert.equal(
    lines.map((line) => line.limit),
    ['MQTT_CONNECTIONS_PER_ADDRESS', 'MQTT_CONNECTIONS'],
  )
  clock.advance(60_000)
  enter('10.0.0.1')
  assert.is(lines.length, 3)
})

test('idle connections of an address refuse no valid token, valid ones refuse what is above its setting', async () => {
  const app = await startApp({ env: { RATE_LIMITS: 'on', MQTT_CONNECTIONS_PER_ADDRESS: '3' } })
  const { hostname, port } = new URL(app.mqtt)
  const open = () =>
    new Promise<Socket>((resolve) => {
      const socket = connect(Number(port), hostname, () => resolve(socket))
      socket.on('error', () => {})
      socket.resume()
    })
  const closed = async (socket: Socket) => {
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve))
  }
  const idle = [await open(), await open(), await open()]
  const device = await (await app.vendor()).device()
  const probes = [
    await app.admin.connect('tcp'),
    await app.admin.connect('websocket'),
    await Probe.connect(app.mqtt, device.login),
  ]
  await Promise.all(idle.map(closed))
  await closed(await open())
  for (const via of ['tcp', 'websocket'] as const) {
    const refused = await app.admin.connect(via).catch(() => null)
    assert.is(refused, null, via)
  }
  assert.ok(probes.every(({ client }) => client.connected))
  await Promise.all(probes.map((probe) => probe.end()))
  await app.stop()
})

test('connects of an account above its limit do not count at the address that others share', async () => {
  const app = await startBroker({
    rateLimits: true,
    mqttLimits: { ...readMqttLimits(), MQTT_CONNECTS_PER_ACCOUNT: 2, MQTT_CONNECTS_PER_ADDRESS: 4 },
    identify: async (id) => anIdentity({ id }),
  })
  const connects = async (id: string) => {
    const probe = await Probe.connect(app.mqtt, login(id)).catch(() => null)
    await probe?.end()
    return probe !== null
  }
  const results: boolean[] = []
  for (let n = 0; n < 6; n++) results.push(await connects('looping'))
  assert.equal(results, [true, true, false, false, false, false])
  assert.ok(await connects('another'))
  await app.stop()
})

test('an account that connects too often, and an address with too many wrong tokens, are logged with limit and account', async () => {
  const { lines, log } = recordedLines()
  const clock = new StillClock()
  const app = await startBroker({
    clock,
    log,
    rateLimits: true,
    mqttLimits: { ...readMqttLimits(), MQTT_CONNECTS_PER_ACCOUNT: 2, MQTT_REFUSED_CONNECTS_PER_ADDRESS: 2 },
    identify: async (token) => {
      if (token === 'wrong') throw new DomainError('unauthenticated')
      return anIdentity({ id: 'ana' })
    },
  })
  const limitLines = () => lines.filter(({ limit }) => limit !== undefined)
  for (let n = 0; n < 4; n++) await (await Probe.connect(app.mqtt, login('any')).catch(() => null))?.end()
  assert.equal(
    limitLines().map(({ limit, user, address, value, seconds }) => [limit, user, address, value, seconds]),
    [['MQTT_CONNECTS_PER_ACCOUNT', 'ana', '127.0.0.1', 2, 60]],
  )
  const refused = () => Probe.connect(app.mqtt, login('wrong')).catch(() => null)
  for (let n = 0; n < 2; n++) await refused()
  for (let n = 0; n < 2; n++) {
    const late = refused()
    await clock.waitedFor(limits.refusalDelay)
    clock.advance(limits.refusalDelay)
    await late
  }
  assert.equal(
    limitLines().map(({ limit, address }) => [limit, address]),
    [
      ['MQTT_CONNECTS_PER_ACCOUNT', '127.0.0.1'],
      ['MQTT_REFUSED_CONNECTS_PER_ADDRESS', '127.0.0.1'],
    ],
  )
  await app.stop()
})

test('a client that publishes too fast waits for one token per publication, and no longer', () => {
  const clock = new StillClock()
  const bucket = new TokenBucket({ perSecond: 100, burst: 200 }, clock)
  assert.ok(Array.from({ length: 200 }, () => bucket.next()).every((wait) => wait === 0))
  assert.equal([bucket.next(), bucket.next()], [10, 20])
  clock.advance(1_000)
  assert.is(bucket.next(), 0)
})

test('a clock that is set back does not make a client wait until it has caught up', () => {
  const clock = new StillClock()
  const bucket = new TokenBucket({ perSecond: 100, burst: 200 }, clock)
  assert.is(bucket.next(), 0)
  clock.set(-3_600_000)
  assert.is(bucket.next(), 0)
})

test.run()
