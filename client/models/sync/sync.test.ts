import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order, OrderEvent } from '#shared/orders.ts'
import type * as z from 'zod/mini'
import { anOrder, at, settled } from '../../testing/orders.ts'
import { ApiError, offlineError } from '../session/api-error.ts'
import { createSync } from './sync.ts'
import { createFeed } from './feed.ts'
import { createOrders } from '../orders/orders.ts'

/** The two calls a client makes, over a list in memory; pages of two. */
function setUp(stored: Order[]) {
  const asked: string[] = []
  let hung: Promise<void> | null = null
  const server = {
    changed: [] as OrderEvent[],
    cursor: 'c1',
    fails: null as ApiError | null,
    /** The next question is answered when what this returns is called. */
    hang() {
      let goOn = () => {}
      hung = new Promise((resolve) => (goOn = resolve))
      return goOn
    },
  }
  const api = {
    async get<S extends z.ZodMiniType>(path: string, schema: S): Promise<z.infer<S>> {
      asked.push(path)
      const waits = hung
      hung = null
      await waits
      if (server.fails) throw server.fails
      const query = new URL(path, 'http://there').searchParams
      const since = query.get('since')
      if (since === 'old') throw new ApiError('cursor_expired', 410, 'too old')
      if (since) return schema.parse({ orders: server.changed, syncCursor: server.cursor })
      const from = Number(query.get('cursor') ?? 0)
      const nextCursor = from + 2 < stored.length ? String(from + 2) : null
      return schema.parse({ orders: stored.slice(from, from + 2), nextCursor, syncCursor: server.cursor })
    },
  }
  const orders = createOrders()
  const catchUp = createSync({ api, orders })
  const feed = createFeed({ api, orders, onSyncCursor: catchUp.offer }, {})
  catchUp.follow(feed)
  const shown = orders.list(() => feed.within.value)
  const second = () => {
    const other = createFeed({ api, orders, onSyncCursor: catchUp.offer }, { status: ['pending'] })
    catchUp.follow(other)
    return other
  }
  return { orders, catchUp, feed, shown, asked, server, second }
}

const five = () => [5, 4, 3, 2, 1].map((minute) => anOrder({ id: `o${minute}`, createdAt: at(minute) }))

test('reads a page at a time, older ones when asked', async () => {
  const { feed, shown } = setUp(five())
  await feed.load()
  assert.equal(shown.value, ['o5', 'o4'])
  await feed.loadOlder()
  assert.equal(shown.value, ['o5', 'o4', 'o3', 'o2'])
  await feed.loadOlder()
  assert.equal(shown.value, ['o5', 'o4', 'o3', 'o2', 'o1'])
  assert.is(feed.nextCursor.value, null)
})

test('an order from elsewhere, older than what was read, does not leave a gap in the list', async () => {
  const { feed, orders, shown } = setUp(five())
  await feed.load()
  orders.take(anOrder({ id: 'o1', createdAt: at(1) }))
  assert.equal(shown.value, ['o5', 'o4'])
  orders.take(anOrder({ id: 'o6', createdAt: at(6) }))
  assert.equal(shown.value, ['o6', 'o5', 'o4'])
})

test('asks for what changed since a point before the first list', async () => {
  const { feed, catchUp, orders, asked, server } = setUp(five())
  await feed.load()
  server.changed = [anOrder({ id: 'o4', createdAt: at(4), version: 2, status: 'accepted' })]
  server.cursor = 'c2'
  await catchUp.run()
  assert.is(orders.peek('o4')?.status, 'accepted')
  await catchUp.run()
  assert.equal(asked.slice(1), ['/orders?since=c1', '/orders?since=c2'])
})

test('a list that arrives after the subscription stood is caught up at once', async () => {
  const { feed, catchUp, asked } = setUp(five())
  catchUp.subscribed(true)
  await catchUp.run()
  await feed.load()
  await settled()
  assert.equal(asked.slice(1), ['/orders?since=c1'])
})

test('an expired cursor means reading the list afresh, and forgetting what is no longer there', async () => {
  const { feed, catchUp, orders, server } = setUp(five())
  server.cursor = 'old'
  orders.take(anOrder({ id: 'stale', createdAt: at(9) }))
  await feed.load()
  await catchUp.run()
  assert.is(orders.peek('stale'), undefined)
  assert.ok(orders.peek('o5'))
})

test('two lists are read afresh at once, and neither forgets what the other has read', async () => {
  const { feed, catchUp, orders, asked, server, second } = setUp(five())
  const other = second()
  catchUp.subscribed(true)
  server.cursor = 'old'
  await Promise.all([feed.load(), other.load()])
  await settled()
  asked.length = 0
  server.cursor = 'c2'
  await catchUp.run()
  await settled()
  assert.equal(asked.filter((path) => !path.includes('since')).length, 2, 'each list once')
  for (const id of ['o5', 'o4']) assert.ok(orders.peek(id))
})

test('a new look does not wait for one that hangs, and whoever asked for that hears of the newest', async () => {
  const { feed, catchUp, orders, server } = setUp(five())
  await feed.load()
  const hanging = server.hang()
  const first = catchUp.run()
  let told = false
  void first.then(() => (told = true))
  await settled()
  server.changed = [anOrder({ id: 'o4', createdAt: at(4), version: 2, status: 'accepted' })]
  const second = catchUp.run()
  await second
  assert.equal([orders.peek('o4')?.status, told], ['accepted', false])
  hanging()
  await first
})

test('what could not be read is told, kept, and read by the next catching up', async () => {
  const { feed, catchUp, shown, server } = setUp(five())
  server.fails = new ApiError('unavailable', 503, 'away')
  await feed.load()
  assert.is(feed.state.value, 'failed')
  assert.is(feed.error.value?.message, 'away')
  const outcome = await catchUp.run().catch((error: unknown) => error)
  assert.equal(outcome, offlineError(), 'a page with a list that was never read is not live')
  server.fails = null
  await catchUp.run()
  assert.is(feed.state.value, 'ready')
  assert.equal(shown.value, ['o5', 'o4'])
})

test('ten thousand changes are taken in without keeping the page from anything else', async () => {
  const { feed, catchUp, orders, server } = setUp(five())
  await feed.load()
  const changed = Array.from({ length: 10_000 }, (_, index) => anOrder({ id: `n${index}`, createdAt: at(index) }))
  server.changed = changed
  server.cursor = 'c2'
  let turns = 0
  const [listen, speak] = [new MessageChannel(), () => listen.port2.postMessage(null)]
  listen.port1.addEventListener('message', () => (turns++, speak()))
  listen.port1.start()
  speak()
  const known = orders.list(() => () => true)
  const most = { atOnce: 0, before: 0 }
  const stop = known.subscribe(({ length }) => {
    most.atOnce = Math.max(most.atOnce, length - most.before)
    most.before = length
  })
  await catchUp.run()
  stop()
  listen.port1.close()
  assert.is(orders.peek('n9999')?.version, 1)
  assert.ok(most.atOnce <= 100, `${most.atOnce} at once`)
  assert.ok(turns >= 50, `${turns} turns for others`)
})

test.run()
