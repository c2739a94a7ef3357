import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import type { Probe } from '../testing/probe.ts'
import { orderPlacer } from './lib/orders.ts'
import { figures } from './lib/report.ts'
import { again, dataFolder, startServer } from './lib/server.ts'

const test = suite('renames and kill -9')

const before = 200
const during = 100

/** Every order as the admin lists it. */
async function all(admin: Awaited<ReturnType<typeof startServer>>['admin']): Promise<Order[]> {
  const orders: Order[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: { orders: Order[]; nextCursor: string | null } } = await admin.get(
      `/api/orders?limit=200${cursor && `&cursor=${cursor}`}`,
    )
    orders.push(...body.orders)
    cursor = body.nextCursor
  }
  return orders
}

const nameOf = (order: Order) => order.items[0]?.name

/** Resolves when an event of each order with the new name has arrived. */
async function allRenamed(probe: Probe, ids: readonly string[], name: string) {
  const missing = new Set(ids)
  await probe.until(({ payload }) => {
    if (payload && payload.items && nameOf(payload) === name) missing.delete(payload.id)
    return missing.size === 0
  }, 30_000)
}

test('a rename that kill -9 interrupts is finished by the next start, orders placed meanwhile included', async () => {
  const { dir, remove } = await dataFolder()
  const first = await startServer(dir)
  let second: Awaited<ReturnType<typeof startServer>> | undefined
  try {
    const customer = await first.demo('customer@example.com')
    const service = await first.service()
    const events = await first.admin.connect()
    await events.subscribe('orders/#')
    const orders = orderPlacer(first.app, customer, service)
    const ids = await Promise.all(Array.from({ length: before }, () => orders.place()))
    const ended = ids[0] ?? ''
    assert.is((await customer.set({ id: ended }, 'cancelled', { reason: 'Sold' })).status, 200)

    const placing = Promise.all(Array.from({ length: during }, () => orders.place()))
    const renaming = first.admin.patch(`/api/services/${service}`, { name: 'Old' })
    assert.is((await renaming).status, 200)
    ids.push(...(await placing))
    const open = ids.filter((id) => id !== ended)
    await allRenamed(events, open, 'Old')

    const change = await first.admin.patch(`/api/services/${service}`, { name: 'New' })
    assert.is(change.status, 200)
    await events.until(({ payload }) => nameOf(payload) === 'New')
    first.kill('SIGKILL')
    await first.exited
    orders.end()

    second = await startServer(dir)
    const admin = again(first.admin, second.app)
    const later = await admin.connect()
    await later.subscribe('orders/#')
    const left = (await all(admin)).filter((order) => open.includes(order.id) && nameOf(order) !== 'New')
    await allRenamed(
      later,
      left.map(({ id }) => id),
      'New',
    )
    const stored = await all(admin)
    const wrong = stored.filter((order) => open.includes(order.id) && nameOf(order) !== 'New')
    figures('renames', { orders: stored.length, 'left by kill -9': left.length, 'not renamed': wrong.length })
    assert.ok(left.length > 0, 'the rename was interrupted')
    assert.is(wrong.length, 0)
    for (const { id, version, history } of stored) {
      assert.is(version, history.length, id)
      const names = history.flatMap(({ renamed }) => renamed?.to ?? [])
      if (id !== ended) assert.equal(names.slice(-1), ['New'])
      assert.is(new Set(names).size, names.length, 'no name is given twice')
    }
    assert.is.not(nameOf(stored.find(({ id }) => id === ended) ?? stored[0]!), 'New', 'an ended order keeps its name')
    await later.end()
  } finally {
    await first.end('SIGKILL')
    await second?.end('SIGKILL')
    await remove()
  }
})

test.run()
