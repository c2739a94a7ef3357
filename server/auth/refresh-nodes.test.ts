import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Store } from '../storage/store.ts'
import { StillClock } from '../testing/clock.ts'
import { aUser } from '../testing/records.ts'
import { emptyStore } from '../testing/store.ts'
import { createSessions } from './sessions.ts'
import { createTokens } from './tokens.ts'

const test = suite<{ store: Store; close: () => Promise<void> }>('refresh tokens on several nodes')

test.before(async (context) => void Object.assign(context, await emptyStore()))
test.after(({ close }) => close())

const secret = 'x'.repeat(32)

/** The sessions of one node, whose clock is `ahead` of the others'. */
function createNode(store: Store, clock: StillClock, ahead = 0) {
  const nodeClock = { now: () => clock.now() + ahead, monotonic: clock.monotonic, after: clock.after }
  return createSessions({ store, tokens: createTokens({ secret, ttl: 60, clock: nodeClock }), clock: nodeClock })
}

test('nodes with clocks that differ give concurrent uses of one token the same successor', async ({ store }) => {
  const clock = new StillClock()
  const nodes = [createNode(store, clock), createNode(store, clock, 3_000), createNode(store, clock, -3_000)]
  const user = aUser()
  await store.users.create(user)
  const [node] = nodes
  let token = (await node?.open(user))?.refreshToken ?? ''
  for (let round = 0; round < 3; round++) {
    const sent = token
    const opened = await Promise.all([...nodes, ...nodes].map((one) => one.refresh(sent)))
    const answers = new Set(opened.map(({ refreshToken }) => refreshToken))
    assert.is(answers.size, 1)
    token = [...answers][0] ?? ''
    assert.is.not(token, sent)
    // The answers were lost.
    clock.advance(50_000)
    for (const one of nodes) assert.is((await one.refresh(sent)).refreshToken, token)
    clock.advance(60_000)
  }
})

test('a previous token is refused when another secret signed its successor', async ({ store }) => {
  const clock = new StillClock()
  const user = aUser()
  await store.users.create(user)
  const before = createNode(store, clock)
  const { refreshToken } = await before.open(user)
  await before.refresh(refreshToken)
  const after = createSessions({ store, tokens: createTokens({ secret: 'y'.repeat(32), ttl: 60, clock }), clock })
  const outcome = await after.refresh(refreshToken).then(
    () => 'answered',
    ({ code }: { code: string }) => code,
  )
  assert.is(outcome, 'session_ended')
})

test.run()
