import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { StillClock } from '../../testing/clock.ts'
import { createExpiryTimers } from './expiry-timers.ts'

const test = suite('expiry timers')

test('each item expires at its time and not before, in any order of insertion', () => {
  const clock = new StillClock()
  const expired: string[] = []
  const expiries = createExpiryTimers<string>(clock, (name) => void expired.push(name))
  const at = clock.now() + 10_000
  expiries.add('late', at + 60_000)
  expiries.add('one', at)
  expiries.add('two', at - 100)
  expiries.add('never', Infinity)
  clock.advance(9_500)
  assert.equal(expired, [])
  clock.advance(750)
  assert.equal([...expired].sort(), ['one', 'two'])
  clock.advance(59_000)
  assert.is(expired.length, 2)
  clock.advance(2_000)
  assert.equal(expired.at(-1), 'late')
})

test('a removed item does not expire, and the others of its group do', () => {
  const clock = new StillClock()
  const expired: string[] = []
  const expiries = createExpiryTimers<string>(clock, (name) => void expired.push(name))
  const at = clock.now() + 1_000
  for (const name of ['one', 'two']) expiries.add(name, at)
  expiries.remove('one', at)
  expiries.remove('one', at)
  expiries.add('three', at)
  expiries.remove('unknown', at + 5_000)
  clock.advance(1_250)
  assert.equal(expired, ['two', 'three'])
  // A time in the past expires at once.
  expiries.add('gone', clock.now() - 60_000)
  clock.advance(0)
  assert.is(expired.at(-1), 'gone')
})

test.run()
