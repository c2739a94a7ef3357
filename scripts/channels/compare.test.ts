import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compare, type Received } from './compare.ts'

const received = (...list: [id: string, about: string, process: number][]): Received[] =>
  list.map(([id, about, process]) => ({ id, about, process }))

test('names what was told too seldom, and what was told under two ids', () => {
  const { events, told, missing, twice } = compare(received(['1', 'a', 1], ['2', 'b', 1], ['3', 'b', 1]), [
    'a',
    'b',
    'c',
  ])
  assert.equal([events, told, missing, twice], [3, 3, ['c'], ['b']])
  assert.equal(compare(received(['1', 'a', 1], ['1', 'a', 2]), ['a'], 2).missing, ['a'])
})

test('a kill explains one repetition of a message of the process that was killed', () => {
  const repeated = (...list: Parameters<typeof received>) => compare(received(...list), []).repeatedAfterAnswer
  assert.equal(repeated(['1', 'a', 1], ['1', 'a', 2], ['2', 'b', 2], ['2', 'b', 4]), [])
  assert.equal(repeated(['1', 'a', 1], ['1', 'a', 1]), ['1 by processes 1 and 1'])
  assert.equal(repeated(['1', 'a', 1], ['2', 'b', 1], ['1', 'a', 2], ['2', 'b', 2]), ['2 by processes 1 and 2'])
})

test.run()
