import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Packet } from 'aedes-persistence'
import createLevelPersistence from 'aedes-persistence-level'
import { ClassicLevel } from 'classic-level'
import { pino } from 'pino'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { networkOf } from '../address.ts'
import { startApp } from '../testing/app.ts'
import { createAdmission } from './admission.ts'
import { limits } from './limits.ts'
import { createOrderEvents } from './order-events.ts'
import { createPace } from './pace.ts'
import { createPersistence } from './persistence.ts'

test('an address counts as the network that one household has', () => {
  assert.is(networkOf('::ffff:10.0.0.7'), '10.0.0.7')
  assert.is(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:0db8:1:2::9'))
  assert.is.not(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  assert.is(networkOf('::1'), networkOf('0:0:0:0:0:0:0:1'))
  assert.is(networkOf(undefined), 'unknown')
})

test('one address has so many connections, all have so many, and who leaves makes room', () => {
  const admission = createAdmission({ perAddress: true })
  const leave = Array.from({ length: limits.connectionsPerAddress }, () => admission.enter('10.0.0.1'))
  assert.ok(leave.every(Boolean))
  assert.is(admission.enter('10.0.0.1'), null)
  assert.ok(admission.enter('10.0.0.2'))
  leave[0]?.()
  assert.ok(admission.enter('10.0.0.1'))

  const all = createAdmission({ perAddress: false })
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
  const pace = createPace({ perSecond: 100, burst: 200 }, { now: () => now })
  assert.ok(Array.from({ length: 200 }, () => pace.next()).every((wait) => wait === 0))
  assert.equal([pace.next(), pace.next()], [10, 20])
  now += 1_000
  assert.is(pace.next(), 0)
})

test('of what waits for a device the newest stays, through a restart; an ended session has nothing', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'callout-sessions-'))
  const van = { id: 'ana:d1:van', clean: false }
  const open = async () => {
    const database = new ClassicLevel<string, Buffer>(dir, { valueEncoding: 'buffer' })
    await database.open()
    const engine = createLevelPersistence(database)
    const kept = createPersistence({ engine, orderEvents: createOrderEvents(), log: pino({ level: 'silent' }) })
    await kept.setup({})
    return kept
  }
  const packet = (n: number) => ({
    cmd: 'publish',
    topic: 'users/ana/notifications',
    payload: Buffer.from(String(n)),
    qos: 1,
    retain: false,
    brokerId: 'node-1',
    brokerCounter: n,
  })
  const waiting = async (kept: Awaited<ReturnType<typeof open>>) => {
    const numbers: number[] = []
    for await (const { payload } of kept.outgoingStream(van) as AsyncIterable<Packet>)
      numbers.push(Number(String(payload)))
    return numbers
  }

  const first = await open()
  await first.addSubscriptions(van, [
    { topic: 'users/ana/notifications', qos: 1 },
    { topic: 'users/ben/notifications', qos: 1 },
    { topic: 'orders/#', qos: 1 },
  ])
  assert.equal(
    (await first.subscriptionsByClient(van)).map(({ topic }) => topic),
    ['users/ana/notifications'],
  )
  const many = limits.queued + 50
  for (let n = 1; n <= many; n++)
    await first.outgoingEnqueueCombi(await first.subscriptionsByTopic('users/ana/notifications'), packet(n))
  const newest = Array.from({ length: limits.queued }, (_, index) => index + 51)
  assert.equal(await waiting(first), newest)
  await first.destroy()

  const second = await open()
  assert.equal(await waiting(second), newest)
  await second.outgoingEnqueueCombi(await second.subscriptionsByTopic('users/ana/notifications'), packet(many + 1))
  assert.equal(await waiting(second), [...newest.slice(1), many + 1])
  await second.endSession(van.id)
  assert.equal([await waiting(second), await second.subscriptionsByClient(van)], [[], []])
  await second.destroy()
  await rm(dir, { recursive: true })
})

test.run()
