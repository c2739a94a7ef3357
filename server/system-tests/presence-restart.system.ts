import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Person } from '../testing/app.ts'
import { publisher } from './lib/clients.ts'
import { figures } from './lib/report.ts'
import { hasStatus, statusesOf } from './lib/presence-subscriber.ts'
import { again, dataFolder, freePorts, startServer, type TestServer } from './lib/server.ts'
import { eventually } from './lib/waiting.ts'

const test = suite<{ dir: string; server: TestServer; ports: Record<string, string>; remove: () => Promise<void> }>(
  'presence after a return',
)

test.before.each(async (context) => {
  Object.assign(context, await dataFolder())
  context.ports = await freePorts()
  context.server = await startServer(context.dir, context.ports)
})
test.after.each(async ({ server, remove }) => {
  await server.end('SIGKILL')
  await remove()
})

test('a new subscriber never receives an older status after a newer one', async ({ server }) => {
  const vendor = await server.vendor()
  const flipper = await publisher(server.app, 'tcp', vendor)
  let flipping = true
  const flips = (async () => {
    while (flipping) {
      flipper.publish('vendor/status', flipper.sent() % 2 === 0 ? 'break' : 'online')
      await sleep(1)
    }
  })()
  // Retained statuses and events take different paths; after a restart all dashboards and vendors reconnect at once.
  let backwards = 0
  for (let n = 0; n < 200; n++) {
    const observer = await server.admin.connect(n % 2 === 0 ? 'tcp' : 'websocket')
    await observer.subscribe('vendor/status/+')
    await observer.until(hasStatus(vendor, 'break'))
    await observer.until(hasStatus(vendor, 'online'))
    await observer.settled()
    const times = observer.messages
      .filter(({ payload }) => payload.vendorId === vendor.id)
      .map(({ payload }) => payload.at)
    if (times.some((at, index) => index > 0 && at < times[index - 1])) backwards++
    await observer.end()
  }
  flipping = false
  await flips
  flipper.end()
  figures('new subscribers', {
    subscribers: 200,
    'received an older status last': backwards,
    'flips meanwhile': flipper.sent(),
  })
  assert.is(backwards, 0)
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`after a restart (${signal}) vendors that reconnect are online and the others offline within 5 s`, async (context) => {
    const { server, dir, ports } = context
    const [returning, pausing, gone, hasty] = await Promise.all(Array.from({ length: 4 }, () => server.vendor()))
    assert.ok(returning && pausing && gone && hasty)
    const expected: [Person, string][] = [
      [returning, 'online'],
      [pausing, 'break'],
      [gone, 'offline'],
      [hasty, 'break'],
    ]
    const observer = await server.admin.connect('tcp', { reconnectPeriod: 250 })
    await observer.subscribe('vendor/status/+')
    const [returner, pauser, , hurrier] = await Promise.all([
      returning.connect('websocket', { reconnectPeriod: 250 }),
      pausing.connect('tcp', { reconnectPeriod: 250 }),
      gone.connect('tcp'),
      hasty.connect('tcp', { reconnectPeriod: 5 }),
    ])
    await pauser.publish('vendor/status', 'break')
    await Promise.all([
      observer.until(hasStatus(returning, 'online')),
      observer.until(hasStatus(pausing, 'break')),
      observer.until(hasStatus(gone, 'online')),
      observer.until(hasStatus(hasty, 'online')),
    ])
    // It publishes its status as soon as it is connected, possibly while the server still starts.
    hurrier.client.on('connect', () => void hurrier.client.publish('vendor/status', 'break', { qos: 1 }))
    observer.messages.length = 0

    const code = await server.end(signal)
    if (signal === 'SIGTERM') assert.is(code, 0)
    context.server = await startServer(dir, ports)
    const begun = performance.now()
    const last = (vendor: Person) => statusesOf(observer, vendor).at(-1)
    const right = async () => {
      const rest = await context.server.presence()
      return expected.every(([vendor, status]) => rest.get(vendor.id) === status && last(vendor) === status)
    }
    const isRight = await eventually(right, 5_000)
    const took = performance.now() - begun
    // The state must also be stable.
    await sleep(2_000)
    figures(`restart ${signal}`, {
      'right after ms': took,
      returning: last(returning) ?? '',
      pausing: last(pausing) ?? '',
      gone: last(gone) ?? '',
    })
    assert.ok(isRight, 'right within 5 s')
    assert.ok(await right(), 'and it stays right')
    const late = await again(server.admin, context.server.app).connect()
    await late.subscribe('vendor/status/+')
    for (const [vendor, status] of expected) assert.ok((await late.until(hasStatus(vendor, status))).retain)
    await Promise.all([observer, returner, pauser, hurrier, late].map((probe) => probe.end()))
  })
}

test.run()
