import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder, at } from '../../testing/orders.ts'
import { adminSearchTokens, searchTest, searchTokens } from '#shared/search.ts'
import { searchedOrders, searches } from '#shared/testing/search-cases.ts'
import { createBoard, sum } from './board.ts'
import { deskAddressOf, deskStateOf } from './desk-address.ts'
import { createFeed, type FeedQuery } from '../../live/feed.ts'
import { createOrders } from '../../live/orders.ts'
import { openStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import type * as z from 'zod/mini'

const today = () => new Date().toISOString()
const ana = { id: 'ana', name: 'Ana Petrova' }

/** A board over lists that have been read and were empty: what it shows comes in live. */
const setUp = (...events: Order[]) => openBoard(() => null, events)

/** `nextCursor`: of each page that a query returns. */
async function openBoard(nextCursor: (path: string) => string | null, events: Order[] = []) {
  const queries: FeedQuery[] = []
  const orders = createOrders()
  const api = {
    get: async <S extends z.ZodMiniType>(path: string, schema: S): Promise<z.infer<S>> =>
      schema.parse({ orders: [], nextCursor: nextCursor(path), syncCursor: 'c' }),
  }
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
  assert.equal(board.rows.rows.value, ['a', 'b', 'c'])
  board.show({ filter: 'open' })
  await loaded()
  assert.equal(board.rows.rows.value, ['a', 'b'])
  assert.equal(queries.at(-1)?.status, openStatuses)
  board.show({ filter: 'all', vendorId: 'ana' })
  await loaded()
  assert.equal(board.rows.rows.value, ['b', 'c'])
})

test('the counts are those of the chosen vendor and search', async () => {
  const lee = { id: 'lee', name: 'Lee' }
  const { board, loaded } = await setUp(
    anOrder({ id: 'a', createdAt: today() }),
    anOrder({ id: 'b', createdAt: today(), status: 'accepted', vendor: ana }),
    anOrder({ id: 'c', createdAt: today(), status: 'completed', vendor: ana, customer: lee }),
  )
  board.show({ vendorId: 'ana' })
  await loaded()
  assert.equal([board.counts.value.pending, board.counts.value.accepted], [0, 1])
  assert.is(sum(board.todayCounts.value), board.rows.rows.value.length)
  board.show({ search: 'lee' })
  await loaded()
  assert.equal([sum(board.counts.value), sum(board.todayCounts.value), board.rows.rows.value], [0, 1, ['c']])
})

test('pending orders that have waited longest come first, then other open ones, then what has ended', async () => {
  const { board } = await setUp(
    anOrder({ id: 'ended', createdAt: at(0), status: 'completed', vendor: ana }),
    anOrder({ id: 'ended later', createdAt: at(9), status: 'cancelled' }),
    anOrder({ id: 'accepted', createdAt: at(1), status: 'accepted', vendor: ana }),
    anOrder({ id: 'for later', createdAt: at(2), scheduledFor: at(5_000) }),
    anOrder({ id: 'pending', createdAt: at(3) }),
    anOrder({ id: 'pending longer', createdAt: at(2) }),
  )
  const ids = () => board.rows.rows.value.join(', ')
  assert.is(ids(), 'pending longer, pending, for later, accepted, ended later, ended')
})

test('each column sorts both ways, by what changes too', async () => {
  const lee = { id: 'lee', name: 'lee' }
  const { board, orders, queries, loaded } = await setUp(
    anOrder({ id: 'a', number: 'N-2', createdAt: at(1), updatedAt: at(8), customer: { id: 'z', name: 'Zoë' } }),
    anOrder({ id: 'b', number: 'N-3', createdAt: at(2), updatedAt: at(7), status: 'accepted', vendor: lee }),
    anOrder({ id: 'c', number: 'N-1', createdAt: at(3), updatedAt: at(9), status: 'accepted', vendor: ana }),
  )
  const sorted = async (sort: string) => {
    board.show(deskStateOf({ sort }))
    await loaded()
    return board.rows.rows.value.join('')
  }
  const before = queries.length
  assert.is(await sorted('number'), 'cab')
  assert.equal([queries.length, queries.at(-1)?.limit], [before + 1, 200])
  assert.is(await sorted('-number'), 'bac')
  assert.is(await sorted('customer'), 'cba')
  // An order without a vendor is last, either way.
  assert.is(await sorted('vendor'), 'cba')
  assert.is(await sorted('-vendor'), 'bca')
  assert.is(await sorted('status'), 'acb')
  assert.is(await sorted('when'), 'abc')
  assert.is(await sorted('waiting'), 'acb')
  assert.is(await sorted('-changed'), 'cab')
  orders.apply(anOrder({ id: 'b', version: 2, createdAt: at(2), updatedAt: at(10), status: 'accepted', vendor: lee }))
  assert.is(board.rows.rows.value.join(''), 'bca')
})

