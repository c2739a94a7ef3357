import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fakeStorage } from '../../testing/storage.ts'
import { settled } from '../../testing/orders.ts'

// Browser APIs that Node 20 lacks. There is no `navigator.locks`, as on plain HTTP in a local network.
const [stored, drafts] = [fakeStorage(), fakeStorage()]
let reloads = 0
const page = new EventTarget()
const listen = page.addEventListener.bind(page)
const globals = {
  localStorage: stored,
  sessionStorage: drafts,
  navigator: {},
  location: { reload: () => reloads++ },
  addEventListener: listen,
  document: { hidden: false, addEventListener: listen },
}
for (const [name, value] of Object.entries(globals))
  Object.defineProperty(globalThis, name, { configurable: true, value })

const session = await import('./session.ts')
const { sessionOf } = await import('./session-of.ts')
const requests: string[] = []
let respond: () => Response | Promise<Response> = () => Response.error()
globalThis.fetch = async (input) => {
  requests.push(String(input instanceof Request ? input.url : input))
  return respond()
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
  requests.length = 0
})

test('a first visit sends no request', async () => {
  await session.restore()
  assert.is(session.phase.value, 'signed_out')
  assert.equal(requests, [])
})

test('signing in holds the token in memory and stores the user’s id', async () => {
  respond = signedIn
  await session.signIn({ email: 'sam@example.com', password: 'long enough' })
  assert.is(session.phase.value, 'signed_in')
  assert.is(session.accessToken.value, 'token-1')
  assert.equal(stored, { 'callout.session': 'u1', 'callout.role': 'customer' })
})

test('concurrent renewals send one request, without a lock', async () => {
  respond = signedIn
  assert.equal(await Promise.all([session.renew(), session.renew(), session.renew()]), [true, true, true])
  assert.equal(requests, ['/api/auth/refresh'])
  assert.is(session.accessToken.value, 'token-2')
})

test('without a network the user stays signed in', async () => {
  respond = () => Promise.reject(new TypeError('fetch failed'))
  await session.renew().then(
    () => assert.unreachable(),
    () => {},
  )
  assert.is(session.phase.value, 'signed_in')
})

test('an ended session explains why the user has to sign in again', async () => {
  respond = ended
  assert.is(await session.renew(), false)
  assert.is(session.phase.value, 'signed_out')
  assert.match(session.endedBecause.value ?? '', /session has ended/)
  assert.is(session.accessToken.value, null)
  assert.equal(stored, { 'callout.session': '' }, 'other tabs keep what was typed')
})

test('signing out takes effect at once, and sends a request to the server', async () => {
  respond = signedIn
  await session.signIn({ email: 'sam@example.com', password: 'long enough' })
  respond = () => Promise.reject(new TypeError('fetch failed'))
  await session.signOut()
  assert.is(session.phase.value, 'signed_out')
  assert.is(session.endedBecause.value, null)
  assert.is(requests.at(-1), '/api/auth/logout')
})

test('a user’s token and renewal end when they sign out or another user signs in', async () => {
  respond = signedIn
  await session.signIn({ email: 'sam@example.com', password: 'long enough' })
  const mine = sessionOf('u1')
  assert.is(mine.token.value, session.accessToken.value)
  assert.is(sessionOf('u2').token.value, null)
  assert.is(await sessionOf('u2').renew(), false)

  respond = () => new Response(null, { status: 204 })
  await session.signOut()
  requests.length = 0
  respond = signedIn
  assert.equal([mine.token.value, await mine.renew(), await session.renew()], [null, false, false])
  assert.equal([requests, session.phase.value], [[], 'signed_out'])
})

test('a page that could not reach the server signs in by itself when the server is back', async () => {
  const later: (() => void)[] = []
  const { setTimeout } = globalThis
  Object.assign(globalThis, { setTimeout: (work: () => void) => later.push(work) })
  try {
    stored['callout.session'] = 'u1'
    session.phase.value = 'restoring'
    respond = () => Promise.reject(new TypeError('fetch failed'))
    await session.restore()
    assert.is(session.phase.value, 'unreachable')
    later.pop()?.()
    await settled()
    assert.is(session.phase.value, 'unreachable', 'without another message')
    respond = signedIn
    later.pop()?.()
    await settled()
    assert.is(session.phase.value, 'signed_in')
  } finally {
    Object.assign(globalThis, { setTimeout })
  }
})

test('another tab signs out: nothing of the person stays here; it finds that the session has ended: the typed values stay', async () => {
  session.watchSession()
  const fill = () => {
    Object.assign(stored, { 'callout.cart.u1': '{}', 'callout.contact.u1': '{}', 'callout.language': 'de' })
    drafts['callout.draft.checkout.u1'] = '{}'
  }
  const otherTab = (change: () => void, event: 'storage' | 'visibilitychange' = 'storage') => {
    change()
    page.dispatchEvent(new Event(event))
  }
  respond = signedIn
  for (const event of ['storage', 'visibilitychange'] as const) {
    await session.signIn({ email: 'sam@example.com', password: 'long enough' })
    fill()
    otherTab(() => delete stored['callout.session'], event)
    assert.equal([session.phase.value, session.endedBecause.value], ['signed_out', null])
    assert.equal([stored, drafts], [{ 'callout.language': 'de' }, {}])
  }

  await session.signIn({ email: 'sam@example.com', password: 'long enough' })
  fill()
  otherTab(() => (stored['callout.session'] = ''))
  assert.match(session.endedBecause.value ?? '', /session has ended/)
  assert.equal(Object.keys(drafts), ['callout.draft.checkout.u1'])
  await session.signIn({ email: 'sam@example.com', password: 'long enough' })
  assert.ok(drafts['callout.draft.checkout.u1'] && stored['callout.cart.u1'], 'the same person continues')

  otherTab(() => (stored['callout.session'] = ''))
  otherTab(() => (stored['callout.session'] = 'u2'))
  assert.is(reloads, 1)
  respond = () => Response.json({ user: { ...user, id: 'u2' }, accessToken: 'token', expiresIn: 900 })
  session.phase.value = 'restoring'
  await session.restore()
  assert.equal(
    [stored, drafts],
    [{ 'callout.session': 'u2', 'callout.role': 'customer', 'callout.language': 'de' }, {}],
  )
})

// Its renewal would keep the process running.
test.after(() => session.signOut())

test.run()
