import type { AedesPublishPacket } from 'aedes'
import { pino } from 'pino'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { OrderHistoryEntry } from '#shared/apply-transition.ts'
import { isoTime } from '../../lib/clock.ts'
import type { OrderRecord, OrderStore } from '../../storage/store.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { createOrderPayloads } from './order-payloads.ts'
import { createPublisher } from './publisher.ts'

/** The order after one more change, a second later. */
function nextVersion(order: OrderRecord, change: Partial<OrderHistoryEntry>): OrderRecord {
  const last = order.history.at(-1)
  assert.ok(last)
  const at = isoTime(Date.parse(last.at) + 1000)
  const entry = { ...last, ...change, at }
  const { status, vendor } = entry
  return { ...order, version: order.version + 1, status, vendor, updatedAt: at, history: [...order.history, entry] }
}

test('a version still being sent is not relied on: the next one tells whom that one would have told', async () => {
  const orderPayloads = createOrderPayloads()
  const readByBen: (string | undefined)[] = []
  const sending: (() => void)[] = []
  const orders: Pick<OrderStore, 'unpublished' | 'markPublished'> = {
    unpublished: async () => [],
    markPublished: async () => {},
  }
  const publisher = createPublisher({
    store: { orders: orders as OrderStore },
    events: { runTasks: async () => {} },
    orderPayloads,
    clock: new StillClock(),
    log: pino({ level: 'silent' }),
  })
  await publisher.start({
    publish({ topic, payload }: AedesPublishPacket, done: (error?: Error) => void) {
      if (topic.startsWith('orders/') && Buffer.isBuffer(payload))
        readByBen.push(orderPayloads.payloadFor({ id: 'ben', role: 'vendor' }, payload)?.toString())
      sending.push(done)
    },
  })
  const placed = anOrder()
  const ana = { id: 'ana', name: 'Ana', role: 'vendor' } as const
  const accepted = nextVersion(placed, { status: 'accepted', by: ana, vendor: ana })
  const cancelled = nextVersion(accepted, { status: 'cancelled', by: { ...placed.customer, role: 'customer' } })
  for (const order of [placed, accepted, cancelled]) publisher.orderChanged(order, 0)
  assert.match(readByBen[2] ?? '', /"version":3.*"gone":true|"gone":true.*"version":3/)
  for (const done of sending) done()
  await publisher.drain()
  publisher.orderChanged(nextVersion(cancelled, {}), 0)
  assert.is(readByBen[3], undefined, 'once all are sent, only the newest change counts')
  for (const done of sending) done()
  await publisher.stop()
})

test('orders sent in one event-loop turn are marked as published in one batch, and only after they are sent', async () => {
  const marks: string[][] = []
  const sending: (() => void)[] = []
  let someMarked = () => {}
  const orders: Pick<OrderStore, 'unpublished' | 'markPublished'> = {
    unpublished: async () => [],
    async markPublished(sent) {
      marks.push(sent.map(({ id, version }) => `${id} ${version}`))
      someMarked()
    },
  }
  const publisher = createPublisher({
    store: { orders: orders as OrderStore },
    events: { runTasks: async () => {} },
    orderPayloads: createOrderPayloads(),
    clock: new StillClock(),
    log: pino({ level: 'silent' }),
  })
  await publisher.start({
    publish: (_packet: AedesPublishPacket, done: (error?: Error) => void) => void sending.push(done),
  })
  for (const id of ['one', 'two', 'three']) publisher.orderChanged(anOrder({ id }), 0)
  // Each order goes to two topics; the third order is not sent yet.
  const first = new Promise<void>((resolve) => (someMarked = resolve))
  for (const done of sending.splice(0, 5)) done()
  await first
  assert.equal(marks, [['one 1', 'two 1']])
  for (const done of sending) done()
  await publisher.stop()
  assert.equal(marks, [['one 1', 'two 1'], ['three 1']])
})

test('an order is marked as published only after its tasks, and published again when one fails', async () => {
  const clock = new StillClock()
  const order = anOrder()
  let marked = 0
  const orders: Pick<OrderStore, 'unpublished' | 'markPublished'> = {
    unpublished: async () => (marked > 0 ? [] : [order]),
    async markPublished() {
      marked++
    },
  }
  const results = [Promise.reject(new Error('the database is away')), Promise.resolve()]
  const runs: number[] = []
  const publisher = createPublisher({
    store: { orders: orders as OrderStore },
    events: {
      async runTasks(_order, published) {
        runs.push(published)
        await results[runs.length - 1]
      },
    },
    orderPayloads: createOrderPayloads(),
    clock,
    log: pino({ level: 'silent' }),
  })
  await publisher.start({ publish: (_packet: AedesPublishPacket, done: (error?: Error) => void) => done() })
  await publisher.drain()
  assert.equal([runs.length, marked], [1, 0], 'the first sweep found it, and its task failed')
  publisher.orderChanged(order, 0)
  await publisher.drain()
  assert.equal([runs.length, marked], [2, 1])
  await publisher.stop()
})

test.run()
