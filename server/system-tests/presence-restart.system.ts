import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Person } from '../testing/app.ts'
import { publisher } from './lib/clients.ts'
import { figures } from './lib/report.ts'
import { says, told } from './lib/presence-subscriber.ts'
import { again, dataFolder, freePorts, startServer, type ProvenServer } from './lib/server.ts'
import { eventually } from './lib/waiting.ts'

const test = suite<{ dir: string; server: ProvenServer; ports: Record<string, string>; remove: () => Promise<void> }>(
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

test('a new subscriber is never told an older status after a newer one', async ({ server }) => {
  const vendor = await server.vendor()
  const flipper = await publisher(server.app, 'tcp', vendor)
  let flipping = true
  const flips = (async () => {
    while (flipping) {
      flipper.publish('vendor/status', flipper.sent() % 2 === 0 ? 'break' : 'online')
      await sleep(1)
    }
  })()
  // The retained status and the news come by different ways; dashboards and vendors all return at once after a restart.
  let backwards = 0
  for (let n = 0; n < 200; n++) {
    const screen = await server.admin.connect(n % 2 === 0 ? 'tcp' : 'websocket')
    await screen.subscribe('vendor/status/+')
    await screen.until(says(vendor, 'break'))
    await screen.until(says(vendor, 'online'))
    await screen.settled()
    const times = screen.messages
      .filter(({ payload }) => payload.vendorId === vendor.id)
      .map(({ payload }) => payload.at)
    if (times.some((at, index) => index > 0 && at < times[index - 1])) backwards++
    await screen.end()
  }
  flipping = false
  await flips
  flipper.end()
  figures('new subscribers', {
    subscribers: 200,
    'told an older status last': backwards,
    'flips meanwhile': flipper.sent(),
  })
  assert.is(backwards, 0)
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`after a restart (${signal}) those who return are online and the others offline, within 5 s`, async (context) => {
    const { server, dir, ports } = context
    const [returning, pausing, gone, hasty] = await Promise.all(Array.from({ length: 4 }, () => server.vendor()))
    assert.ok(returning && pausing && gone && hasty)
    const everybody: [Person, string][] = [
      [returning, 'online'],
      [pausing, 'break'],
      [gone, 'offline'],
      [hasty, 'break'],
    ]
    const screen = await server.admin.connect('tcp', { reconnectPeriod: 250 })
    await screen.subscribe('vendor/status/+')
    const [returner, pauser, , hurrier] = await Promise.all([
      returning.connect('websocket', { reconnectPeriod: 250 }),
      pausing.connect('tcp', { reconnectPeriod: 250 }),
      gone.connect('tcp'),
      hasty.connect('tcp', { reconnectPeriod: 5 }),
    ])
    await pauser.publish('vendor/status', 'break')
    await Promise.all([
      screen.until(says(returning, 'online')),
      screen.until(says(pausing, 'break')),
      screen.until(says(gone, 'online')),
      screen.until(says(hasty, 'online')),
    ])
    // It reports as soon as it is let in, which may be while the server still starts.
    hurrier.client.on('connect', () => void hurrier.client.publish('vendor/status', 'break', { qos: 1 }))
    screen.messages.length = 0

    const code = await server.end(signal)
    if (signal === 'SIGTERM') assert.is(code, 0)
    context.server = await startServer(dir, ports)
    const begun = performance.now()
    const last = (vendor: Person) => told(screen, vendor).at(-1)
    const right = async () => {
      const rest = await context.server.presence()
      return everybody.every(([vendor, status]) => rest.get(vendor.id) === status && last(vendor) === status)
    }
    const isRight = await eventually(right, 5_000)
    const took = performance.now() - begun
    // It must not only have been right for a moment.
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
    for (const [vendor, status] of everybody) assert.ok((await late.until(says(vendor, status))).retain)
    await Promise.all([screen, returner, pauser, hurrier, late].map((probe) => probe.end()))
  })
}

test.run()
