import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { topics } from '#shared/topics.ts'
import { anOrder, aNotification, at, gone } from '../testing/orders.ts'
import { createMessageRouter } from './message-router.ts'

function setUp() {
  const got: string[] = []
  const route = createMessageRouter({
    order: (event) => got.push(`${event.id} ${'gone' in event ? 'gone' : event.status}`),
    presence: (event) => got.push(`${event.vendorId} ${event.status}`),
    catalogue: ({ currency, services }) => got.push(`${currency} ${services?.length}`),
    notification: ({ event, order }) => got.push(`${order.id} ${event}`),
  })
  return { got, route }
}

test('passes orders in every view, presence, the catalogue and notifications to their receivers by topic', () => {
  const { got, route } = setUp()
  route(topics.ordersNew, JSON.stringify(anOrder()))
  route(topics.ordersUpdate, JSON.stringify(gone('o2', 3)))
  route(topics.customerOrders('sam'), JSON.stringify(anOrder({ id: 'o3', status: 'completed' })))
  route(topics.vendorStatusOf('ana'), JSON.stringify({ vendorId: 'ana', name: 'Ana', status: 'break', at: at(0) }))
  route(topics.services, JSON.stringify({ currency: 'EUR', services: [] }))
  route(topics.notifications('sam'), JSON.stringify(aNotification()))
  assert.equal(got, ['o1 pending', 'o2 gone', 'o3 completed', 'ana break', 'EUR 0', 'o1 order.accepted'])
})

test('ignores a payload that does not parse', () => {
  const { got, route } = setUp()
  for (const payload of ['', '{', 'null', '[]', '{"id":"o1"}', JSON.stringify({ ...anOrder(), version: 'two' })]) {
    route(topics.ordersUpdate, payload)
    route(topics.vendorStatus, payload)
  }
  assert.equal(got, [])
})

test('parses and checks a message once', () => {
  const { got, route } = setUp()
  const { parse } = JSON
  let parsed = 0
  let read = 0
  JSON.parse = (text: string) => {
    parsed++
    const order: object = parse(text)
    return new Proxy(order, { get: (of, key) => (key === 'totalAmount' && read++, Reflect.get(of, key)) })
  }
  try {
    route(topics.ordersUpdate, JSON.stringify(anOrder()))
  } finally {
    JSON.parse = parse
  }
  assert.equal({ got, parsed, read }, { got: ['o1 pending'], parsed: 1, read: 1 })
})

test.run()
