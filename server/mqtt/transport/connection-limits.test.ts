import { connect, type Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { networkOf } from '../../net/client-address.ts'
import { startApp } from '../../testing/app.ts'
import { createConnectionLimits } from './connection-limits.ts'
import { limits } from '../limits.ts'
import { createTokenBucket } from '../../lib/token-bucket.ts'

test('an address counts as the network that one household has', () => {
  assert.is(networkOf('::ffff:10.0.0.7'), '10.0.0.7')
  assert.is(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:0db8:1:2::9'))
  assert.is.not(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  assert.is(networkOf('::1'), networkOf('0:0:0:0:0:0:0:1'))
  assert.is(networkOf(undefined), 'unknown')
})

test('one address has so many connections, all have so many, and who leaves makes room', () => {
  const admission = createConnectionLimits({ perAddress: true })
  const leave = Array.from({ length: limits.connectionsPerAddress }, () => admission.enter('10.0.0.1'))
  assert.ok(leave.every(Boolean))
  assert.is(admission.enter('10.0.0.1'), null)
  assert.ok(admission.enter('10.0.0.2'))
  leave[0]?.()
  assert.ok(admission.enter('10.0.0.1'))

  const all = createConnectionLimits({ perAddress: false })
  for (let n = 0; n < limits.connections; n++) assert.ok(all.enter('10.0.0.1'))
  assert.is(all.enter('10.0.0.2'), null)
})

test('one connection more than an address may have is closed at once', async () => {
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

test('who publishes too fast waits for a turn, and no longer than that', () => {
  let now = 1_000_000
  const pace = createTokenBucket({ perSecond: 100, burst: 200 }, { now: () => now })
  assert.ok(Array.from({ length: 200 }, () => pace.next()).every((wait) => wait === 0))
  assert.equal([pace.next(), pace.next()], [10, 20])
  now += 1_000
  assert.is(pace.next(), 0)
})

test.run()
