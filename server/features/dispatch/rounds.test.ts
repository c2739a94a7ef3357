import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nextRound, withoutRounds } from './rounds.ts'

const rule = { to: 'least_busy', count: 2, seconds: 30 } as const
const now = Date.parse('2026-03-02T08:00:00.000Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()

test('the first round asks so many, the second as many more, the third all', () => {
  const able = ['a', 'b', 'c', 'd', 'e', 'f']
  const first = nextRound(able, rule, [], null, now)
  assert.equal(first, { to: ['a', 'b'], round: 1, until: at(30), last: false })
  const second = nextRound(able, rule, [], first, now)
  assert.equal(second, { to: ['a', 'b', 'c', 'd'], round: 2, until: at(30), last: false })
  assert.equal(nextRound(able, rule, [], second, now), { to: able, round: 3, until: at(30), last: true })
})

test('a round that reaches all who can is the last one', () => {
  assert.is(nextRound(['a', 'b'], rule, [], null, now).last, true)
  assert.is(nextRound(['a', 'b', 'c'], rule, ['c'], null, now).last, true)
})

test('who has declined is not counted, and who cannot any more is not asked', () => {
  const next = nextRound(
    ['b', 'c', 'd', 'e'],
    rule,
    ['b', 'c'],
    { to: ['a', 'b'], round: 1, until: at(0), last: false },
    now,
  )
  assert.equal(next, { to: ['b', 'c', 'd', 'e'], round: 2, until: at(30), last: true })
})

test('when all who can have declined, or none can, the time is over at once', () => {
  assert.equal(nextRound(['a'], rule, ['a'], null, now), { to: ['a'], round: 1, until: at(0), last: true })
  assert.equal(nextRound([], rule, [], null, now), { to: [], round: 1, until: at(0), last: true })
  assert.equal(withoutRounds([], [], now), { to: [], round: 0, until: at(0), last: true })
  assert.equal(withoutRounds(['a'], [], now), { to: ['a'], round: 0, until: null, last: false })
  assert.equal(withoutRounds(null, [], now), { to: null, round: 0, until: null, last: false })
})

test.run()
