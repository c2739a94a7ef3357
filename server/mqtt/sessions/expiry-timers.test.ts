import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { StillClock } from '../../testing/clock.ts'
import { createExpiryTimers } from './expiry-timers.ts'

const test = suite('what expires')

test('each is told of when its time has come, and not before, in what order it was added', () => {
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

test('what was taken out is not told of, and its group goes on without it', () => {
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
  // A time that has passed is now.
  expiries.add('gone', clock.now() - 60_000)
  clock.advance(0)
  assert.is(expired.at(-1), 'gone')
})

test.run()
