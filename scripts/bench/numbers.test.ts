import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { median } from './numbers.ts'

const test = suite('numbers of the benchmark')

test('the median is the one in the middle, or half way between two', () => {
  assert.is(median([9, 1, 5]), 5)
  assert.is(median([9, 1, 5, 6]), 5.5)
  assert.ok(Number.isNaN(median([])))
})

test.run()
