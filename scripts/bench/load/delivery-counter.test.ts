import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DeliveryCounter } from './delivery-counter.ts'

const test = suite('bench: delivery counter')

test('reports an order as complete when the last dashboard received it, not before', () => {
  const complete: number[] = []
  const counter = new DeliveryCounter(3, (order) => complete.push(order))
  for (const dashboard of [0, 0, 1, 0, 1]) counter.delivered(dashboard)
  assert.equal(complete, [])
  counter.delivered(2)
  assert.equal(complete, [0])
  counter.delivered(2)
  assert.equal(complete, [0, 1])
  assert.is(counter.total, 7)
})

test.run()
