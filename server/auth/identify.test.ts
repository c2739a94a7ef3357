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

const test = suite<{ store: Store; close: () => Promise<void> }>('identification by access token')

test.before(async (context) => void Object.assign(context, await emptyStore()))
test.after(({ close }) => close())

/** A user in a session. `database` emits 'read' when the session was read; the result is returned after 'respond'. */
async function createUserInSession(store: Store) {
  const user = aUser()
  const session = aSession({ userId: user.id })
  await store.users.create(user)
  await store.sessions.create(session)
  const database = new EventEmitter()
  let lookups = 0
  const inSession: Store['users']['inSession'] = async (id, sessionId) => {
    lookups++
    const found = await store.users.inSession(id, sessionId)
    database.emit('read')
    await once(database, 'respond')
    return found
  }
  const slow = { users: { ...store.users, inSession }, sessions: store.sessions }
  const sessions = createSessions({ store: slow, tokens, clock })
  const token = tokens.sign({ userId: user.id, sessionId: session.id, role: user.role })
  /** The user's id or the error code. */
  const identify = () =>
    sessions.identify(token).then(
      ({ id }) => id,
      ({ code }: { code: string }) => code,
    )
  return { id: user.id, sessionId: session.id, sessions, database, identify, lookups: () => lookups }
}

test('a hundred tabs of one session that reconnect together cause one query', async ({ store }) => {
  const { id, database, identify, lookups } = await createUserInSession(store)
  const read = once(database, 'read')
  const tabs = Array.from({ length: 100 }, identify)
  await read
  database.emit('respond')
  assert.equal(new Set(await Promise.all(tabs)), new Set([id]))
  assert.is(lookups(), 1)

  const readAgain = once(database, 'read')
  const later = identify()
  await readAgain
  database.emit('respond')
  await later
  assert.is(lookups(), 2, 'a result is not cached')
})

/** Ends a session after the database has read it and before it responds, then identifies the user again. */
async function endDuringLookup(
  store: Store,
  end: (user: Awaited<ReturnType<typeof createUserInSession>>) => Promise<void>,
) {
  const user = await createUserInSession(store)
  const read = once(user.database, 'read')
  const before = user.identify()
  await read
  await end(user)
  const readAgain = once(user.database, 'read')
  const after = user.identify()
  await readAgain
  user.database.emit('respond')
  assert.equal([await before, await after], [user.id, 'unauthenticated'])
}

test('after a session has ended, an earlier lookup identifies no further caller', ({ store }) =>
  endDuringLookup(store, ({ sessions, sessionId }) => sessions.end(sessionId)))

test('after a session has ended on another node, an earlier lookup identifies no further caller', ({ store }) =>
  endDuringLookup(store, async ({ sessions, sessionId }) => {
    await store.sessions.end(sessionId)
    sessions.invalidateLookups()
  }))

test.run()
