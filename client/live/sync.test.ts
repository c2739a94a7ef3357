import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order, OrderEvent } from '#shared/orders.ts'
import type * as z from 'zod/mini'
import { anOrder, at, settled } from '../testing/orders.ts'
import { ApiError, offlineError } from './api-error.ts'
import { createSync } from './sync.ts'
import { createFeed } from './feed.ts'
import { createOrders } from './orders.ts'

/** The two requests of a client, over a list in memory; pages of two. */
function setUp(stored: Order[]) {
  const requests: string[] = []
  let hung: Promise<void> | null = null
  const server = {
    changed: [] as OrderEvent[],
    cursor: 'c1',
    pageSize: 200,
    fails: null as ApiError | null,
    /** The next request gets its response when the returned function is called. */
    hang() {
      let release = () => {}
      hung = new Promise((resolve) => (release = resolve))
      return release
    },
  }
  const api = {
    async get<S extends z.ZodMiniType>(path: string, schema: S): Promise<z.infer<S>> {
      requests.push(path)
      const pause = hung
      hung = null
      await pause
      if (server.fails) throw server.fails
      const query = new URL(path, 'http://there').searchParams
      const since = query.get('since')
      if (since === 'old') throw new ApiError('cursor_expired', 410, 'too old')
      if (since) {
        const start = Number(query.get('cursor') ?? 0)
        const end = start + server.pageSize
        const nextCursor = end < server.changed.length ? String(end) : null
        return schema.parse({ orders: server.changed.slice(start, end), nextCursor, syncCursor: server.cursor })
      }
      const from = Number(query.get('cursor') ?? 0)
      const nextCursor = from + 2 < stored.length ? String(from + 2) : null
      return schema.parse({ orders: stored.slice(from, from + 2), nextCursor, syncCursor: server.cursor })
    },
  }
  const orders = createOrders()
  const sync = createSync({ api, orders })
  const feed = createFeed({ api, orders, onSyncCursor: sync.offerCursor }, {})
  sync.follow(feed)
  const shown = orders.list(() => feed.within.value)
  const second = () => {
    const other = createFeed({ api, orders, onSyncCursor: sync.offerCursor }, { status: ['pending'] })
    sync.follow(other)
    return other
  }
  return { orders, sync, feed, shown, requests, server, second }
}

const five = () => [5, 4, 3, 2, 1].map((minute) => anOrder({ id: `o${minute}`, createdAt: at(minute) }))

test('reads a page at a time, older pages on request', async () => {
  const { feed, shown } = setUp(five())
  await feed.load()
  assert.equal(shown.value, ['o5', 'o4'])
  await feed.loadOlder()
  assert.equal(shown.value, ['o5', 'o4', 'o3', 'o2'])
  await feed.loadOlder()
  assert.equal(shown.value, ['o5', 'o4', 'o3', 'o2', 'o1'])
  assert.is(feed.nextCursor.value, null)
})

test('an order of another source, older than what was read, leaves no gap in the list', async () => {
  const { feed, orders, shown } = setUp(five())
  await feed.load()
  orders.apply(anOrder({ id: 'o1', createdAt: at(1) }))
  assert.equal(shown.value, ['o5', 'o4'])
  orders.apply(anOrder({ id: 'o6', createdAt: at(6) }))
  assert.equal(shown.value, ['o6', 'o5', 'o4'])
})

test('reads every page of the changes before it uses the new cursor', async () => {
  const { feed, sync, orders, requests, server } = setUp(five())
  await feed.load()
  server.pageSize = 2
  server.changed = five().map((order) => ({ ...order, version: 2, status: 'accepted' }))
  server.cursor = 'c2'
  await sync.run()
  assert.equal(requests.slice(1), ['/orders?since=c1', '/orders?since=c1&cursor=2', '/orders?since=c1&cursor=4'])
  assert.equal(
    five().map(({ id }) => orders.peek(id)?.version),
    [2, 2, 2, 2, 2],
  )
  server.changed = []
  await sync.run()
  assert.is(requests.at(-1), '/orders?since=c2')
})

