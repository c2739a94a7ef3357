import { nextVersion } from '#shared/apply-transition.ts'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { createSqliteStore } from '../../storage/sqlite/index.ts'
import type { Store } from '../../storage/store.ts'
import { bridgeStage, publishedVersions, type BridgeStage } from '../../testing/bridged.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'

const test = suite<{ stage: BridgeStage; clock: StillClock }>('bridge catch-up')

test.before.each(async (context) => {
  context.clock = new StillClock()
  context.stage = await bridgeStage(['ana'], { clock: context.clock })
})
test.after.each(({ stage }) => stage.stop())

/** A subscriber of the other broker that receives everything published there. */
async function desk({ other }: BridgeStage) {
  const session = { clientId: 'desk', clean: false }
  const probe = await other.connect(session)
  await probe.subscribe('orders/#')
  return { probe, reconnect: () => other.connect(session) }
}

const all = ['orders/new 1', 'orders/update 2', 'orders/update 3']

/** Changes the data while no server runs, as a server that is killed right after the change would. */
async function changeStore({ dataDir }: BridgeStage, clock: Clock, work: (store: Store) => Promise<void>) {
  const store = createSqliteStore({ file: join(dataDir, 'callout.db'), clock, exclusive: true })
  await store.start()
  await work(store)
  await store.stop()
}

test('orders continue while the other broker is unavailable; after that it receives every version once', async ({
  stage,
  clock,
}) => {
  const first = await desk(stage)
  const { app, customer, vendors, becomes } = await stage.start()
  await becomes('connected')
  await stage.other.stop()
  await becomes('away')
  assert.is((await app.call('GET', '/readyz')).status, 200)
  const { id } = await app.order(customer)
  for (const status of ['accepted', 'on_the_way']) assert.is((await vendors[0]!.set({ id }, status)).status, 200)
  await stage.other.start()
  await first.probe.closed
  const reconnected = await first.reconnect()
  clock.advance(20_000)
  await reconnected.until(({ payload }) => payload.version === 3)
  assert.equal(publishedVersions(reconnected, id), all)
  await reconnected.end()
})

test('the other broker may be unavailable at the first start', async ({ stage, clock }) => {
  await stage.other.stop()
  const { app, customer, becomes } = await stage.start()
  await clock.waitedFor(1_000)
  const { id } = await app.order(customer)
  await stage.other.start()
  clock.advance(20_000)
  await becomes('connected')
  const probe = await stage.other.connect()
  await probe.subscribe('orders/#')
  // A receiver that was absent gets the next change; the bridge sends nothing twice over one link.
  await app.admin.patch(`/api/orders/${id}/status`, { status: 'cancelled', reason: 'Enough' })
  await probe.until(({ payload }) => payload.version === 2)
  assert.equal(publishedVersions(probe, id).slice(-1), ['orders/update 2'])
  await probe.end()
})

test('the next start publishes every version that a killed server had stored but not published', async ({
  stage,
  clock,
}) => {
  const { probe } = await desk(stage)
  const first = await stage.start()
  await first.becomes('connected')
  await first.end()
  const order = anOrder()
  await changeStore(stage, clock, async ({ orders }) => {
    await orders.create(order)
    const mine = { vendor: { id: first.vendors[0]!.id, name: 'ana' }, note: null }
    let last = order
    for (const status of ['accepted', 'on_the_way'] as const) {
      const next = nextVersion(last, { status, ...mine }, first.vendors[0]!.user, isoTime(clock.now()))
      await orders.replace(next, last.version)
      last = next
    }
  })
  await stage.start()
  await probe.until(({ payload }) => payload.version === 3)
  assert.equal(publishedVersions(probe, order.id), all)
  const statuses = probe.messages.filter(({ payload }) => payload.id === order.id).map(({ payload }) => payload.status)
  assert.equal(statuses, ['pending', 'accepted', 'on_the_way'])
  await probe.end()
})

test('after an absence longer than changes are stored, the bridge publishes the active orders', async ({
  stage,
  clock,
}) => {
  const { probe } = await desk(stage)
  const first = await stage.start()
  await first.end()
  const [open, closed] = [anOrder(), anOrder({ status: 'cancelled' })]
  await changeStore(stage, clock, async ({ orders, keyValue }) => {
    await orders.create(open)
    await orders.create(closed)
    await keyValue.put('bridge', 't1')
  })
  clock.advance(10_000)
  const { app, customer } = await stage.start()
  await probe.until(({ payload }) => payload.id === open.id)
  const { id } = await app.order(customer)
  await probe.until(({ payload }) => payload.id === id)
  assert.equal([publishedVersions(probe, open.id), publishedVersions(probe, closed.id)], [['orders/new 1'], []])
  await probe.end()
})

test('a stopped bridge publishes nothing; after a start it publishes what it missed', async ({ stage }) => {
  const { probe } = await desk(stage)
  const { app, customer, becomes } = await stage.start()
  await becomes('connected')
  await app.bridge!.stop()
  assert.is(app.bridge!.state(), 'stopped')
  const { id } = await app.order(customer)
  await app.drain()
  app.bridge!.start()
  app.bridge!.start()
  await probe.until(({ payload }) => payload.id === id)
  assert.equal(publishedVersions(probe, id), ['orders/new 1'])
  await probe.end()
})

test('stop waits until the other broker has acknowledged everything', async ({ stage }) => {
  const { probe } = await desk(stage)
  const { app, customer, becomes } = await stage.start()
  await app.bridge!.stop()
  // More than the limit of unacknowledged messages.
  const placed = await Promise.all(Array.from({ length: 150 }, () => app.order(customer)))
  app.bridge!.start()
  await becomes('connected')
  await app.bridge!.stop()
  await probe.subscribe('that/all/came')
  const ids = new Set(probe.messages.map(({ payload }) => payload.id))
  assert.ok(placed.every(({ id }) => ids.has(id)))
  await probe.end()
})

test.run()
