import * as assert from 'uvu/assert'
import { quietClient } from './lib/clients.ts'
import { disconnectPacket, pingPacket } from './lib/packets.ts'
import { figures } from './lib/report.ts'
import { hasStatus, statusesOf, subscribeToPresence } from './lib/presence-subscriber.ts'
import { serverSuite } from './lib/server.ts'
import { within } from './lib/waiting.ts'
import type { Via, Wire } from './lib/wire.ts'

const test = serverSuite('presence')

/** Seconds. The server waits one and a half times as long [MQTT-3.1.2-24]. */
const keepalive = 2
const deadline = 1.5 * keepalive * 1000
/** Tolerance for timer granularity and delivery to the admin. */
const tolerance = 300

test('a vendor stays online when one of two sessions dies silently, and is offline one and a half keep-alives after the last one', async ({
  server,
}) => {
  const measured: Record<string, number> = {}
  const dieSilently = async (via: Via) => {
    const vendor = await server.vendor()
    const observer = await subscribeToPresence(server)
    const [first, second] = await Promise.all([
      quietClient(server.app, via, vendor, { keepalive }),
      quietClient(server.app, via, vendor, { keepalive }),
    ])
    await observer.until(hasStatus(vendor, 'online'))
    await observer.settled()
    observer.messages.length = 0

    // The first client sends nothing more; its socket stays open.
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
    await observer.settled()
    assert.equal(statusesOf(observer, vendor), [], `${via}: no status is published`)
    assert.is((await server.presence()).get(vendor.id), 'online')

    clearInterval(pings)
    second.send(pingPacket())
    const lastSign = performance.now()
    await observer.until(hasStatus(vendor, 'offline'))
    measured[`${via} offline after ms`] = performance.now() - lastSign
    assert.ok(measured[`${via} offline after ms`]! < deadline + tolerance, `${via}: offline in time`)
    assert.is((await server.presence()).get(vendor.id), 'offline')
    await observer.end()
  }
  await Promise.all([dieSilently('tcp'), dieSilently('websocket')])
  figures('silent death', { 'keep-alive s': keepalive, ...measured })
})

for (const will of ['without a will', 'with a will']) {
  test(`a hundred takeovers ${will}: the vendor never appears offline`, async ({ server }) => {
    const vendor = await server.vendor()
    const marker = await server.vendor()
    const observer = await subscribeToPresence(server)
    const options = {
      clientId: 'van-7',
      ...(will === 'with a will' ? { will: { topic: 'vendor/status', payload: 'offline', qos: 1 as const } } : {}),
    }
    let current = await quietClient(server.app, 'tcp', vendor, options)
    await observer.until(hasStatus(vendor, 'online'))
    await observer.settled()
    observer.messages.length = 0

    let leftOpen = 0
    for (let n = 0; n < 100; n++) {
      const next: Wire = await quietClient(server.app, n % 2 === 0 ? 'websocket' : 'tcp', vendor, options)
      // Every second one is taken over before the server notices that its predecessor is closed.
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
    // Wait for everything published so far: the status of another vendor, and a round trip.
    const witness = await quietClient(server.app, 'tcp', marker)
    await observer.until(hasStatus(marker, 'online'))
    await observer.settled()
    const flaps = statusesOf(observer, vendor)
    figures(`100 takeovers ${will}`, {
      'events seen': flaps.length,
      'offline seen': flaps.filter((s) => s === 'offline').length,
    })
    assert.is(leftOpen, 0, 'the one taken over is closed')
    assert.is(flaps.length, 0, 'no flap')
    assert.is((await server.presence()).get(vendor.id), 'online')

    // The last disconnect is published: the connection count is still correct.
    current.destroy()
    await observer.until(hasStatus(vendor, 'offline'))
    witness.destroy()
    await observer.end()
  })
}

test('a vendor is offline at once after DISCONNECT and after the program is killed', async ({ server }) => {
  const vendor = await server.vendor()
  const observer = await subscribeToPresence(server)
  const measured: Record<string, number> = {}
  for (const via of ['tcp', 'websocket'] satisfies Via[]) {
    for (const how of ['clean exit', 'killed']) {
      const wire = await quietClient(server.app, via, vendor, { keepalive: 60 })
      await observer.until(hasStatus(vendor, 'online'))
      await observer.until(hasStatus(vendor, 'online', 'vendor/status'))
      observer.messages.length = 0
      const begun = performance.now()
      if (how === 'clean exit') wire.send(disconnectPacket())
      else wire.destroy()
      await observer.until(hasStatus(vendor, 'offline'))
      measured[`${how} ${via} ms`] = performance.now() - begun
      await observer.until(hasStatus(vendor, 'offline', 'vendor/status'))
      assert.equal(statusesOf(observer, vendor), ['offline', 'offline'], 'once on each topic')
      observer.messages.length = 0
      wire.destroy()
    }
  }
  figures('leaving', measured)
  for (const [what, ms] of Object.entries(measured)) assert.ok(ms < tolerance, what)
  await observer.end()
})

test.run()
