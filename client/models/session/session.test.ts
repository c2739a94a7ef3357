import { test } from 'uvu'
import * as assert from 'uvu/assert'

// What a browser has and Node 20 does not: something that remembers, and locks that all tabs share.
const kept = new Map<string, string>()
const locked: string[] = []
Object.defineProperties(globalThis, {
  localStorage: {
    value: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    },
  },
  navigator: {
    configurable: true,
    value: { locks: { request: (name: string, work: () => unknown) => (locked.push(name), work()) } },
  },
})

const session = await import('./session.ts')
const asked: string[] = []
let answer: () => Response | Promise<Response> = () => Response.error()
globalThis.fetch = async (input) => {
  asked.push(String(input instanceof Request ? input.url : input))
  return answer()
}

let issued = 0
const user = {
  id: 'u1',
  name: 'Sam',
  email: 'sam@example.com',
  role: 'customer',
  active: true,
  createdAt: '2026-01-01T00:00:00.000Z',
}
const signedIn = () => Response.json({ user, accessToken: `token-${++issued}`, expiresIn: 900 })
const ended = () => Response.json({ code: 'session_ended', detail: 'over' }, { status: 401 })

test.before.each(() => {
  asked.length = 0
  locked.length = 0
})

test('a first visit asks nobody', async () => {
  await session.restore()
  assert.is(session.phase.value, 'signed_out')
  assert.equal(asked, [])
})

test('signing in keeps the token in memory and a hint without secrets', async () => {
  answer = signedIn
  await session.signIn({ email: 'sam@example.com', password: 'long enough' })
  assert.is(session.phase.value, 'signed_in')
  assert.is(session.accessToken.value, 'token-1')
  assert.equal([...kept], [['callout.session', 'u1']])
})

test('renews once for all who ask, one tab at a time', async () => {
  answer = signedIn
  assert.equal(await Promise.all([session.renew(), session.renew(), session.renew()]), [true, true, true])
  assert.equal(asked, ['/api/auth/refresh'])
  assert.equal(locked, ['callout.refresh'])
  assert.is(session.accessToken.value, 'token-2')
})

test('without a network somebody stays signed in', async () => {
  answer = () => Promise.reject(new TypeError('fetch failed'))
  await session.renew().then(
    () => assert.unreachable(),
    () => {},
  )
  assert.is(session.phase.value, 'signed_in')
})

test('an ended session says why one has to sign in again', async () => {
  answer = ended
  assert.is(await session.renew(), false)
  assert.is(session.phase.value, 'signed_out')
  assert.match(session.endedBecause.value ?? '', /session has ended/)
  assert.is(session.accessToken.value, null)
  assert.equal([...kept], [])
})

test('signing out leaves at once, and tells the server', async () => {
  answer = signedIn
  await session.signIn({ email: 'sam@example.com', password: 'long enough' })
  answer = () => Promise.reject(new TypeError('fetch failed'))
  await session.signOut()
  assert.is(session.phase.value, 'signed_out')
  assert.is(session.endedBecause.value, null)
  assert.is(asked.at(-1), '/api/auth/logout')
})

test('what one person’s work has of the session it has no longer once they have left, or somebody else is here', async () => {
  answer = signedIn
  await session.signIn({ email: 'sam@example.com', password: 'long enough' })
  const mine = session.sessionOf('u1')
  assert.is(mine.token.value, session.accessToken.value)
  assert.is(session.sessionOf('u2').token.value, null)
  assert.is(await session.sessionOf('u2').renew(), false)

  answer = () => new Response(null, { status: 204 })
  await session.signOut()
  asked.length = 0
  answer = signedIn
  assert.equal([mine.token.value, await mine.renew(), await session.renew()], [null, false, false])
  assert.equal([asked, session.phase.value], [[], 'signed_out'])
})

test.run()
