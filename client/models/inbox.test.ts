import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { topics } from '#shared/topics.ts'
import { anOrder, at, gone } from '../testing/orders.ts'
import { createInbox } from './inbox.ts'

function setUp() {
  const got: string[] = []
  const inbox = createInbox({
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

test.run()
