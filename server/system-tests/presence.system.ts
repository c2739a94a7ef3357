import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { quietClient } from './lib/clients.ts'
import { disconnectPacket, pingPacket } from './lib/packets.ts'
import { figures } from './lib/report.ts'
import { says, told, watching } from './lib/presence-subscriber.ts'
import { dataFolder, startServer, type ProvenServer } from './lib/server.ts'
import { within } from './lib/waiting.ts'
import type { Via, Wire } from './lib/wire.ts'

const test = suite<{ server: ProvenServer; remove: () => Promise<void> }>('presence')

test.before.each(async (context) => {
  const { dir, remove } = await dataFolder()
  context.server = await startServer(dir)
  context.remove = remove
})
test.after.each(async ({ server, remove }) => {
  await server.end('SIGKILL')
  await remove()
})

/** Seconds; MQTT-3.1.2-24 gives a client one and a half times as long. */
const keepalive = 2
const deadline = 1.5 * keepalive * 1000
/** For a timer's grain and the way of the news to an admin. */
const tolerance = 300

test('of two sessions one dies silently: still online; the last one: offline in one and a half keep-alives', async ({
  server,
}) => {
  const measured: Record<string, number> = {}
  for (const via of ['tcp', 'websocket'] satisfies Via[]) {
    const vendor = await server.vendor()
    const screen = await watching(server)
    const [first, second] = await Promise.all([
      quietClient(server.app, via, vendor, { keepalive }),
      quietClient(server.app, via, vendor, { keepalive }),
    ])
    await screen.until(says(vendor, 'online'))
    await screen.settled()
    screen.messages.length = 0

    // Nothing more comes from the first; its socket stays open.
    first.send(pingPacket())
    const silentSince = performance.now()
    const pings = setInterval(() => second.send(pingPacket()), 500)
    assert.ok(
      await within(
        deadline + tolerance,
        first.closed.then(() => true),
      ),
      `${via}: the first is cut off`,
    )
    measured[`${via} first cut after ms`] = performance.now() - silentSince
    await screen.settled()
    assert.equal(told(screen, vendor), [], `${via}: nobody hears of it`)
    assert.is((await server.presence()).get(vendor.id), 'online')

    clearInterval(pings)
    second.send(pingPacket())
    const lastSign = performance.now()
    await screen.until(says(vendor, 'offline'))
    measured[`${via} offline after ms`] = performance.now() - lastSign
    assert.ok(measured[`${via} offline after ms`]! < deadline + tolerance, `${via}: offline in time`)
    assert.is((await server.presence()).get(vendor.id), 'offline')
    await screen.end()
  }
  figures('silent death', { 'keep-alive s': keepalive, ...measured })
})

for (const will of ['without a will', 'with a will']) {
  test(`a hundred takeovers ${will}: nobody sees the vendor leave`, async ({ server }) => {
    const vendor = await server.vendor()
    const marker = await server.vendor()
    const screen = await watching(server)
    const options = {
      clientId: 'van-7',
      ...(will === 'with a will' ? { will: { topic: 'vendor/status', payload: 'offline', qos: 1 as const } } : {}),
    }
    let current = await quietClient(server.app, 'tcp', vendor, options)
    await screen.until(says(vendor, 'online'))
    await screen.settled()
    screen.messages.length = 0

    let leftOpen = 0
    for (let n = 0; n < 100; n++) {
      const next: Wire = await quietClient(server.app, n % 2 === 0 ? 'websocket' : 'tcp', vendor, options)
      // Every other one is taken over itself before its predecessor is seen to be gone.
      if (
        n % 2 === 0 &&
        !(await within(
          2_000,
          current.closed.then(() => true),
        ))
      )
        leftOpen++
      current = next
    }
    // What comes after all of it has come: another vendor, and then a round trip.
    const witness = await quietClient(server.app, 'tcp', marker)
    await screen.until(says(marker, 'online'))
    await screen.settled()
    const flaps = told(screen, vendor)
    figures(`100 takeovers ${will}`, {
      'events seen': flaps.length,
      'offline seen': flaps.filter((s) => s === 'offline').length,
    })
    assert.is(leftOpen, 0, 'the one taken over is closed')
    assert.is(flaps.length, 0, 'no flap')
    assert.is((await server.presence()).get(vendor.id), 'online')

    // And when the last one goes, it is seen: the counting is still right.
    current.destroy()
    await screen.until(says(vendor, 'offline'))
    witness.destroy()
    await screen.end()
  })
}

test('a clean exit, and a program that is killed, are offline at once', async ({ server }) => {
  const vendor = await server.vendor()
  const screen = await watching(server)
  const measured: Record<string, number> = {}
  for (const via of ['tcp', 'websocket'] satisfies Via[]) {
    for (const how of ['clean exit', 'killed']) {
      const wire = await quietClient(server.app, via, vendor, { keepalive: 60 })
      await screen.until(says(vendor, 'online'))
      await screen.until(says(vendor, 'online', 'vendor/status'))
      screen.messages.length = 0
      const begun = performance.now()
      if (how === 'clean exit') wire.send(disconnectPacket())
      else wire.destroy()
      await screen.until(says(vendor, 'offline'))
      measured[`${how} ${via} ms`] = performance.now() - begun
      await screen.until(says(vendor, 'offline', 'vendor/status'))
      assert.equal(told(screen, vendor), ['offline', 'offline'], 'once on each topic')
      screen.messages.length = 0
      wire.destroy()
    }
  }
  figures('leaving', measured)
  for (const [what, ms] of Object.entries(measured)) assert.ok(ms < tolerance, what)
  await screen.end()
})

test.run()
