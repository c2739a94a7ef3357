import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UndeliverableError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { DeliveryRecord, Store } from '../storage/store.ts'
import { StillClock } from '../testing/clock.ts'
import { emptyStore } from '../testing/store.ts'
import { createOutbox, giveUpAfter, type DeliveryChannel } from './outbox.ts'

const unlogged: Log = { debug() {}, info() {}, warn() {}, error() {} }
const hour = 3_600_000
const sweepEvery = 5_000

type Send = DeliveryChannel['send']

/** A store, a clock, and outboxes on them with one channel. `sent`: the ids of the attempts, as they begin. */
async function setUp() {
  const { store, close } = await emptyStore()
  const clock = new StillClock()
  const sent: string[] = []
  let waiting: (() => void)[] = []
  const outboxes: ReturnType<typeof createOutbox>[] = []

  function open(
    send: Send = async () => 'ok',
    more: Partial<DeliveryChannel> = {},
    { on = store, sharesStore = true }: { on?: Pick<Store, 'deliveries'>; sharesStore?: boolean } = {},
  ) {
    const outbox = createOutbox({ store: on, sharesStore, clock, log: unlogged })
    outbox.channel('post', {
      ...more,
      send(delivery, signal) {
        sent.push(delivery.id)
        for (const check of waiting.splice(0)) check()
        return send(delivery, signal)
      },
    })
    outboxes.push(outbox)
    return outbox
  }

  return {
    store,
    clock,
    sent,
    open,
    async started(count: number) {
      while (sent.length < count) await new Promise<void>((resolve) => void waiting.push(resolve))
    },
    /** Lets time pass in steps of the sweep, each until what was due is sent. */
    async pass(ms: number, step = sweepEvery) {
      for (let passed = 0; passed < ms; passed += step) {
        clock.advance(step)
        // The next sweep is planned when this one has ended.
        await clock.waitedFor(sweepEvery)
        for (const outbox of outboxes) await outbox.drain()
      }
    },
    async end() {
      for (const outbox of outboxes) await outbox.stop()
      await close()
    },
  }
}

