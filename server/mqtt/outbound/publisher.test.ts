import type { AedesPublishPacket } from 'aedes'
import { pino } from 'pino'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nextVersion } from '#shared/apply-transition.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import type { OrderRecord, OrderStore } from '../../storage/store.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { createOrderPayloads } from './order-payloads.ts'
import { createPublisher } from './publisher.ts'

test('a version is marked as published only after the versions before it are sent, and not when one of them failed', async () => {
  const marks: number[][] = []
  const sending: { version: number; done: (error?: Error) => void }[] = []
  const orderPayloads = createOrderPayloads()
  const orders: Pick<OrderStore, 'unpublished' | 'markPublished'> = {
    unpublished: async () => [],
    async markPublished(sent) {
      marks.push(sent.map(({ version }) => version))
    },
  }
  const publisher = createPublisher({
    store: { orders: orders as OrderStore, markWithin: 500 },
    events: { runTasks: async () => {} },
    orderPayloads,
    clock: new StillClock(),
    log: pino({ level: 'silent' }),
  })
  const readBy = (id: string, payload: Buffer): { version: number } | null =>
    JSON.parse(String(orderPayloads.payloadFor({ id, role: 'vendor' }, payload)))
  const readByBen: unknown[] = []
  await publisher.start({
    publish({ topic, payload }: AedesPublishPacket, done: (error?: Error) => void) {
      if (!Buffer.isBuffer(payload)) return done()
      if (topic.startsWith('orders/')) readByBen.push(readBy('ben', payload))
      sending.push({ version: readBy('ana', payload)?.version ?? 0, done })
    },
  })
  const finish = (version: number, error?: Error) =>
    sending.filter((one) => one.version === version).forEach(({ done }) => done(error))
  const ana = { id: 'ana', name: 'Ana', role: 'vendor' } as const
  const changed = (order: OrderRecord, status: OrderStatus) =>
    nextVersion(order, { status, vendor: ana, note: null }, ana, order.updatedAt)
  const placed = anOrder()
  const accepted = changed(placed, 'accepted')
  const onTheWay = changed(accepted, 'on_the_way')
  for (const order of [placed, accepted, onTheWay]) publisher.orderChanged(order, 0)

  finish(3)
  finish(2)
  await new Promise(setImmediate)
  assert.equal(marks, [], 'version 1 is still being sent')
  finish(1)
  await publisher.drain()
  assert.equal(marks.flat().sort(), [1, 2, 3])
  assert.equal(readByBen.slice(2), [null], 'the order was gone for Ben before')

  const working = changed(onTheWay, 'in_progress')
  publisher.orderChanged(working, 3)
  publisher.orderChanged(changed(working, 'completed'), 3)
  finish(5)
  finish(4, new Error('the broker is closed'))
  await publisher.drain()
  assert.equal(marks.flat().sort(), [1, 2, 3], 'the sweep sends both again')
  await publisher.stop()
})

test('orders are marked as published in batches, and only after they are sent', async () => {
  const clock = new StillClock()
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
    store: { orders: orders as OrderStore, markWithin: 500 },
    events: { runTasks: async () => {} },
    orderPayloads: createOrderPayloads(),
    clock,
    log: pino({ level: 'silent' }),
  })
  await publisher.start({
    publish: (_packet: AedesPublishPacket, done: (error?: Error) => void) => void sending.push(done),
  })
  for (const id of ['one', 'two', 'three']) publisher.orderChanged(anOrder({ id }), 0)
  // Each order goes to two topics; the third order is not sent yet.
  const first = new Promise<void>((resolve) => (someMarked = resolve))
  for (const done of sending.splice(0, 5)) done()
  await new Promise(setImmediate)
  assert.equal(marks, [])
  clock.advance(500)
  await first
  assert.equal(marks, [['one 1', 'two 1']])
  for (const done of sending.splice(0)) done()
  await publisher.drain()
  assert.equal(marks, [['one 1', 'two 1'], ['three 1']])

  const many = new Promise<void>((resolve) => (someMarked = resolve))
  for (let n = 0; n < 50; n++) publisher.orderChanged(anOrder({ id: `order ${n}` }), 0)
  for (const done of sending) done()
  await many
  assert.is(marks[2]?.length, 50, 'so many do not wait')
  await publisher.stop()
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
    store: { orders: orders as OrderStore, markWithin: 500 },
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
