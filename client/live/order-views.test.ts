import { effect, signal } from '@preact/signals-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder, at, fakeTimers, gone } from '../testing/orders.ts'
import { createBoard } from '../models/admin/board.ts'
import { indexOf, newestFirst, type SortKey } from './order-views.ts'
import { createOrders } from './orders.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'

const many = 10_000

function tenThousand() {
  const orders = createOrders(fakeTimers())
  orders.applyAll(Array.from({ length: many }, (_, index) => anOrder({ id: `o${index}`, createdAt: at(index) })))
  return orders
}

const isPending = () => (order: Order) => order.status === 'pending'
const byStatus = () => (order: Order) => order.status

test('one event evaluates the rules for one of ten thousand orders, in a list and in a count', () => {
  const orders = tenThousand()
  let evaluated = 0
  const pending = orders.list(
    () =>
      ({ status }) => (evaluated++, status === 'pending'),
  )
  const counts = orders.countBy(
    () =>
      ({ status }) => (evaluated++, status),
  )
  effect(() => void (pending.value, counts.value))
  assert.is(evaluated, 2 * many)
  evaluated = 0
  orders.apply(anOrder({ id: 'o5', createdAt: at(5), version: 2, status: 'accepted' }))
  orders.apply(anOrder({ id: 'new', createdAt: at(many) }))
  assert.is(evaluated, 4)
  assert.equal([pending.value.length, pending.value[0], pending.value.includes('o5')], [many, 'new', false])
  assert.equal([counts.value.get('pending'), counts.value.get('accepted')], [many, 1])
})

test('the index of one of ten thousand orders is found in 14 comparisons', () => {
  const sortKeys: SortKey[] = Array.from({ length: many }, (_, index) => ({
    id: `o${index}`,
    createdAt: at(many - index),
  }))
  let compared = 0
  const counting = (a: SortKey, b: SortKey) => (compared++, newestFirst(a, b))
  for (const index of [0, 1, 4_999, many - 1]) {
    compared = 0
    assert.is(indexOf(sortKeys, { id: `o${index}`, createdAt: at(many - index) }, counting), index)
    assert.ok(compared <= 14, `${compared} comparisons`)
  }
  assert.is(indexOf(sortKeys, { id: 'oldest', createdAt: at(0) }, newestFirst), many)
})

test('an order that changes in place notifies no list and no count', () => {
  const orders = tenThousand()
  const notified = { list: 0, counts: 0 }
  const pending = orders.list(isPending)
  const counts = orders.countBy(byStatus)
  effect(() => void (pending.value, notified.list++))
  effect(() => void (counts.value, notified.counts++))
  orders.apply(anOrder({ id: 'o5', createdAt: at(5), version: 2, notes: 'ring twice' }))
  // Another vendor: the order moves between lists, but not into or out of these.
  orders.apply(anOrder({ id: 'o5', createdAt: at(5), version: 3, vendor: { id: 'ana', name: 'Ana' } }))
  assert.equal(notified, { list: 1, counts: 1 })
})

test('a sorted list moves an order that changes in place, and equals a new list', () => {
  const orders = tenThousand()
  const sorting = () => ({
    keyOf: ({ id, notes }: Order) => ({ id, notes }),
    compare: (a: { id: string; notes: string }, b: { id: string; notes: string }) =>
      a.notes.localeCompare(b.notes) || a.id.localeCompare(b.id),
  })
  const list = orders.sorted(isPending, sorting)
  const stop = effect(() => void list.value)
  orders.apply(anOrder({ id: 'o5', createdAt: at(5), version: 2, notes: 'ring twice' }))
  orders.apply(anOrder({ id: 'o7', createdAt: at(7), version: 2, notes: 'a dog' }))
  assert.equal(list.value.slice(-2), ['o7', 'o5'])
  orders.apply(anOrder({ id: 'o5', createdAt: at(5), version: 3 }))
  orders.apply(anOrder({ id: 'o7', createdAt: at(7), version: 3, status: 'accepted' }))
  assert.equal(list.value, orders.sorted(isPending, sorting).value)
  stop()
})

test('a changed rule is evaluated for every order, including those changed meanwhile', () => {
  const orders = tenThousand()
  const wanted = signal<OrderStatus>('accepted')
  const list = orders.list(() => {
    const status = wanted.value
    return (order) => order.status === status
  })
  assert.equal(list.value, [])
  orders.apply(anOrder({ id: 'o5', createdAt: at(5), version: 2, status: 'accepted' }))
  assert.equal(list.value, ['o5'])
  orders.apply(anOrder({ id: 'o6', createdAt: at(6), version: 2, status: 'accepted' }))
  wanted.value = 'pending'
  assert.is(list.value.length, many - 2)
  wanted.value = 'accepted'
  assert.equal(list.value, ['o6', 'o5'])
})

test('a view that was not read for thousands of changes is correct when it is read', () => {
  const orders = tenThousand()
  const pending = orders.list(isPending)
  const counts = orders.countBy(byStatus)
  assert.equal([pending.value.length, counts.value.get('pending')], [many, many])
  for (let index = 0; index < 5_000; index++) {
    orders.apply(anOrder({ id: `o${index}`, createdAt: at(index), version: 2, status: 'accepted' }))
  }
  assert.equal([pending.value.length, counts.value.get('pending'), counts.value.get('accepted')], [5_000, 5_000, 5_000])
})

test('after orders leave and return, in a batch or one by one, a list equals a new one', () => {
  const timers = fakeTimers()
  const orders = createOrders(timers)
  const all = orders.list(() => () => true)
  const staying = orders.list(() => (_order, leaving) => !leaving)
  const stop = effect(() => void (all.value, staying.value))
  orders.applyAll(['a', 'b', 'c', 'd'].map((id, index) => anOrder({ id, createdAt: at(index) })))
  orders.applyAll([gone('b', 2), gone('d', 2)])
  assert.equal(
    [all.value, staying.value],
    [
      ['d', 'c', 'b', 'a'],
      ['c', 'a'],
    ],
  )
  orders.apply(anOrder({ id: 'b', createdAt: at(1), version: 3 }))
  timers.pass()
  assert.equal(
    [all.value, staying.value],
    [
      ['c', 'b', 'a'],
      ['c', 'b', 'a'],
    ],
  )
  const reading = orders.beginReload()
  orders.applyAll([anOrder({ id: 'a', createdAt: at(0) }), anOrder({ id: 'e', createdAt: at(9) })])
  reading.finish()
  assert.equal(
    [all.value, staying.value],
    [
      ['e', 'a'],
      ['e', 'a'],
    ],
  )
  assert.equal(orders.list(() => () => true).value, ['e', 'a'])
  stop()
})

test('after a filter of the board that matched nothing, another filter lists its orders', () => {
  const orders = createOrders()
  const page = { state: signal('ready' as const), error: signal(null), loadingOlder: signal(false) }
  const feed = { ...page, nextCursor: signal(null), load: async () => true, loadOlder: async () => {} }
  const openFeed = () => ({ ...feed, within: signal(() => true), stop: () => {} })
  const board = createBoard({ orders, openFeed })
  board.show({ filter: 'accepted' })
  orders.apply(anOrder({ id: 'a' }))
  assert.equal(board.rows.rows.value, [])
  board.show({ filter: 'pending' })
  assert.equal(board.rows.rows.value, ['a'])
  board.stop()
})

test.run()
