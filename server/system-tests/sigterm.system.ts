import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { publisher, quietClient } from './lib/clients.ts'
import { orderPlacer } from './lib/orders.ts'
import { figures, progress } from './lib/report.ts'
import { dataFolder, startServer } from './lib/server.ts'
import { eventually, steadily, within } from './lib/waiting.ts'

const test = suite('SIGTERM under load')

const ordersPerSecond = 500
/** Every n-th order is accepted by a device at once. */
const commandEvery = 5
const seconds = 6
const signalAfter = 4
const dashboards = 50

test('SIGTERM under 500 requests a second: exit 0 within 5 s, nothing acknowledged is lost, no wills are published', async () => {
  const { dir, remove } = await dataFolder()
  const server = await startServer(dir)
  try {
    const { app } = server
    const customer = await server.demo('customer@example.com')
    const vendors = await Promise.all(Array.from({ length: dashboards }, () => server.vendor()))
    const admin = await server.admin.connect()
    await admin.subscribe('vendor/status')
    // If the server accepted this will while it stops, the vendor would be on a break after the restart.
    const will = { topic: 'vendor/status', payload: Buffer.from('break'), qos: 1 as const, retain: false }
    const connections = await Promise.all(
      vendors.map(async (vendor, n) => {
        const connection = await vendor.connect(n % 2 === 0 ? 'websocket' : 'tcp', { will })
        await connection.subscribe('orders/new')
        return connection
      }),
    )
    const news = vendors.map(({ id }) =>
      admin.until(({ payload }) => payload.vendorId === id && payload.status === 'online'),
    )
    await Promise.all(news)
    await admin.settled()
    admin.messages.length = 0

    const applied = new Set<string>()
    const devices = await Promise.all(
      vendors.slice(0, 4).map(async (vendor) => {
        const { status, body } = await vendor.post<{ token: string }>('/api/devices', { name: 'Van' })
        assert.is(status, 201, 'a device is made')
        return publisher(app, 'tcp', body, (payload) =>
          applied.add((JSON.parse(payload) as { commandId: string }).commandId),
        )
      }),
    )

    const orders = orderPlacer(app, customer, await server.service(), 64)
    const answered: string[] = []
    const refused = new Map<string, number>()
    let answeredBefore = 0
    let signalled = 0
    let took = 0
    const ended = server.exited.then((code) => {
      took = performance.now() - signalled
      return code
    })
    const requests: Promise<void>[] = []
    await steadily(ordersPerSecond, seconds, (n) => {
      progress(() => `${answered.length} orders, ${applied.size} commands answered`)
      if (n === ordersPerSecond * signalAfter) {
        answeredBefore = answered.length
        signalled = performance.now()
        server.kill('SIGTERM')
      }
      const request = orders.place().then(
        (id) => {
          answered.push(id)
          // Also sent while the server stops; whatever is acknowledged then counts too.
          if (n % commandEvery === 0) {
            const command = JSON.stringify({ status: 'accepted', commandId: id })
            devices[n % devices.length]?.publish(`orders/${id}/status`, command)
          }
        },
        (error: Error) => {
          const why = /^answered \d+|E[A-Z]+|hang up/.exec(error.message)?.[0] ?? error.message
          refused.set(why, (refused.get(why) ?? 0) + 1)
        },
      )
      requests.push(request)
    })
    const code = await within(20_000, ended)
    await Promise.all(requests)
    orders.end()
    await Promise.all(connections.map((connection) => connection.closed))

    const stored = readOrders(join(dir, 'callout.db'))
    const lost = answered.filter((id) => !stored.has(id))
    const unpublished = [...stored.values()].filter((order) => order.unpublished)
    const commandsLost = [...applied].filter(
      (id) => !stored.get(id)?.order.history.some((entry) => entry.status === 'accepted'),
    )
    const wills = admin.messages.length

    const second = await startServer(dir)
    const presence = [...(await second.presence()).values()]
    const returned = await Promise.all(vendors.map((vendor) => quietClient(second.app, 'tcp', vendor)))
    const back = () => second.presence().then((now) => vendors.filter(({ id }) => now.get(id) === 'online').length)
    await eventually(async () => (await back()) === dashboards, 5_000)
    const online = await back()
    for (const client of returned) client.destroy()
    await second.end()

    figures('sigterm', {
      'exit code': String(code),
      'exit after ms': took,
      'orders answered a second': answeredBefore / signalAfter,
      'orders answered': answered.length,
      'of them after the signal': answered.length - answeredBefore,
      'orders lost': lost.length,
      unpublished: unpublished.length,
      'of them answered': unpublished.filter(({ order }) => answered.includes(order.id)).length,
      'commands acknowledged': applied.size,
      'commands lost': commandsLost.length,
      'presence events at the end': wills,
      'not offline after the restart': presence.filter((status) => status !== 'offline').length,
      'online on returning': `${online} of ${dashboards}`,
      'not answered': [...refused].map(([why, count]) => `${count} ${why}`).join(', '),
    })
    assert.is(code, 0)
    assert.ok(took < 5_000, 'within 5 s')
    // The requests are sent at a fixed rate; on a busy machine the responses lag.
    assert.ok(answeredBefore > 0.5 * ordersPerSecond * signalAfter, 'there were 500 requests a second')
    assert.ok(applied.size > 100, 'and device commands')
    assert.is(lost.length, 0, 'every order that was answered is there')
    assert.is(unpublished.length, 0, 'and was published')
    assert.is(commandsLost.length, 0, 'every command that was acknowledged is applied')
    assert.is(wills, 0, 'no vendor is published as offline')
    assert.ok(
      presence.length >= dashboards && presence.every((status) => status === 'offline'),
      'after a restart no vendor is online',
    )
    assert.is(online, dashboards, 'no will was accepted during the stop')
    for (const device of devices) device.end()
  } finally {
    await server.end('SIGKILL')
    await remove()
  }
})

