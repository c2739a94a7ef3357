import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder } from '../../testing/orders.ts'
import { createBoard, sum } from './board.ts'
import { createFeed, type FeedQuery } from '../sync/feed.ts'
import { createOrders } from '../orders/orders.ts'
import { openStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import type * as z from 'zod/mini'

const today = () => new Date().toISOString()
const ana = { id: 'ana', name: 'Ana Petrova' }

/** A board over lists that have been read and were empty: what it shows comes in live. */
async function setUp(...events: Order[]) {
  const queries: FeedQuery[] = []
  const orders = createOrders()
  const empty = { orders: [], nextCursor: null, syncCursor: 'c' }
  const api = { get: async <S extends z.ZodMiniType>(_: string, schema: S): Promise<z.infer<S>> => schema.parse(empty) }
  const loading: Promise<unknown>[] = []
  const board = createBoard({
    orders,
    openFeed(query) {
      queries.push(query)
      const feed = createFeed({ api, orders, onSyncCursor: () => {} }, query)
      loading.push(feed.load())
      return { ...feed, stop: () => {} }
    },
  })
  const loaded = () => Promise.all(loading)
  await loaded()
  orders.applyAll(events)
  return { board, orders, queries, loaded }
}

test('counts what is open, and what is of today by status', async () => {
  const lastYear = '2020-01-01T00:00:00.000Z'
  const { board } = await setUp(
    anOrder({ id: 'a', createdAt: today() }),
    anOrder({ id: 'b', createdAt: lastYear }),
    anOrder({ id: 'c', createdAt: today(), status: 'completed' }),
    anOrder({ id: 'd', createdAt: lastYear, status: 'completed' }),
  )
  assert.is(sum(board.counts.value), 2)
  assert.is(board.counts.value.pending, 2)
  assert.is(sum(board.todayCounts.value), 2)
  assert.is(board.todayCounts.value.completed, 1)
})

test('a filter selects the rows and is sent to the server', async () => {
  const { board, queries, loaded } = await setUp(
    anOrder({ id: 'a' }),
    anOrder({ id: 'b', status: 'accepted', vendor: ana }),
    anOrder({ id: 'c', status: 'completed', vendor: ana }),
  )
  assert.equal(board.rows.rows.value, ['c', 'b', 'a'])
  board.show({ filter: 'open' })
  await loaded()
  assert.equal(board.rows.rows.value, ['b', 'a'])
  assert.equal(queries.at(-1)?.status, openStatuses)
  board.show({ filter: 'all', vendorId: 'ana' })
  await loaded()
  assert.equal(board.rows.rows.value, ['c', 'b'])
})

test('a live order joins a search that it matches', async () => {
  const { board, orders, loaded } = await setUp()
  board.show({ search: 'sam boil' })
  await loaded()
  orders.apply(anOrder({ id: 'a' }))
  orders.apply(anOrder({ id: 'b', customer: { id: 'x', name: 'Lee' } }))
  assert.equal(board.rows.rows.value, ['a'])
})

test('a row under the pointer stays when it no longer fits, another filter shows at once', async () => {
  const { board, orders, loaded } = await setUp(anOrder({ id: 'a' }), anOrder({ id: 'b' }))
  board.show({ filter: 'pending' })
  await loaded()
  board.rows.hold('pointer', true)
  orders.apply(anOrder({ id: 'a', version: 2, status: 'accepted' }))
  assert.equal(board.rows.rows.value, ['b', 'a'])
  board.show({ filter: 'accepted' })
  await loaded()
  assert.equal(board.rows.rows.value, ['a'])
})

test.run()
