import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { median } from './numbers.ts'

const test = suite('bench: median')

test('returns the middle value, or the mean of the two middle values', () => {
  assert.is(median([9, 1, 5]), 5)
  assert.is(median([9, 1, 5, 6]), 5.5)
  assert.ok(Number.isNaN(median([])))
})

test.run()
