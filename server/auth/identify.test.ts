import { EventEmitter, once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Store } from '../storage/store.ts'
import { StillClock } from '../testing/clock.ts'
import { aSession, aUser } from '../testing/records.ts'
import { emptyStore } from '../testing/store.ts'
import { createSessions } from './sessions.ts'
import { createTokens } from './tokens.ts'

const clock = new StillClock()
const tokens = createTokens({ secret: 'x'.repeat(32), ttl: 60, clock })

const test = suite<{ store: Store; close: () => Promise<void> }>('who bears an access token')

test.before(async (context) => void Object.assign(context, await emptyStore()))
test.after(({ close }) => close())

/** Somebody in a session. The database reads their session at once, tells of it by 'read', and answers at 'answer'. */
async function somebody(store: Store) {
  const user = aUser()
  const session = aSession({ userId: user.id })
  await store.users.create(user)
  await store.sessions.create(session)
  const line = new EventEmitter()
  let lookups = 0
  const inSession: Store['users']['inSession'] = async (id, sessionId) => {
    lookups++
    const found = await store.users.inSession(id, sessionId)
    line.emit('read')
    await once(line, 'answer')
    return found
  }
  const slow = { users: { ...store.users, inSession }, sessions: store.sessions }
  const sessions = createSessions({ store: slow, tokens, clock })
  const token = tokens.sign({ userId: user.id, sessionId: session.id, role: user.role })
  /** Their id, or why not. */
  const identify = () =>
    sessions.identify(token).then(
      ({ id }) => id,
      ({ code }: { code: string }) => code,
    )
  return { id: user.id, sessionId: session.id, sessions, line, identify, lookups: () => lookups }
}

test('a hundred tabs of one session that come back at one moment are one question to the database', async ({
  store,
}) => {
  const { id, line, identify, lookups } = await somebody(store)
  const read = once(line, 'read')
  const tabs = Array.from({ length: 100 }, identify)
  await read
  line.emit('answer')
  assert.equal(new Set(await Promise.all(tabs)), new Set([id]))
  assert.is(lookups(), 1)

  const readAgain = once(line, 'read')
  const later = identify()
  await readAgain
  line.emit('answer')
  await later
  assert.is(lookups(), 2, 'an answer that was given is not kept')
})

/** Ends somebody's session between the database's reading of it and its answer, and asks again. */
async function endedAmid(store: Store, end: (one: Awaited<ReturnType<typeof somebody>>) => Promise<void>) {
  const one = await somebody(store)
  const read = once(one.line, 'read')
  const before = one.identify()
  await read
  await end(one)
  const readAgain = once(one.line, 'read')
  const after = one.identify()
  await readAgain
  one.line.emit('answer')
  assert.equal([await before, await after], [one.id, 'unauthenticated'])
}

test('once a session has ended, nobody is let in by what was read before', ({ store }) =>
  endedAmid(store, ({ sessions, sessionId }) => sessions.end(sessionId)))

test('nor once it has ended on another node', ({ store }) =>
  endedAmid(store, async ({ sessions, sessionId }) => {
    await store.sessions.end(sessionId)
    sessions.lookAnew()
  }))

test.run()
