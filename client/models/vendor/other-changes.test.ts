import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { anOrder, at } from '../../testing/orders.ts'
import { changesByOthers, departureFrom, isExpectedStep } from '../orders/other-changes.ts'
import { changeSentence, changeTexts, mostImportant } from './other-changes.ts'

const ana = { id: 'ana', name: 'Ana', role: 'vendor' } as const
const ben = { id: 'ben', name: 'Ben', role: 'vendor' } as const
const ada = { id: 'ada', name: 'Ada', role: 'admin' } as const
const toAna = { assigned: { id: ana.id, name: ana.name } }
const toBen = { assigned: { id: ben.id, name: ben.name } }

/** The order after more changes: each a status, its author, and more of its history entry. */
function after(...changes: [OrderStatus, typeof ana | typeof ben | typeof ada, object?][]): Order {
  const offer = anOrder()
  const history = changes.map(([status, by, more], n) => ({ status, at: at(n + 1), by, note: null, ...more }))
  const status = history.at(-1)?.status ?? offer.status
  return { ...offer, status, version: history.length + 1, history: [...offer.history, ...history] }
}

const sentenceOf = (order: Order, acknowledged = 0) => {
  const change = mostImportant(ana.id, changesByOthers(ana.id, order, acknowledged))
  return change ? changeSentence(order.number, changeTexts(ana.id, change)) : null
}
const departureSentence = (order: Order) => {
  const change = departureFrom(ana.id, order)
  return change && changeSentence(order.number, changeTexts(ana.id, change))
}

test('an assignment names its author, until the vendor has acknowledged its version or has made a step', () => {
  const assigned = after(['accepted', ada, { ...toAna, note: 'You are close' }])
  assert.is(sentenceOf(assigned), 'N-o1: Assigned to you by Ada: You are close')
  assert.ok(changeTexts(ana.id, changesByOthers(ana.id, assigned, 0).at(-1)!).assigned)
  assert.is(sentenceOf(assigned, 2), null)
  assert.is(sentenceOf(after(['accepted', ada, toAna], ['on_the_way', ana])), null)
  assert.is(sentenceOf(after(['accepted', ana])), null)
})

test('a job that another person took away says what happened and why', () => {
  const mine = ['accepted', ana] as const
  assert.is(departureSentence(after([...mine], ['cancelled', ada, { note: 'Moved' }])), 'N-o1: Cancelled: Moved')
  const released = after([...mine], ['pending', ada, { note: 'Wrong van' }])
  assert.is(departureSentence(released), 'N-o1: Taken back by our team: Wrong van')
  // What others have done since is no reason.
  const declined = after([...mine], ['pending', ada, { note: 'Wrong van' }], ['pending', ben, { note: 'Too far' }])
  assert.is(departureSentence(declined), 'N-o1: Taken back by our team: Wrong van')
  assert.is(departureSentence(after([...mine])), null)
  assert.is(departureSentence(after([...mine], ['accepted', ada, toBen], ['accepted', ada, toAna])), null)
  assert.is(departureSentence(after(['accepted', ben], ['cancelled', ada])), null)
})

test('an order that the vendor may no longer see says whether it was given to another vendor', () => {
  const sentence = (gone: 'reassigned' | 'unknown') => changeSentence('N-1', changeTexts(ana.id, { gone }))
  assert.is(sentence('reassigned'), 'N-1: Given to another vendor')
  assert.is(sentence('unknown'), 'N-1: No longer with you: It is with another vendor, or it has ended.')
})

test('a new name is not told, acknowledges nothing, and hides nothing', () => {
  const renamed = { renamed: { kind: 'service', id: 's1', from: 'A', to: 'B' } }
  const told = (personId: string, ...changes: Parameters<typeof after>) =>
    changesByOthers(personId, after(...changes), 0).map(({ entry }) => entry.status)
  assert.equal(told(ana.id, ['accepted', ana], ['accepted', ada, renamed]), [])
  assert.equal(told(ana.id, ['accepted', ada, toAna], ['accepted', ada, renamed]), ['pending', 'accepted'])
  assert.equal(told(ada.id, ['accepted', ana], ['accepted', ada, renamed]), ['pending', 'accepted'])
  const mine = [
    ['accepted', ana],
    ['accepted', ada, renamed],
  ] as const
  assert.is(departureFrom(ana.id, after([...mine[0]], [...mine[1]])), null)
  const left = after([...mine[0]], [...mine[1]], ['cancelled', ada, { note: 'Moved' }])
  assert.is(departureSentence(left), 'N-o1: Cancelled: Moved')
})

test('a step towards completion is expected; an assignment, a release and a cancellation are not', () => {
  const order = after(
    ['accepted', ana],
    ['on_the_way', ana],
    ['pending', ada],
    ['accepted', ada, toBen],
    ['cancelled', ada],
  )
  assert.equal(changesByOthers('other', order, 1).map(isExpectedStep), [true, true, false, false, false])
})

test.run()
