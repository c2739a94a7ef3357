import * as assert from 'uvu/assert'
import { call } from '../testing/app.ts'
import { percentile } from './lib/numbers.ts'
import { announcement, connectPacket } from './lib/packets.ts'
import { memoryOf, watchMemory } from './lib/process.ts'
import { figures, progress } from './lib/report.ts'
import { serverSuite } from './lib/server.ts'
import { within } from './lib/waiting.ts'
import { openHttpWire, openWire, type Wire } from './lib/wire.ts'

const test = serverSuite('oversized, silent and trickling')

/** Bytes that one connection sends if it is not closed: visible in the server's memory without exhausting the machine. */
const pushAtMost = 4 * 1024 * 1024
/** Below the server's maximum WebSocket message, so that the MQTT packet size is the limit under test. */
const chunk = Buffer.alloc(16 * 1024)

test('a hundred packets announced as 256 MB are each closed within 100 ms, without memory growth', async ({
  server,
}) => {
  const { app, pid } = server
  const open = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => openWire(app, n % 2 === 0 ? 'tcp' : 'websocket')))

  // Warm-up: the first connections allocate what later ones reuse.
  for (const wire of await open(100)) wire.destroy()
  const refused = await open(100)
  for (const wire of refused) wire.send(connectPacket({ password: 'none' }))
  await within(10_000, Promise.all(refused.map((wire) => wire.closed)))

  const wires = await open(100)
  const baseline = memoryOf(pid)
  const memory = watchMemory(pid)
  const times = await Promise.all(
    // Half are CONNECTs, half PUBLISHes before any CONNECT; half over TCP, half over WebSocket.
    wires.map((wire, n) => within(5_000, pushUntilClosed(wire, announcement(n % 4 < 2 ? 1 : 3)))),
  )
  const grown = memory.stop() - baseline
  const closed = times.filter((time) => time !== null)
  for (const wire of wires) wire.destroy()

  figures('oversized', {
    closed: `${closed.length} of ${wires.length}`,
    'median ms': percentile(closed, 0.5),
    'slowest ms': percentile(closed, 1),
    'memory MB': grown,
  })
  assert.is(closed.length, wires.length, 'every connection is closed')
  assert.ok(percentile(closed, 1) < 100, `the slowest took ${percentile(closed, 1).toFixed(0)} ms`)
  assert.ok(grown < 20, `memory grows ${grown.toFixed(0)} MB`)
})

/** Sends the header, then the announced bytes as fast as possible. Resolves to the ms until the server closed it. */
async function pushUntilClosed(wire: Wire, start: Buffer): Promise<number> {
  const begun = performance.now()
  let took = 0
  const closed = wire.closed.then(() => (took = performance.now() - begun))
  wire.send(start)
  for (let pushed = 0; pushed < pushAtMost && !wire.isClosed(); pushed += chunk.length) {
    wire.send(chunk)
    await nextTurn()
  }
  await closed
  return took
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Lifetime of the connection in ms; `timeout` if the server did not close it. */
const timeout = 15_000

test('two thousand silent or slow sockets are closed within 6 s, and sign-in stays fast', async ({ server }) => {
  const { app } = server
  const kinds: { name: string; count: number; open: () => Promise<Wire>; bytes: Buffer }[] = [
    { name: 'tcp', count: 1000, open: () => openWire(app, 'tcp'), bytes: connectSlowly },
    { name: 'websocket', count: 500, open: () => openWire(app, 'websocket'), bytes: connectSlowly },
    { name: 'http', count: 500, open: () => openHttpWire(app), bytes: requestSlowly },
  ]
  const lives: { name: string; wire: Wire; life: Promise<number> }[] = []
  const trickling = new Map<Wire, { bytes: Buffer; at: number }>()
  for (const { name, count, open, bytes } of kinds) {
    // In groups, because a full listen backlog would delay some connections by seconds.
    for (let done = 0; done < count; done += 100) {
      const wires = await Promise.all(Array.from({ length: 100 }, open))
      const begun = performance.now()
      for (const [n, wire] of wires.entries()) {
        lives.push({ name, wire, life: wire.closed.then(() => performance.now() - begun) })
        if (n % 2 !== 0) continue
        // The first byte at once, because the header timeout starts with it.
        wire.send(bytes.subarray(0, 1))
        trickling.set(wire, { bytes, at: 1 })
      }
    }
  }
  const trickle = setInterval(() => {
    for (const [wire, drop] of trickling) wire.send(drop.bytes.subarray(drop.at, ++drop.at))
  }, 500)

  let open = lives.length
  for (const { life } of lives) void life.then(() => open--)
  const logins: number[] = []
  let statuses = 0
  const account = app.demoAccounts[0]
  const ended = within(timeout, Promise.all(lives.map(({ life }) => life)))
  let over = false
  void ended.then(() => (over = true))
  while (!over) {
    progress(() => `${open} of ${lives.length} still open, ${logins.length} logins`)
    const begun = performance.now()
    const { status } = await call(app, 'POST', '/api/auth/login', account)
    logins.push(performance.now() - begun)
    if (status === 200) statuses++
  }
  clearInterval(trickle)
  const longest = async (of: typeof lives) =>
    Math.max(...(await Promise.all(of.map(async ({ life }) => (await within(1, life)) ?? timeout)))) / 1000
  const measured: Record<string, number> = {}
  for (const { name } of kinds) {
    const of = lives.filter((one) => one.name === name)
    measured[`${name} silent s`] = await longest(of.filter(({ wire }) => !trickling.has(wire)))
    measured[`${name} trickling s`] = await longest(of.filter(({ wire }) => trickling.has(wire)))
  }
  for (const { wire } of lives) wire.destroy()

  figures('silent and trickling', {
    ...measured,
    'still open': open,
    logins: logins.length,
    'login p50 ms': percentile(logins, 0.5),
    'login p95 ms': percentile(logins, 0.95),
  })
  assert.is(statuses, logins.length, 'every login is answered 200')
  assert.is(open, 0, 'all are closed')
  for (const [name, seconds] of Object.entries(measured)) assert.ok(seconds < 6, `${name}: ${seconds.toFixed(1)}`)
  assert.ok(percentile(logins, 0.95) < 500, 'sign-in stays under half a second')
})

const connectSlowly = connectPacket({ clientId: 'slow'.repeat(20), password: 'a password that never arrives whole' })
const requestSlowly = Buffer.from('GET /api/services HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n')

test.run()
