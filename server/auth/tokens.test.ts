import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { StillClock } from '../testing/clock.ts'
import { createTokens } from './tokens.ts'

const claims = { userId: 'ana', sessionId: 's1', role: 'customer' } as const
const secret = 'x'.repeat(32)

test('a cached token is refused once it has expired', () => {
  const clock = new StillClock()
  const tokens = createTokens({ secret, ttl: 60, clock })
  const token = tokens.sign(claims)
  for (let attempt = 0; attempt < 2; attempt++) assert.is(tokens.verify(token).userId, 'ana')
  clock.advance(59_000)
  assert.is(tokens.verify(token).sessionId, 's1')
  clock.advance(1_000)
  for (let attempt = 0; attempt < 2; attempt++) assert.throws(() => tokens.verify(token), /has expired/)
})

test('a token signed with another secret is refused each time', () => {
  const clock = new StillClock()
  const tokens = createTokens({ secret, ttl: 60, clock })
  const foreign = createTokens({ secret: 'y'.repeat(32), ttl: 60, clock }).sign(claims)
  for (let attempt = 0; attempt < 2; attempt++) assert.throws(() => tokens.verify(foreign), /wrong/)
})

test.run()