const message = (id: string, queue = 'q') => ({ id, channel: 'post', queue, payload: { of: id } })
const idsOf = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`)

test('a message is stored before `add` resolves, and sent when an outbox starts', async () => {
  const { store, sent, open, started, end } = await setUp()
  const killed = open()
  await killed.add(message('a'))
  const stored = await store.deliveries.get('a')
  assert.equal([stored?.state, stored?.attempts, stored?.payload, sent], ['waiting', 0, { of: 'a' }, []])
  const next = open()
  await next.start()
  await started(1)
  await next.drain()
  const { state, attempts, result } = (await store.deliveries.get('a')) ?? {}
  assert.equal([state, attempts, result], ['sent', 1, 'ok'])
  await end()
})

test('the messages of a queue are sent one at a time in the order of the calls, also within a millisecond', async () => {
  const { clock, sent, open, end } = await setUp()
  let [atOnce, most] = [0, 0]
  const outbox = open(async () => {
    most = Math.max(most, ++atOnce)
    await new Promise(setImmediate)
    atOnce--
    return null
  })
  await outbox.start()
  const ids = ['m', 'z', 'a', 'y', 'b']
  for (const id of ids) await outbox.add(message(id))
  clock.set(-hour)
  await outbox.add(message('0'))
  clock.set(hour)
  await outbox.drain()
  assert.equal([sent, most], [[...ids, '0'], 1])
  await end()
})

test('failed attempts are repeated after growing pauses, until one succeeds or 24 hours have passed', async () => {
  const { store, clock, open, pass, end } = await setUp()
  const start = clock.now()
  const attemptedAt: Record<string, number[]> = {}
  const outcomes: Partial<DeliveryRecord>[] = []
  const outbox = open(
    async ({ id }) => {
      const since = clock.now() - start
      ;(attemptedAt[id] ??= []).push(since / 1000)
      if (id === 'late' && since >= hour) return 'at last'
      throw new Error('not now')
    },
    { attempted: async ({ id, state, attempts }) => void outcomes.push({ id, state, attempts }) },
  )
  await outbox.start()
  await outbox.add(message('late', 'a'))
  await outbox.add(message('never', 'b'))
  await outbox.drain()
  await pass(2 * hour)
  assert.equal(attemptedAt.late, [0, 5, 35, 155, 755, 2555, 6155])
  assert.equal((await store.deliveries.get('late'))?.result, 'at last')
  await pass(giveUpAfter, 600_000)
  const never = await store.deliveries.get('never')
  assert.equal([never?.state, never?.result, never?.attempts], ['failed', 'not now', attemptedAt.never?.length])
  assert.ok((attemptedAt.never?.at(-1) ?? 0) * 1000 <= giveUpAfter)
  assert.ok((attemptedAt.never?.at(-1) ?? 0) * 1000 > giveUpAfter - 3 * hour - 600_000)
  assert.equal(outcomes.at(-1), { id: 'never', state: 'failed', attempts: never?.attempts })
  assert.is(outcomes.filter(({ id }) => id === 'late').length, 7)
  await end()
})

test('a message that the receiver refuses for good has failed at once, and the next one follows', async () => {
  const { store, sent, open, end } = await setUp()
  const outbox = open(async ({ id }) => {
    if (id === 'bad') throw new UndeliverableError('unknown address')
    return null
  })
  await outbox.add(message('bad'))
  await outbox.add(message('good'))
  await outbox.add({ ...message('odd'), channel: 'pigeon' })
  await outbox.start()
  await outbox.add(message('last'))
  await outbox.drain()
  const { state, result } = (await store.deliveries.get('bad')) ?? {}
  assert.equal([sent, state, result], [['bad', 'good', 'last'], 'failed', 'unknown address'])
  assert.is((await store.deliveries.get('odd'))?.state, 'failed')
  await end()
})

test('a queue whose receiver does not answer delays no other', async () => {
  const { sent, open, started, end } = await setUp()
  const outbox = open(({ queue }, signal) =>
    queue === 'dead'
      ? new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut off'))))
      : Promise.resolve(null),
  )
  await outbox.start()
  for (const id of idsOf('dead', 3)) await outbox.add(message(id, 'dead'))
  for (const id of idsOf('live', 20)) await outbox.add(message(id, 'live'))
  await started(21)
  assert.equal(sent, ['dead0', ...idsOf('live', 20)])
  await end()
})

test('more queues than are worked on at once all have their turn, beside queues with many messages', async () => {
  const { sent, open, started, end } = await setUp()
  let [atOnce, most] = [0, 0]
  let release = () => {}
  const full = new Promise<void>((resolve) => (release = resolve))
  const outbox = open(async () => {
    most = Math.max(most, ++atOnce)
    if (most === 50) release()
    await full
    atOnce--
    return null
  })
  const busy = idsOf('busy', 50)
  const single = idsOf('single', 10)
  for (const queue of busy) for (const id of idsOf('', 3)) await outbox.add(message(`${queue}-${id}`, queue))
  for (const queue of single) await outbox.add(message(queue, queue))
  await outbox.start()
  await started(busy.length * 3 + single.length)
  await outbox.drain()
  assert.is(most, 50)
  const lastSingle = Math.max(...single.map((id) => sent.indexOf(id)))
  assert.ok(lastSingle < 100, `a queue with one message waited for ${lastSingle} messages of others`)
  assert.is(new Set(sent).size, busy.length * 3 + single.length)
  for (const queue of busy) {
    const ofQueue = sent.filter((id) => id.startsWith(`${queue}-`))
    assert.equal(ofQueue, [...ofQueue].sort(), queue)
  }
  await end()
})

test('two outboxes on one store send each message once', async () => {
  const { sent, open, end } = await setUp()
  const [one, two] = [open(), open()]
  await one.start()
  await two.start()
  const ids = idsOf('m', 40)
  await Promise.all(ids.map((id, n) => (n % 2 ? one : two).add(message(id, `q${n % 3}`))))
  await one.drain()
  await two.drain()
  assert.equal([...sent].sort(), [...ids].sort())
  await end()
})

test('a message added twice is sent once, for seven days', async () => {
  const { store, clock, sent, open, pass, end } = await setUp()
  const outbox = open()
  await outbox.start()
  await Promise.all([outbox.add(message('a')), outbox.add(message('a'))])
  await outbox.drain()
  await outbox.add(message('a'))
  await outbox.drain()
  assert.equal(sent, ['a'])
  clock.advance(7 * 24 * hour - 1)
  await pass(sweepEvery)
  await store.deliveries.sweep(new Date(clock.now()).toISOString())
  await outbox.add(message('a'))
  await outbox.drain()
  assert.equal(sent, ['a', 'a'])
  await end()
})

test('a stop ends the attempt that is being made, which does not count', async () => {
  const { store, sent, open, started, end } = await setUp()
  const outbox = open((_delivery, signal) => {
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
  })
  await outbox.start()
  await outbox.add(message('a'))
  await started(1)
  const claimed = await store.deliveries.get('a')
  await outbox.stop()
  const left = await store.deliveries.get('a')
  assert.equal([claimed?.attempts, left?.attempts, left?.state, left?.result], [1, 0, 'waiting', null])
  const next = open()
  await next.start()
  await started(2)
  await next.drain()
  assert.equal([sent, (await store.deliveries.get('a'))?.state], [['a', 'a'], 'sent'])
  await end()
})

test('a stop keeps the success of an attempt that ends meanwhile', async () => {
  const { store, open, started, end } = await setUp()
  let arrive = () => {}
  const outbox = open(() => new Promise((resolve) => (arrive = () => resolve('arrived'))))
  await outbox.start()
  await outbox.add(message('a'))
  await started(1)
  const stopped = outbox.stop()
  arrive()
  await stopped
  assert.is((await store.deliveries.get('a'))?.state, 'sent')
  await end()
})

/** The store as a process leaves it that is killed while it sends `a`. */
async function killedWhileSending() {
  const context = await setUp()
  const { store, clock, open } = context
  await open().add(message('a'))
  const dueAt = new Date(clock.now() + 30_000).toISOString()
  await store.deliveries.change('a', { attempts: 1, sending: true, dueAt })
  return context
}

test('an attempt of a process that was killed is repeated 30 seconds later by another one', async () => {
  const { sent, open, pass, end } = await killedWhileSending()
  await open().start()
  await pass(25_000)
  assert.equal(sent, [])
  await pass(5_000)
  assert.equal(sent, ['a'])
  await end()
})

test('an attempt of a process that was killed is repeated at the next start when no other process uses the store', async () => {
  const { store, sent, open, started, end } = await killedWhileSending()
  const next = open(undefined, {}, { sharesStore: false })
  await next.start()
  await started(1)
  await next.drain()
  const { state, attempts, sending } = (await store.deliveries.get('a')) ?? {}
  assert.equal([sent, state, attempts, sending], [['a'], 'sent', 1, false])
  await end()
})

test('a start does not shorten the pause after a failed attempt', async () => {
  const { sent, open, pass, end } = await setUp()
  const failing = open(() => Promise.reject(new Error('not now')))
  await failing.start()
  await failing.add(message('a'))
  await failing.drain()
  await failing.stop()
  await open(undefined, {}, { sharesStore: false }).start()
  assert.equal(sent, ['a'])
  await pass(5_000)
  assert.equal(sent, ['a', 'a'])
  await end()
})

test('what failed is sent again on request, after the others; what waits is sent at once, in its place', async () => {
  const { store, clock, sent, open, pass, end } = await setUp()
  let broken = true
  const outbox = open(async () => {
    if (broken) throw new Error('broken')
    return null
  })
  await outbox.start()
  for (const id of ['a', 'b']) await outbox.add(message(id))
  await outbox.drain()
  await pass(5_000)
  assert.equal(sent, ['a', 'a'])
  broken = false
  await outbox.repeat('a')
  await outbox.drain()
  assert.equal(sent, ['a', 'a', 'a', 'b'])
  clock.advance(6 * 24 * hour)
  await outbox.repeat('a')
  await outbox.drain()
  assert.is(sent.at(-1), 'a')
  assert.is((await store.deliveries.get('a'))?.expiresAt, new Date(clock.now() + 7 * 24 * hour).toISOString())
  assert.is(await outbox.repeat('unknown'), null)
  await end()
})

test('a store that cannot be written does not lose a message, or send it in a loop', async () => {
  const { store, clock, sent, open, pass, end } = await setUp()
  let away = false
  const { deliveries } = store
  const flaky: Pick<Store, 'deliveries'> = {
    deliveries: {
      ...deliveries,
      change: async (id, change, when) => {
        if (away && change.state) throw new Error('the disk is full')
        return deliveries.change(id, change, when)
      },
    },
  }
  const outbox = open(undefined, {}, { on: flaky })
  await outbox.start()
  away = true
  await outbox.add(message('a'))
  await outbox.drain()
  await pass(20_000)
  assert.equal(sent, ['a'])
  away = false
  clock.advance(10_000)
  await pass(5_000)
  assert.equal([sent, (await store.deliveries.get('a'))?.state], [['a', 'a'], 'sent'])
  await end()
})

test.run()