test('the page says when only the newest orders are sorted and counted', async () => {
  const isOpen = (path: string) => path.includes('status=pending&status=accepted')
  const more = (path: string) => (isOpen(path) || !path.includes('from=') ? 'more' : null)
  const { board, loaded } = await openBoard(more)
  const pagesRead = () => new Promise((resolve) => setImmediate(resolve))
  await pagesRead()
  // More than 2,000 are open: those that wait longest may be among the ones that are not loaded.
  assert.equal([board.isSortPartial.value, board.openComplete.value, board.todayComplete.value], [true, false, true])
  board.show({ filter: 'completed' })
  await loaded()
  assert.is(board.isSortPartial.value, false, 'what has ended is newest first, as the pages are')
  board.show(deskStateOf({ status: 'completed', sort: 'customer' }))
  await loaded()
  await pagesRead()
  assert.is(board.isSortPartial.value, true)

  const few = await openBoard((path) => (isOpen(path) ? null : 'more'))
  assert.equal([few.board.isSortPartial.value, few.board.openComplete.value], [false, true])
})

test('the address holds filter, vendor, search, sort and selection, and nothing else', () => {
  const address = '/?status=on_the_way&vendor=ana&q=sam+boil&sort=-customer&order=o1'
  const query = Object.fromEntries(new URL(address, 'http://localhost').searchParams)
  assert.is(deskAddressOf(deskStateOf(query)), address)
  assert.is(deskAddressOf(deskStateOf({})), '/')
  assert.is(deskAddressOf(deskStateOf({ status: 'constructor', sort: 'colour', q: ' ', vendor: '' })), '/')
})

test('a live order joins a search that it matches', async () => {
  const { board, orders, loaded } = await setUp()
  board.show({ search: 'sam boil' })
  await loaded()
  orders.apply(anOrder({ id: 'a' }))
  orders.apply(anOrder({ id: 'b', customer: { id: 'x', name: 'Lee' } }))
  assert.equal(board.rows.rows.value, ['a'])
})

test('an open page shows a new name, counts it and finds the order by it', async () => {
  const { board, orders, loaded } = await setUp()
  orders.applyAll([anOrder({ id: 'a', status: 'accepted', vendor: ana }), anOrder({ id: 'b' })])
  board.show({ search: 'jonas heating' })
  await loaded()
  assert.equal([board.rows.rows.value, sum(board.counts.value)], [[], 0])
  const [customer, items] = [
    { id: 'sam', name: 'Jonas' },
    [{ serviceId: 's1', name: 'Heating check', quantity: 1, unitPrice: 9500 }],
  ]
  const before = anOrder({ id: 'a', status: 'accepted', vendor: ana })
  const renamed = { kind: 'service', id: 's1', from: 'Boiler service', to: 'Heating check' } as const
  const history = [...before.history, { ...before.history[0]!, renamed }]
  orders.apply({ ...before, version: 2, customer, items, history })
  assert.equal([board.rows.rows.value, sum(board.counts.value)], [['a'], 1])
  assert.is(orders.entry('a')?.order.customer.name, 'Jonas')
})

test('a live order joins a search for its phone or its address', async () => {
  const { board, orders, loaded } = await setUp()
  const contact = { phone: '+49 (176) 555-01 23', address: 'Lindenstraße 9, 10115 Berlin' }
  orders.apply(anOrder({ id: 'a', contact }))
  for (const [search, found] of Object.entries({ '0176 5550123': 1, '0123': 1, 'berlin 9': 1, '0176 5550199': 0 })) {
    board.show({ search })
    await loaded()
    assert.is(board.rows.rows.value.length, found, search)
  }
})

test('a search finds among live orders what the shared definition of a match finds', async () => {
  const { board, orders, loaded } = await setUp()
  const some = searchedOrders.map((order, n) => anOrder({ ...order, id: `o${n}`, createdAt: at(n) }))
  for (const order of some) orders.apply(order)
  board.show({ sort: { column: 'when', descending: false } })
  for (const q of searches) {
    board.show({ search: q })
    await loaded()
    const matches = searchTest(q)
    const expected = searchedOrders.flatMap((order, n) =>
      matches([...searchTokens(order), ...adminSearchTokens(order)]) ? [`o${n}`] : [],
    )
    assert.equal(board.rows.rows.value.toSorted(), expected, q)
  }
})

test('an order leaves a search that it no longer matches', async () => {
  const lee = { id: 'lee', name: 'Lee Østergård' }
  const { board, orders, loaded } = await setUp(anOrder({ id: 'a', status: 'accepted', vendor: lee }))
  board.show({ search: 'ostergard' })
  await loaded()
  assert.equal(board.rows.rows.value, ['a'])
  orders.apply(anOrder({ id: 'a', version: 2, status: 'accepted', vendor: ana }))
  assert.equal(board.rows.rows.value, [])
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
