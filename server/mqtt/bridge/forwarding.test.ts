import fc from 'fast-check'
import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nextVersion } from '#shared/apply-transition.ts'
import { bridgeTopics } from '#shared/bridge-topics.ts'
import { isoTime } from '../../lib/clock.ts'
import { createSqliteStore } from '../../storage/sqlite/index.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { storeInitialPosition, createForwarding } from './forwarding.ts'
import { unsentVersions } from './order-messages.ts'

const test = suite<{ stage: Awaited<ReturnType<typeof forwardingStage>> }>('forwarding')

test.before.each(async (context) => {
  context.stage = await forwardingStage()
})
test.after.each(({ stage }) => stage.end())

/** Forwarding with a real store and a fake link that acknowledges when `acknowledge` is called. */
async function forwardingStage() {
  const clock = new StillClock()
  const store: Store = createSqliteStore({ file: ':memory:', clock })
  await store.start()
  await storeInitialPosition(store)
  const happened: string[] = []
  const unacknowledged: (() => void)[] = []
  let notify = () => {}
  let withholding = true
  const link = {
    connected: () => true,
    publish(topic: string, payload: Buffer): Promise<void> {
      const order = JSON.parse(payload.toString()) as OrderRecord
      happened.push(`${topic} ${order.id} ${order.version}`)
      notify()
      if (!withholding) return Promise.resolve()
      return new Promise((resolve) => {
        unacknowledged.push(resolve)
        notify()
      })
    },
  }
  const keyValue: Store['keyValue'] = {
    ...store.keyValue,
    async put(name, text) {
      await store.keyValue.put(name, text)
      happened.push('position')
      notify()
    },
  }
  const forwarding = createForwarding({
    link,
    topics: bridgeTopics(''),
    store: { ...store, keyValue },
    vendors: { list: async () => [] },
    receivers: async () => [],
    clock,
    log: pino({ level: 'silent' }),
  })
  return {
    clock,
    store,
    forwarding,
    happened,
    async until(holds: () => boolean) {
      while (!holds()) await new Promise<void>((resolve) => (notify = resolve))
    },
    waiting: () => unacknowledged.length,
    acknowledge() {
      withholding = false
      for (const resolve of unacknowledged.splice(0)) resolve()
    },
    async end() {
      withholding = false
      for (const resolve of unacknowledged.splice(0)) resolve()
      await store.stop()
    },
  }
}

test('the position moves only when everything before it is acknowledged', async ({ stage }) => {
  const { store, forwarding, happened } = stage
  const before = await store.keyValue.get('bridge')
  const order = anOrder()
  await store.orders.create(order)
  stage.clock.advance(5_000)
  const running = forwarding.run()
  await stage.until(() => stage.waiting() === 1)
  // Long enough to store a position, if it did not wait for the acknowledgement.
  for (let n = 0; n < 20; n++) await new Promise(setImmediate)
  assert.equal(happened, [`orders/new ${order.id} 1`])
  assert.is(await store.keyValue.get('bridge'), before)
  stage.acknowledge()
  await stage.until(() => happened.includes('position'))
  assert.is.not(await store.keyValue.get('bridge'), before)
  forwarding.finish()
  await running
})

test('a full queue is dropped and read from the store: every version is sent once, with at most 50 unacknowledged', async ({
  stage,
}) => {
  const { store, forwarding, happened } = stage
  const running = forwarding.run()
  await stage.until(() => happened.includes('position'))
  const orders = Array.from({ length: 1_500 }, () => anOrder({ createdAt: isoTime(stage.clock.now()) }))
  await Promise.all(orders.map((order) => store.orders.create(order)))
  for (const order of orders) forwarding.facts.orderChanged(order)
  await stage.until(() => stage.waiting() === 50)
  for (let n = 0; n < 20; n++) await new Promise(setImmediate)
  assert.is(stage.waiting(), 50)
  stage.acknowledge()
  const sentOrders = () => happened.filter((what) => what.startsWith('orders/new'))
  await stage.until(() => sentOrders().length >= 1_500)
  forwarding.finish()
  await running
  const sent = sentOrders()
  assert.equal([sent.length, new Set(sent).size], [1_500, 1_500])
})

test('a version sent live is not sent again by the next catch-up, and a version that was missed is sent first', async ({
  stage,
}) => {
  const { clock, store, forwarding, happened } = stage
  stage.acknowledge()
  const running = forwarding.run()
  await stage.until(() => happened.includes('position'))
  const first = anOrder({ createdAt: isoTime(clock.now()) })
  await store.orders.create(first)
  forwarding.facts.orderChanged(first)
  const mine = { vendor: { id: 'v', name: 'V' }, note: null }
  const by = { id: 'v', name: 'V', role: 'vendor' } as const
  // Stored by another node: no event was emitted here.
  const second = nextVersion(first, { status: 'accepted', ...mine }, by, isoTime(clock.now()))
  const third = nextVersion(second, { status: 'on_the_way', ...mine }, by, isoTime(clock.now()))
  await store.orders.replace(second, 1)
  await store.orders.replace(third, 2)
  forwarding.facts.orderChanged(third)
  await stage.until(() => happened.some((what) => what.endsWith(' 3')))
  happened.length = 0
  clock.advance(10_000)
  await stage.until(() => happened.length > 0)
  assert.equal(happened, ['position'])
  forwarding.finish()
  await running
})

test('reading is retried when the store fails', async ({ stage }) => {
  const { clock, store, happened } = stage
  let broken = true
  const forwarding = createForwarding({
    link: { connected: () => true, publish: async (topic) => void happened.push(topic) },
    topics: bridgeTopics('p/'),
    store,
    vendors: { list: async () => (broken ? Promise.reject(new Error('the disk is away')) : []) },
    receivers: async () => [],
    clock,
    log: pino({ level: 'silent' }),
  })
  await store.orders.create(anOrder())
  const running = forwarding.run()
  await clock.waitedFor(1_000)
  broken = false
  clock.advance(1_000)
  await clock.waitedFor(10_000)
  forwarding.finish()
  await running
  assert.equal(happened, ['p/orders/new'])
})

test('unsent versions are consecutive, end with the newest, and begin after the sent one or at `since`', () => {
  const times = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      times,
      fc.option(fc.integer({ min: 1, max: 9 })),
      fc.option(fc.integer({ min: 0, max: 10 })),
      (at, sent, from) => {
        const by = { id: 'v', name: 'V', role: 'vendor' } as const
        const history = at.map((second) => ({
          status: 'pending' as const,
          at: isoTime(second * 1000),
          by,
          note: null,
          vendor: null,
        }))
        const order = anOrder({ version: at.length, history })
        const since = from === null ? undefined : isoTime(from * 1000)
        const versions = unsentVersions(order, sent ?? undefined, since).map(({ version }) => version)
        const expected = Array.from({ length: at.length }, (_, n) => n + 1).filter((version) => {
          if (sent !== null) return version > sent
          if (version === at.length) return true
          return from !== null && at.slice(0, version).some((second) => second >= from)
        })
        assert.equal(versions, expected)
      },
    ),
  )
})

test.run()
