import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bridgeStage, type BridgeStage } from '../../testing/bridged.ts'
import { StillClock } from '../../testing/clock.ts'
import type { Probe } from '../../testing/probe.ts'

const test = suite<{ stage: BridgeStage; clock: StillClock }>('devices of another broker')

test.before.each(async (context) => {
  context.clock = new StillClock()
  context.stage = await bridgeStage(['ana', 'ben'], { clock: context.clock })
})
test.after.each(({ stage }) => stage.stop())

const topic = (name: string) => `devices/${name}/vendor/status`
const retained = { qos: 1, retain: true } as const

/** The statuses of a vendor that an admin's screen received, in order. */
const statusesOf = ({ messages }: Probe, name: string) =>
  messages.filter(({ payload }) => payload.name === name).map(({ payload }) => payload.status)

const untilStatus = (screen: Probe, name: string, status: string) =>
  screen.until(({ payload }) => payload.name === name && payload.status === status)

async function screenOf({ app }: Awaited<ReturnType<BridgeStage['start']>>) {
  const screen = await app.admin.connect()
  await screen.subscribe('vendor/status')
  return screen
}

test('the bridge applies retained statuses when it connects, and later break and offline statuses', async ({
  stage,
}) => {
  const device = await stage.other.connect()
  await device.publish(topic('ana'), 'online', retained)
  await device.publish(topic('ben'), { status: 'break' }, retained)
  const started = await stage.start()
  const { app, becomes } = started
  await becomes('connected')
  const status = async () => {
    const { body } = await app.admin.get('/api/vendors')
    return body.vendors.map((vendor: { name: string; status: string }) => `${vendor.name} ${vendor.status}`)
  }
  const screen = await screenOf(started)
  await device.publish(topic('ana'), 'break', retained)
  await untilStatus(screen, 'ana', 'break')
  assert.equal((await status()).slice(1), ['ana break', 'ben break'])
  await device.publish(topic('ana'), 'offline', retained)
  await untilStatus(screen, 'ana', 'offline')
  // A break belongs to the vendor: a reconnect does not end it, "online" does.
  await device.publish(topic('ben'), 'offline')
  await untilStatus(screen, 'ben', 'offline')
  screen.messages.length = 0
  await device.publish(topic('ben'), 'online')
  await untilStatus(screen, 'ben', 'online')
  assert.equal(statusesOf(screen, 'ben'), ['online'])
  const { body } = await app.admin.get('/api/devices')
  assert.ok(body.devices.every(({ lastSeenAt }: { lastSeenAt: string | null }) => lastSeenAt !== null))
  await Promise.all([device.end(), screen.end()])
})

test('a vendor with an open page stays online when their device on the other broker goes offline', async ({
  stage,
}) => {
  const started = await stage.start()
  const [page, device, screen] = [
    await started.vendors[0]!.connect(),
    await stage.other.connect(),
    await screenOf(started),
  ]
  await device.publish(topic('ana'), 'online')
  await device.publish(topic('ana'), 'offline')
  await device.publish(topic('ben'), 'online')
  await untilStatus(screen, 'ben', 'online')
  assert.not(statusesOf(screen, 'ana').includes('offline'))
  await page.end()
  await untilStatus(screen, 'ana', 'offline')
  await Promise.all([device.end(), screen.end()])
})

test('a short outage of the other broker changes no status; after a longer one its devices are offline until they report', async ({
  stage,
  clock,
}) => {
  const started = await stage.start()
  const { becomes } = started
  await becomes('connected')
  const [device, screen] = [await stage.other.connect(), await screenOf(started)]
  await device.publish(topic('ana'), 'online', retained)
  await device.publish(topic('ben'), 'online', retained)
  await untilStatus(screen, 'ana', 'online')
  await untilStatus(screen, 'ben', 'online')

  await stage.other.stop()
  await becomes('away')
  await stage.other.start()
  clock.advance(1_000)
  await becomes('connected')
  clock.advance(60_000)
  const still = await stage.other.connect()
  await still.publish(topic('ben'), 'break', retained)
  await untilStatus(screen, 'ben', 'break')
  assert.equal([statusesOf(screen, 'ana').at(-1), statusesOf(screen, 'ben')], ['online', ['online', 'break']])

  await stage.other.stop()
  await becomes('away')
  clock.advance(10_000)
  await untilStatus(screen, 'ana', 'offline')
  await untilStatus(screen, 'ben', 'offline')
  screen.messages.length = 0
  await stage.other.start()
  // Attempts have failed meanwhile, so the back-off is longer now.
  while (started.app.bridge!.state() !== 'connected') {
    clock.advance(1_000)
    await new Promise(setImmediate)
  }
  await untilStatus(screen, 'ana', 'online')
  await untilStatus(screen, 'ben', 'break')
  await screen.end()
})

test('stopping the bridge ends the presence of vendors connected only through it', async ({ stage }) => {
  const started = await stage.start()
  const [device, screen] = [await stage.other.connect(), await screenOf(started)]
  await device.publish(topic('ana'), 'online')
  await untilStatus(screen, 'ana', 'online')
  await started.app.bridge!.stop()
  await untilStatus(screen, 'ana', 'offline')
  await Promise.all([device.end(), screen.end()])
})

test.run()
