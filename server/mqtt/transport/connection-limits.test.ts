import { connect, type Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { networkOf } from '../../net/client-address.ts'
import { startApp } from '../../testing/app.ts'
import { createConnectionLimits } from './connection-limits.ts'
import { limits } from '../limits.ts'
import { createTokenBucket } from '../../lib/token-bucket.ts'

test('an IPv6 address counts as its /64 network', () => {
  assert.is(networkOf('::ffff:10.0.0.7'), '10.0.0.7')
  assert.is(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:0db8:1:2::9'))
  assert.is.not(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  assert.is(networkOf('::1'), networkOf('0:0:0:0:0:0:0:1'))
  assert.is(networkOf(undefined), 'unknown')
})

test('connections are limited per address and in total, and a closed connection frees its place', () => {
  const perAddress = createConnectionLimits({ perAddress: true })
  const releases = Array.from({ length: limits.connectionsPerAddress }, () => perAddress.enter('10.0.0.1'))
  assert.ok(releases.every(Boolean))
  assert.is(perAddress.enter('10.0.0.1'), null)
  assert.ok(perAddress.enter('10.0.0.2'))
  releases[0]?.()
  assert.ok(perAddress.enter('10.0.0.1'))

  const total = createConnectionLimits({ perAddress: false })
  for (let n = 0; n < limits.connections; n++) assert.ok(total.enter('10.0.0.1'))
  assert.is(total.enter('10.0.0.2'), null)
})

test('a connection above the limit of its address is closed at once', async () => {
  const app = await startApp({ env: { RATE_LIMITS: 'on' } })
  const { hostname, port } = new URL(app.mqtt)
  const open = () =>
    new Promise<Socket>((resolve) => {
      const socket = connect(Number(port), hostname, () => resolve(socket))
      socket.on('error', () => {})
    })
  const sockets: Socket[] = []
  for (let n = 0; n < limits.connectionsPerAddress; n++) sockets.push(await open())
  const extra = await open()
  extra.resume()
  await new Promise((resolve) => extra.once('close', resolve))
  assert.not(sockets.some((socket) => socket.destroyed))
  for (const socket of sockets) socket.destroy()
  await app.stop()
})

test('a client that publishes too fast waits for one token per publication, and no longer', () => {
  let now = 1_000_000
  const bucket = createTokenBucket({ perSecond: 100, burst: 200 }, { now: () => now })
  assert.ok(Array.from({ length: 200 }, () => bucket.next()).every((wait) => wait === 0))
  assert.equal([bucket.next(), bucket.next()], [10, 20])
  now += 1_000
  assert.is(bucket.next(), 0)
})

test.run()
