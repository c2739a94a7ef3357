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

const test = suite<{ stage: BridgeStage; clock: StillClock }>('what the other broker missed')

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
  return { probe, back: () => other.connect(session) }
}

const all = ['orders/new 1', 'orders/update 2', 'orders/update 3']

/** Does something to the data while no server runs, as if it had been killed right after. */
async function inTheStore({ dataDir }: BridgeStage, clock: Clock, work: (store: Store) => Promise<void>) {
  const store = createSqliteStore({ file: join(dataDir, 'callout.db'), clock, exclusive: true })
  await store.start()
  await work(store)
  await store.stop()
}

test('while it is away orders go on, and when it is back it hears of every version, once', async ({ stage, clock }) => {
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
  const back = await first.back()
  clock.advance(20_000)
  await back.until(({ payload }) => payload.version === 3)
  assert.equal(publishedVersions(back, id), all)
  await back.end()
})

test('it may be away from the first start on', async ({ stage, clock }) => {
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

test('what a killed server had stored and not told is told by the next one: every version, as it was', async ({
  stage,
  clock,
}) => {
  const { probe } = await desk(stage)
  const first = await stage.start()
  await first.becomes('connected')
  await first.end()
  const order = anOrder()
  await inTheStore(stage, clock, async ({ orders }) => {
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

test('after longer than changes are kept it says so and tells how active orders stand', async ({ stage, clock }) => {
  const { probe } = await desk(stage)
  const first = await stage.start()
  await first.end()
  const [open, over] = [anOrder(), anOrder({ status: 'cancelled' })]
  await inTheStore(stage, clock, async ({ orders, keyValue }) => {
    await orders.create(open)
    await orders.create(over)
    await keyValue.put('bridge', 't1')
  })
  clock.advance(10_000)
  const { app, customer } = await stage.start()
  await probe.until(({ payload }) => payload.id === open.id)
  const { id } = await app.order(customer)
  await probe.until(({ payload }) => payload.id === id)
  assert.equal([publishedVersions(probe, open.id), publishedVersions(probe, over.id)], [['orders/new 1'], []])
  await probe.end()
})

test('a bridge that is stopped tells nothing, and all of it when it is started again', async ({ stage }) => {
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

test('a bridge that is to stop waits until the other broker has everything', async ({ stage }) => {
  const { probe } = await desk(stage)
  const { app, customer, becomes } = await stage.start()
  await app.bridge!.stop()
  // More than are sent before the first acknowledgement.
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