test('requests the changes since a point before the first list', async () => {
  const { feed, sync, orders, requests, server } = setUp(five())
  await feed.load()
  server.changed = [anOrder({ id: 'o4', createdAt: at(4), version: 2, status: 'accepted' })]
  server.cursor = 'c2'
  await sync.run()
  assert.is(orders.peek('o4')?.status, 'accepted')
  await sync.run()
  assert.equal(requests.slice(1), ['/orders?since=c1', '/orders?since=c2'])
})

test('a list that arrives after the subscription triggers a sync at once', async () => {
  const { feed, sync, requests } = setUp(five())
  sync.subscribed(true)
  await sync.run()
  await feed.load()
  await settled()
  assert.equal(requests.slice(1), ['/orders?since=c1'])
})

test('an expired cursor reloads the list and removes the orders that it no longer contains', async () => {
  const { feed, sync, orders, server } = setUp(five())
  server.cursor = 'old'
  orders.apply(anOrder({ id: 'stale', createdAt: at(9) }))
  await feed.load()
  await sync.run()
  assert.is(orders.peek('stale'), undefined)
  assert.ok(orders.peek('o5'))
})

test('two lists are reloaded at once, and neither removes the orders of the other', async () => {
  const { feed, sync, orders, requests, server, second } = setUp(five())
  const other = second()
  sync.subscribed(true)
  server.cursor = 'old'
  await Promise.all([feed.load(), other.load()])
  await settled()
  requests.length = 0
  server.cursor = 'c2'
  await sync.run()
  await settled()
  assert.equal(requests.filter((path) => !path.includes('since')).length, 2, 'each list once')
  for (const id of ['o5', 'o4']) assert.ok(orders.peek(id))
})

test('a new run does not wait for one that hangs, whose promise resolves with the newest', async () => {
  const { feed, sync, orders, server } = setUp(five())
  await feed.load()
  const hanging = server.hang()
  const first = sync.run()
  let resolved = false
  void first.then(() => (resolved = true))
  await settled()
  server.changed = [anOrder({ id: 'o4', createdAt: at(4), version: 2, status: 'accepted' })]
  const second = sync.run()
  await second
  assert.equal([orders.peek('o4')?.status, resolved], ['accepted', false])
  hanging()
  await first
})

test('a list that could not be read has an error, and the next run reads it', async () => {
  const { feed, sync, shown, server } = setUp(five())
  server.fails = new ApiError('unavailable', 503, 'away')
  await feed.load()
  assert.is(feed.state.value, 'failed')
  assert.is(feed.error.value?.message, 'away')
  const outcome = await sync.run().catch((error: unknown) => error)
  assert.equal(outcome, offlineError(), 'a page with a list that was never read is not live')
  server.fails = null
  await sync.run()
  assert.is(feed.state.value, 'ready')
  assert.equal(shown.value, ['o5', 'o4'])
})

test('ten thousand changes are applied in chunks that let other tasks run', async () => {
  const { feed, sync, orders, server } = setUp(five())
  await feed.load()
  const changed = Array.from({ length: 10_000 }, (_, index) => anOrder({ id: `n${index}`, createdAt: at(index) }))
  server.changed = changed
  server.cursor = 'c2'
  let turns = 0
  const [channel, post] = [new MessageChannel(), () => channel.port2.postMessage(null)]
  channel.port1.addEventListener('message', () => (turns++, post()))
  channel.port1.start()
  post()
  const all = orders.list(() => () => true)
  const most = { atOnce: 0, before: 0 }
  const stop = all.subscribe(({ length }) => {
    most.atOnce = Math.max(most.atOnce, length - most.before)
    most.before = length
  })
  await sync.run()
  stop()
  channel.port1.close()
  assert.is(orders.peek('n9999')?.version, 1)
  assert.ok(most.atOnce <= 100, `${most.atOnce} at once`)
  assert.ok(turns >= 50, `${turns} turns for others`)
})

test.run()
