import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { topics } from '#shared/topics.ts'
import { anOrder, at, gone } from '../../testing/orders.ts'
import { createMessageRouter } from './message-router.ts'

function setUp() {
  const got: string[] = []
  const inbox = createMessageRouter({
    order: (event) => got.push(`${event.id} ${'gone' in event ? 'gone' : event.status}`),
    presence: (event) => got.push(`${event.vendorId} ${event.status}`),
  })
  return { got, inbox }
}

test('orders in every view, and presence, by topic', () => {
  const { got, inbox } = setUp()
  inbox(topics.ordersNew, JSON.stringify(anOrder()))
  inbox(topics.ordersUpdate, JSON.stringify(gone('o2', 3)))
  inbox(topics.customerOrders('sam'), JSON.stringify(anOrder({ id: 'o3', status: 'completed' })))
  inbox(topics.vendorStatusOf('ana'), JSON.stringify({ vendorId: 'ana', name: 'Ana', status: 'break', at: at(0) }))
  assert.equal(got, ['o1 pending', 'o2 gone', 'o3 completed', 'ana break'])
})

test('what does not parse is dropped', () => {
  const { got, inbox } = setUp()
  for (const payload of ['', '{', 'null', '[]', '{"id":"o1"}', JSON.stringify({ ...anOrder(), version: 'two' })]) {
    inbox(topics.ordersUpdate, payload)
    inbox(topics.vendorStatus, payload)
  }
  assert.equal(got, [])
})

test('a message is parsed once, and checked once', () => {
  const { got, inbox } = setUp()
  const { parse } = JSON
  let parsed = 0
  let read = 0
  JSON.parse = (text: string) => {
    parsed++
    const order: object = parse(text)
    return new Proxy(order, { get: (of, key) => (key === 'totalAmount' && read++, Reflect.get(of, key)) })
  }
  try {
    inbox(topics.ordersUpdate, JSON.stringify(anOrder()))
  } finally {
    JSON.parse = parse
  }
  assert.equal({ got, parsed, read }, { got: ['o1 pending'], parsed: 1, read: 1 })
})

test.run()