test('SIGTERM with all limits on and more sent than the limits allow: exit 0 within 5 s, nothing acknowledged is lost', async () => {
  const { dir, remove } = await dataFolder()
  const server = await startServer(dir, { RATE_LIMITS: 'on' })
  try {
    const { app } = server
    const customer = await server.demo('customer@example.com')
    const service = await server.service()
    const applied = new Set<string>()
    let sent = 0
    let beyond = () => {}
    const slowed = new Promise<void>((resolve) => (beyond = resolve))
    const devices = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const vendor = await server.vendor()
        const { body } = await vendor.post<{ token: string }>('/api/devices', { name: 'Van' })
        // One customer may place no more at once.
        const customers = await Promise.all(Array.from({ length: 3 }, () => server.customer()))
        const placers = customers.map((one) => orderPlacer(app, one, service))
        const ids = await Promise.all(placers.flatMap(({ place }) => Array.from({ length: 100 }, () => place())))
        for (const placer of placers) placer.end()
        const device = await publisher(app, 'tcp', body, (payload) => {
          applied.add((JSON.parse(payload) as { commandId: string }).commandId)
          if (applied.size > 900) beyond()
        })
        return { device, ids }
      }),
    )
    // Three commands to each order at once: above the device's publish rate, so that most of them are queued.
    for (const { device, ids } of devices)
      for (const id of ids)
        for (const [n, status] of ['accepted', 'on_the_way', 'in_progress'].entries()) {
          device.publish(`orders/${id}/status`, JSON.stringify({ status, commandId: `${id} ${n}` }))
          sent++
        }
    // And a client that was disconnected for a forbidden publication with more publications in flight.
    const stranger = await publisher(app, 'tcp', customer)
    for (let n = 0; n < 400; n++) stranger.publish('nothing/of/ours', '')
    await slowed
    const atSignal = applied.size
    const signalled = performance.now()
    server.kill('SIGTERM')
    const code = await within(20_000, server.exited)
    const took = performance.now() - signalled
    const stored = readOrders(join(dir, 'callout.db'))
    const lost = [...applied].filter((command) => {
      const [id = '', n = ''] = command.split(' ')
      return (stored.get(id)?.order.version ?? 0) < Number(n) + 2
    })
    figures('sigterm with a backlog', {
      'exit code': String(code),
      'exit after ms': took,
      'commands sent': sent,
      'acknowledged before the signal': atSignal,
      'acknowledged in all': applied.size,
      lost: lost.length,
    })
    assert.is(code, 0)
    assert.ok(took < 5_000, 'within 5 s')
    assert.ok(sent - applied.size > 1_000, 'there was a backlog')
    assert.equal(lost, [])
    for (const { device } of devices) device.end()
    stranger.end()
  } finally {
    await server.end('SIGKILL')
    await remove()
  }
})

/** Reads the closed database: id → the order, and whether it is unpublished. */
function readOrders(file: string): Map<string, { order: Order; unpublished: boolean }> {
  const database = new DatabaseSync(file)
  try {
    const rows = database
      .prepare('SELECT id, published IS NOT NULL AS unpublished, doc FROM orders LEFT JOIN changed_orders USING (seq)')
      .all() as Row[]
    return new Map(
      rows.map((row) => [row.id, { order: JSON.parse(row.doc) as Order, unpublished: row.unpublished !== 0 }]),
    )
  } finally {
    database.close()
  }
}

interface Row {
  id: string
  unpublished: number
  doc: string
}

test.run()
