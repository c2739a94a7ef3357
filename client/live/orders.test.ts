import { effect } from '@preact/signals-core'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anOrder, at, fakeTimers, gone } from '../testing/orders.ts'
import { createOrders } from './orders.ts'

test('the highest version of an order is shown, in any sequence of arrival', () => {
  const orders = createOrders()
  orders.applyAll([
    anOrder({ version: 3, status: 'on_the_way' }),
    anOrder({ version: 1 }),
    anOrder({ version: 2, status: 'accepted' }),
  ])
  assert.is(orders.peek('o1')?.version, 3)
  assert.is(orders.peek('o1')?.status, 'on_the_way')
})

test('a changed order notifies only its own readers', () => {
  const orders = createOrders()
  orders.applyAll([anOrder({ id: 'a' }), anOrder({ id: 'b' })])
  const runs = { a: 0, b: 0, list: 0 }
  effect(() => void (orders.entry('a'), runs.a++))
  effect(() => void (orders.entry('b'), runs.b++))
  const pending = orders.list(() => (order) => order.status === 'pending')
  effect(() => void (pending.value, runs.list++))
  orders.apply(anOrder({ id: 'a', version: 2, notes: 'ring twice' }))
  assert.equal(runs, { a: 2, b: 1, list: 1 })
})

test('a list holds what matches, newest first, and follows a change of status', () => {
  const orders = createOrders()
  const pending = orders.list(() => (order) => order.status === 'pending')
  orders.applyAll([
    anOrder({ id: 'a', createdAt: at(1) }),
    anOrder({ id: 'c', createdAt: at(3) }),
    anOrder({ id: 'b', createdAt: at(2) }),
  ])
  assert.equal(pending.value, ['c', 'b', 'a'])
  orders.apply(anOrder({ id: 'b', createdAt: at(2), version: 2, status: 'accepted' }))
  assert.equal(pending.value, ['c', 'a'])
})

test('orders created at the same time are sorted as in the server’s pages', () => {
  const orders = createOrders()
  orders.applyAll(['b', 'a', 'c'].map((id) => anOrder({ id })))
  assert.equal(orders.list(() => () => true).value, ['c', 'b', 'a'])
})

test('a gone order shows the reason, and is removed a moment later', () => {
  const timers = fakeTimers()
  const orders = createOrders(timers)
  const all = orders.list(() => () => true)
  orders.apply(anOrder())
  orders.apply(gone('o1', 2))
  assert.is(orders.entry('o1')?.leaving, 'taken')
  assert.equal(all.value, ['o1'])
  timers.pass()
  assert.equal(all.value, [])
})

test('an older version does not restore a gone order, a newer one does', () => {
  const timers = fakeTimers()
  const orders = createOrders(timers)
  orders.apply(gone('o1', 3))
  orders.apply(anOrder({ version: 2 }))
  assert.is(orders.peek('o1'), undefined)
  orders.apply(anOrder({ version: 4 }))
  assert.is(orders.entry('o1')?.leaving, null)
})

test('an order that returns while it is leaving stays', () => {
  const timers = fakeTimers()
  const orders = createOrders(timers)
  orders.apply(anOrder())
  orders.apply(gone('o1', 2))
  orders.apply(anOrder({ version: 3 }))
  timers.pass()
  assert.is(orders.entry('o1')?.leaving, null)
})

test('the reasons for leaving: taken, reassigned, cancelled, declined', () => {
  const leavingReason = (before: Parameters<typeof anOrder>[0], status: Parameters<typeof gone>[2]) => {
    const orders = createOrders(fakeTimers())
    orders.apply(anOrder(before))
    orders.apply(gone('o1', 2, status))
    return orders.entry('o1')?.leaving
  }
  assert.is(leavingReason({ status: 'pending' }, 'accepted'), 'taken')
  assert.is(leavingReason({ status: 'accepted' }, 'accepted'), 'reassigned')
  assert.is(leavingReason({ status: 'pending' }, 'cancelled'), 'cancelled')
  assert.is(leavingReason({ status: 'pending' }, 'pending'), 'declined')
})

test('orders that are leaving are not counted', () => {
  const orders = createOrders(fakeTimers())
  orders.applyAll([anOrder({ id: 'a' }), anOrder({ id: 'b' }), gone('b', 2)])
  const counts = orders.countBy(
    () =>
      ({ status }) =>
        status,
  )
  assert.equal([...counts.value], [['pending', 1]])
})

test('reading a list again removes the orders that it no longer contains', () => {
  const orders = createOrders()
  orders.applyAll([anOrder({ id: 'a' }), anOrder({ id: 'b' })])
  const reading = orders.beginReload()
  orders.applyAll([anOrder({ id: 'b' }), anOrder({ id: 'c' })])
  reading.finish()
  assert.equal(orders.list(() => () => true).value, ['c', 'b'])
})

test('an older version that arrives late does not restore a removed order, the same version does', () => {
  const orders = createOrders()
  const finished = anOrder({ id: 'a', version: 7, status: 'completed' })
  const removals: (() => void)[] = [() => orders.drop('a'), () => orders.beginReload().finish()]
  for (const removeIt of removals) {
    orders.apply(finished)
    removeIt()
    assert.is(orders.peek('a'), undefined)
    orders.apply(anOrder({ id: 'a', version: 6, status: 'in_progress' }))
    assert.is(orders.peek('a'), undefined)
    orders.apply(finished)
    assert.is(orders.peek('a')?.status, 'completed')
  }
})

test('ten thousand orders are listed', () => {
  const orders = createOrders()
  orders.applyAll(Array.from({ length: 10_000 }, (_, index) => anOrder({ id: `o${index}`, createdAt: at(index) })))
  const pending = orders.list(() => (order) => order.status === 'pending')
  assert.is(pending.value.length, 10_000)
  orders.apply(anOrder({ id: 'o5', version: 2, status: 'accepted' }))
  assert.is(pending.value.length, 9_999)
})

test.run()
