import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { frozenSubscriber, publisher } from './lib/clients.ts'
import { orderPlacer } from './lib/orders.ts'
import { heldByServer, watchMemory } from './lib/process.ts'
import { figures, progress } from './lib/report.ts'
import { dataFolder, startServer } from './lib/server.ts'
import { eventually, steadily } from './lib/waiting.ts'
import { startWatchers, type Received } from './lib/watchers.ts'
import type { Via } from './lib/wire.ts'

const test = suite('frozen consumers')

const filters = ['orders/#', 'customers/#', 'vendor/#']
/** As long as the measured part: heap and caches of a busy server grow for a while in any case. */
const warmUp = 20
const seconds = 20
/** Each causes two messages to an admin: together 1000 a second. Long notes fill the socket buffers first. */
const flipsPerSecond = 400
const ordersPerSecond = 100
const notes = '€'.repeat(2000)

test('twenty frozen consumers delay no other client, cost little memory, and are disconnected', async () => {
  const { dir, remove } = await dataFolder()
  // A small heap limit, so that uncollected garbage does not count as used memory.
  const server = await startServer(dir, { NODE_OPTIONS: '--max-old-space-size=96' })
  const { app, pid, admin } = server
  const watchers = await startWatchers({ urls: [app.mqtt, app.websocket, app.mqtt], token: admin.token, filters })
  try {
    const customer = await server.demo('customer@example.com')
    const orders = orderPlacer(app, customer, await server.service())
    const vendors = await Promise.all(Array.from({ length: 10 }, () => server.vendor()))
    const flippers = await Promise.all(vendors.map((vendor) => publisher(app, 'tcp', vendor)))
    let state = ''
    let turn = 0
    const allOnline = (reports: Received[]) =>
      reports.every(({ last }) => vendors.every(({ id }) => last[`vendor/status/${id} ${id}`] === 'online'))
    assert.ok(await eventually(async () => allOnline(await watchers.report()), 5_000), 'all vendors go online')

    // All vendors change their status in turn, from online to break and back; orders are placed at intervals.
    async function load(duration: number): Promise<{ flips: number[]; placed: string[] }> {
      const before = flippers.map((flipper) => flipper.sent())
      const placed: Promise<string>[] = []
      await steadily(flipsPerSecond + ordersPerSecond, duration, (n) => {
        progress(() => state)
        if (n % ((flipsPerSecond + ordersPerSecond) / ordersPerSecond) === 0) {
          placed.push(orders.place({ notes }))
        } else {
          const flipper = flippers[turn++ % flippers.length]
          flipper?.publish('vendor/status', flipper.sent() % 2 === 0 ? 'break' : 'online')
        }
      })
      const ids = await Promise.all(placed)
      return { flips: flippers.map((flipper, index) => flipper.sent() - (before[index] ?? 0)), placed: ids }
    }
    /** The expected number of messages of each topic and id. */
    const expected = ({ flips, placed }: Awaited<ReturnType<typeof load>>) => ({
      orders: Object.fromEntries(
        placed.flatMap((id) => [`orders/new ${id}`, `customers/${customer.id}/orders ${id}`].map((key) => [key, 1])),
      ),
      statuses: Object.fromEntries(
        vendors.flatMap(({ id }, index) =>
          [`vendor/status ${id}`, `vendor/status/${id} ${id}`].map((key) => [key, flips[index] ?? 0]),
        ),
      ),
    })
    const lostNothing = async (all: Expected) => {
      const { orders: o, statuses: t } = lost(await watchers.report(), all)
      return o + t === 0
    }

    const warm = watchMemory(pid)
    await watchers.begin()
    state = 'warming up, without frozen consumers'
    const before = expected(await load(warmUp))
    assert.ok(
      await eventually(() => lostNothing(before), 5_000),
      'the server sustains the load without frozen consumers',
    )
    const ordinaryGap = Math.max(...(await watchers.report()).map((report) => report.longestGap))
    const baseline = warm.stop()

    const vias: Via[] = ['tcp', 'websocket']
    const frozen = await Promise.all(
      vias.flatMap((via) => Array.from({ length: 10 }, () => frozenSubscriber(app, via, admin, filters))),
    )
    const held = () =>
      vias.flatMap((_, i) => {
        const half = frozen.slice(i * 10, i * 10 + 10)
        return heldByServer(
          half[0]?.remotePort ?? 0,
          half.map((wire) => wire.localPort),
        )
      })
    assert.is(held().length, 20, 'all are connected when it begins')

    const memory = watchMemory(pid)
    await watchers.begin()
    const begun = performance.now()
    let firstCut = 0
    let lastCut = 0
    const looking = setInterval(() => {
      const { length } = held()
      state = `${length} of 20 still connected, ${(memory.most() - baseline).toFixed(0)} MB more than before`
      if (length < 20) firstCut ||= performance.now() - begun
      if (length === 0) lastCut ||= performance.now() - begun
    }, 100)
    const all = expected(await load(seconds))
    await eventually(() => lostNothing(all), 5_000)
    clearInterval(looking)
    const reports = await watchers.report()
    const missing = lost(reports, all)
    const grown = memory.stop() - baseline
    const stillHeld = held().length
    const longestGap = Math.max(...reports.map((report) => report.longestGap))
    const messages = Math.min(...reports.map((report) => report.messages))

    figures('frozen', {
      'messages to each healthy subscriber': messages,
      'a second': messages / seconds,
      'orders missing': missing.orders,
      'statuses missing': missing.statuses,
      'longest gap ms': longestGap,
      'longest gap without frozen consumers ms': ordinaryGap,
      'memory MB': grown,
      'cut off': `${20 - stillHeld} of 20`,
      'first cut s': firstCut / 1000,
      'last cut s': lastCut / 1000,
    })
    assert.ok(messages >= 1000 * seconds, 'there were 1000 messages a second')
    assert.equal(missing, { orders: 0, statuses: 0 }, 'healthy subscribers lose nothing')
    assert.is(Math.max(...reports.map((report) => report.broken)), 0, 'and get everything in order')
    assert.ok(longestGap < 250, `longest gap ${longestGap.toFixed(0)} ms`)
    assert.ok(grown < 50, `memory grows ${grown.toFixed(0)} MB`)
    assert.is(stillHeld, 0, 'every frozen consumer is cut off')
    orders.end()
    for (const client of [...flippers.map(({ end }) => end), ...frozen.map(({ destroy }) => destroy)]) client()
  } finally {
    watchers.end()
    await server.end('SIGKILL')
    await remove()
  }
})

type Expected = Pick<Received, 'orders' | 'statuses'>

/** Most missing or surplus messages of any subscriber. */
function lost(reports: Received[], all: Expected): { orders: number; statuses: number } {
  const worst = (what: keyof Expected) => Math.max(...reports.map((report) => missingOf(all[what], report[what])))
  return { orders: worst('orders'), statuses: worst('statuses') }
}

const missingOf = (all: Record<string, number>, got: Record<string, number>) =>
  Object.entries(all).reduce((n, [key, count]) => n + Math.abs(count - (got[key] ?? 0)), 0)

test.run()
