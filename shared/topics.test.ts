import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { topicTable } from './topic-table.ts'
import { filterOf, inboundTopics, isOrderTopic, matchTopic, topicNameOf, topicOf, topics } from './topics.ts'

const test = suite('topics')

test('a topic is matched to its row and its parameters', () => {
  const found = (topic: string) => {
    const match = matchTopic(topic)
    return match && [match.name, match.parameters]
  }
  assert.equal(found('vendor/status'), ['vendorStatus', {}])
  assert.equal(found('vendor/status/ana'), ['vendorStatusOf', { vendorId: 'ana' }])
  assert.equal(found('orders/o-1_x/status'), ['orderStatus', { orderId: 'o-1_x' }])
  assert.equal(found(`orders/${'x'.repeat(64)}/status`), ['orderStatus', { orderId: 'x'.repeat(64) }])
  for (const topic of [
    '',
    'orders',
    'orders/new/',
    'orders//status',
    'orders/a b/status',
    'vendor/status/+',
    '$orders/new',
  ])
    assert.is(found(topic), null, topic)
  assert.is(topicNameOf(`orders/${'x'.repeat(65)}/status`), null)
  assert.is(topicNameOf('orders/o1/status/more'), null)
  assert.is(topicNameOf('constructor'), null)
})

test('a topic string is made from the row, and a filter matches every topic of the row', () => {
  assert.is(topics.ordersNew, 'orders/new')
  assert.is(topics.customerOrders('mia'), 'customers/mia/orders')
  assert.is(topicOf('customerTracking', { customerId: '$&' }), 'customers/$&/tracking')
  assert.is(filterOf('orderStatus'), 'orders/+/status')
  for (const name of ['vendorStatus', 'vendorLocation', 'orderStatus'] as const) assert.ok(inboundTopics.includes(name))
  assert.ok(inboundTopics.every((name) => topicTable[name].publishers.length > 0))
})

test('orders travel on the topics whose row has the order view, and on no others', () => {
  for (const topic of ['orders/new', 'orders/update', 'customers/mia/orders']) assert.ok(isOrderTopic(topic), topic)
  for (const topic of ['orders/o1/status', 'customers/mia/tracking', 'vendor/status', 'users/mia/replies'])
    assert.not(isOrderTopic(topic), topic)
})

test.run()
