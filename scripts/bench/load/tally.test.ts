import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Tally } from './tally.ts'

const test = suite('the tally of the load generator')

test('says that an order is complete when the last dashboard has it, and not before', () => {
  const complete: number[] = []
  const tally = new Tally(3, (order) => complete.push(order))
  for (const dashboard of [0, 0, 1, 0, 1]) tally.delivered(dashboard)
  assert.equal(complete, [])
  tally.delivered(2)
  assert.equal(complete, [0])
  tally.delivered(2)
  assert.equal(complete, [0, 1])
  assert.is(tally.total, 7)
})

test.run()
