import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type Person, type TestApp } from '../testing/app.ts'
import { StillClock } from '../testing/clock.ts'

const test = suite<{ app: TestApp }>('accounts')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

const cookieOf = (headers: Headers) => headers.get('set-cookie')?.split(';', 1)[0] ?? ''

const register = (app: TestApp, email: string) =>
  app.call('POST', '/api/auth/register', { name: 'Mia', email, password: app.password })

const refresh = (app: TestApp, cookie: string) => app.call('POST', '/api/auth/refresh', undefined, { cookie })

test('a registered user is a signed-in customer with a unique, lower-cased e-mail address', async ({ app }) => {
  const { status, body, headers } = await register(app, 'Mia@Example.com')
  assert.is(status, 201)
  assert.equal(
    [body.user.role, body.user.email, body.user.active, body.expiresIn],
    ['customer', 'mia@example.com', true, 900],
  )
  assert.not(JSON.stringify(body).includes('argon2'))
  const cookie = headers.get('set-cookie') ?? ''
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/api/auth', 'Max-Age'])
    assert.ok(cookie.includes(part), part)
  const again = await register(app, 'mia@example.com')
  assert.equal([again.status, again.body.code], [409, 'email_taken'])
  const me = await app.call('GET', '/api/auth/me', undefined, { authorization: `Bearer ${body.accessToken}` })
  assert.equal(me.body.user, body.user)
})

test('sign-in needs the right password, and its failure does not reveal whether the account exists', async ({
  app,
}) => {
  await register(app, 'ben@example.com')
  const wrong = await app.call('POST', '/api/auth/login', { email: 'ben@example.com', password: 'wrong' })
  const unknown = await app.call('POST', '/api/auth/login', { email: 'unknown@example.com', password: 'wrong' })
  assert.equal(wrong.body, unknown.body)
  assert.equal([wrong.status, wrong.body.code], [401, 'bad_credentials'])
  assert.is(
    (await app.call('POST', '/api/auth/login', { email: 'BEN@example.com', password: app.password })).status,
    200,
  )
})

test('for a minute the previous refresh token gets the same successor; used later it ends the session', async () => {
  const clock = new StillClock()
  const app = await startApp({ clock })
  const first = cookieOf((await register(app, 'cleo@example.com')).headers)
  const second = cookieOf((await refresh(app, first)).headers)
  assert.is.not(second, first)
  clock.advance(59_999)
  // The answer was lost, so the browser still has the first one.
  const again = await refresh(app, first)
  assert.equal([again.status, cookieOf(again.headers)], [200, second])
  clock.advance(1)
  const third = cookieOf((await refresh(app, second)).headers)
  assert.is.not(third, second)
  clock.advance(60_000)
  assert.is((await refresh(app, second)).status, 401)
  const after = await refresh(app, third)
  assert.equal([after.status, after.body.code], [401, 'session_ended'])
  const me = await app.call('GET', '/api/auth/me', undefined, { authorization: `Bearer ${again.body.accessToken}` })
  assert.is(me.status, 401)
  await app.stop()
})

test('tabs that refresh at once, in any order of requests and answers, keep one session', async () => {
  const clock = new StillClock()
  const app = await startApp({ clock })
  let jar = cookieOf((await register(app, 'dan@example.com')).headers)
  for (let wake = 0; wake < 3; wake++) {
    const sent = jar
    const together = await Promise.all([sent, sent, sent, sent].map((cookie) => refresh(app, cookie)))
    const newest = cookieOf(together[0]?.headers ?? new Headers())
    // A tab with the new cookie overtakes one whose request has the old cookie.
    clock.advance(20_000)
    const later = [await refresh(app, newest), await refresh(app, sent)]
    for (const { status, headers } of [...together, ...later])
      assert.equal([status, cookieOf(headers)], [200, newest], `wake ${wake}`)
    jar = newest
    clock.advance(3_600_000)
  }
  await app.stop()
})

test('sign-out by cookie or by token ends the session', async ({ app }) => {
  const { headers, body } = await register(app, 'eve@example.com')
  const cookie = cookieOf(headers)
  const out = await app.call('POST', '/api/auth/logout', undefined, { cookie })
  assert.is(out.status, 204)
  assert.match(out.headers.get('set-cookie') ?? '', /callout_refresh=;/)
  assert.is((await refresh(app, cookie)).status, 401)
  const me = await app.call('GET', '/api/auth/me', undefined, { authorization: `Bearer ${body.accessToken}` })
  assert.is(me.status, 401)
  assert.is((await app.call('POST', '/api/auth/logout')).status, 401)
})

test('sign-out ends the session of the token even with an invalid cookie', async ({ app }) => {
  const authorization = `Bearer ${(await register(app, 'gil@example.com')).body.accessToken}`
  const out = await app.call('POST', '/api/auth/logout', undefined, {
    authorization,
    cookie: 'callout_refresh=garbage.x',
  })
  assert.is(out.status, 204)
  assert.is((await app.call('GET', '/api/auth/me', undefined, { authorization })).status, 401)
})

test('a session from a sign-in concurrent with a password change is ended', async ({ app }) => {
  const { body } = await register(app, 'hal@example.com')
  const login = () => app.call('POST', '/api/auth/login', { email: 'hal@example.com', password: app.password })
  const [changed, ...logins] = await Promise.all([
    app.admin.patch(`/api/users/${body.user.id}`, { password: 'another good one' }),
    ...Array.from({ length: 12 }, login),
  ])
  assert.is(changed.status, 200)
  for (const { body: signedIn } of logins.filter((response) => response.status === 200)) {
    const authorization = `Bearer ${signedIn.accessToken}`
    assert.is((await app.call('GET', '/api/auth/me', undefined, { authorization })).status, 401)
  }
})

test('after ten wrong passwords an account has to wait at that address, with a Retry-After', async () => {
  const app = await startApp({ env: { RATE_LIMITS: 'on' } })
  await register(app, 'fay@example.com')
  const guess = (password: string) => app.call('POST', '/api/auth/login', { email: 'fay@example.com', password })
  for (let count = 0; count < 10; count++) assert.is((await guess('wrong')).status, 401)
  const { status, body, headers } = await guess(app.password)
  assert.equal([status, body.code], [429, 'too_many_requests'])
  assert.ok(Number(headers.get('retry-after')) > 0)
  assert.is(String(body.retryAfter), headers.get('retry-after'))
  await app.stop()
})

test('an admin creates, renames and deactivates users; a new password ends their sessions', async ({ app }) => {
  const vendor = await app.vendor('Ana')
  assert.is((await vendor.get('/api/users')).status, 403)
  const renamed = await app.admin.patch(`/api/users/${vendor.id}`, { name: 'Ana P.' })
  assert.is(renamed.body.name, 'Ana P.')
  assert.is((await vendor.get('/api/auth/me')).body.user.name, 'Ana P.')
  await app.admin.patch(`/api/users/${vendor.id}`, { password: 'another good one' })
  assert.is((await vendor.get('/api/auth/me')).status, 401)
  assert.ok(await app.signIn(vendor.user.email, 'another good one'))
  const deactivateItself = async () => {
    const { status, body } = await app.admin.patch(`/api/users/${app.admin.id}`, { active: false })
    return [status, body.code]
  }
  assert.equal(await deactivateItself(), [409, 'last_admin'])
  assert.is((await app.admin.get('/api/users?role=admin')).body.users.length, 1)
  await app.admin.post('/api/users', {
    name: 'Zoe',
    email: 'zoe@example.com',
    password: 'a good long one',
    role: 'admin',
  })
  assert.equal(await deactivateItself(), [422, 'own_account'])
})

/** Another sign-in of a person, with its own browser. */
async function signInWith(app: TestApp, email: string, userAgent: string, password = app.password) {
  const headers = { 'user-agent': userAgent }
  const { body, headers: answered } = await app.call('POST', '/api/auth/login', { email, password }, headers)
  const authorization = `Bearer ${body.accessToken}`
  return { cookie: cookieOf(answered), get: (path: string) => app.call('GET', path, undefined, { authorization }) }
}

test('own sessions are listed with browser and last use; each can be ended, and no other person’s', async ({ app }) => {
  const [person, other] = [await app.vendor(), await app.vendor()]
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'
  const second = await signInWith(app, person.user.email, firefox)
  const probe = await person.connect()
  const listed = (await second.get('/api/auth/sessions')).body.sessions
  assert.is(listed.length, 2)
  assert.equal(Object.keys(listed[0]).sort(), ['browser', 'createdAt', 'current', 'id', 'lastUsedAt', 'system'])
  const [own, former] = [true, false].map((is) => listed.find(({ current }: { current: boolean }) => current === is))
  assert.equal([own.browser, own.system], ['Firefox', 'Linux'])
  assert.equal([former.browser, former.system], ['node', null])

  const end = (by: Person, id: string) => by.call('DELETE', `/api/auth/sessions/${id}`)
  assert.equal((await end(other, own.id)).body.code, 'not_found')
  assert.equal((await end(person, 'nothing')).body.code, 'not_found')
  assert.is((await end(person, own.id)).status, 204)
  assert.is((await second.get('/api/auth/me')).status, 401)
  assert.is((await refresh(app, second.cookie)).status, 401)
  assert.is(probe.client.connected, true)
  const last = await end(person, former.id)
  assert.match(last.headers.get('set-cookie') ?? '', /callout_refresh=;/)
  await probe.closed
  assert.is((await person.get('/api/auth/me')).status, 401)
})

test('a new password of one’s own ends every other session and its connections, and this one goes on', async ({
  app,
}) => {
  const person = await app.vendor()
  const second = await signInWith(app, person.user.email, 'tablet')
  const change = (body: object) => person.post('/api/auth/password', body)
  const refused = async (body: object) => {
    const answer = await change(body)
    return [answer.status, answer.body.code, answer.body.errors?.[0]?.path]
  }
  assert.equal(await refused({ current: 'wrong', password: 'a good long one' }), [422, 'wrong_password', 'current'])
  assert.equal(await refused({ current: app.password, password: 'short' }), [400, 'invalid_request', 'password'])
  assert.equal(await refused({ current: app.password, password: 'password123' }), [422, 'weak_password', 'password'])
  assert.is((await second.get('/api/auth/me')).status, 200)

  const probe = await person.connect()
  assert.is((await change({ current: app.password, password: 'a good long one' })).status, 204)
  assert.is((await second.get('/api/auth/me')).status, 401)
  assert.is((await refresh(app, second.cookie)).status, 401)
  assert.is((await person.get('/api/auth/me')).status, 200)
  await probe.settled()
  assert.is(probe.client.connected, true)
  const oldPassword = { email: person.user.email, password: app.password }
  assert.is((await app.call('POST', '/api/auth/login', oldPassword)).status, 401)
  assert.ok(await app.signIn(person.user.email, 'a good long one'))
})

test('a password that is easily guessed is refused wherever it is set, with zxcvbn’s hint', async ({ app }) => {
  const weak = (password: string) => ({ name: 'Ines Baker', email: 'ines.baker@example.com', password })
  const answers = [
    await app.call('POST', '/api/auth/register', weak('12345678')),
    await app.call('POST', '/api/auth/register', weak('ines.baker')),
    await app.admin.post('/api/users', { ...weak('aaaaaaaa'), role: 'vendor' }),
    await app.admin.patch(`/api/users/${app.admin.id}`, { password: 'qwertyuiop' }),
  ]
  assert.equal(
    answers.map(({ status, body }) => [status, body.code, body.hint]),
    ['topTen', 'userInputs', 'simpleRepeat', 'topHundred'].map((hint) => [422, 'weak_password', hint]),
  )
  assert.is((await app.admin.get('/api/auth/me')).status, 200)
})

test('guesses of the current password are limited as sign-ins are', async () => {
  const app = await startApp({ env: { RATE_LIMITS: 'on' } })
  const { body } = await register(app, 'kim@example.com')
  const authorization = `Bearer ${body.accessToken}`
  const guess = (current: string) =>
    app.call('POST', '/api/auth/password', { current, password: 'a good long one' }, { authorization })
  for (let count = 0; count < 10; count++) assert.is((await guess('wrong')).status, 422)
  assert.is((await guess(app.password)).status, 429)
  await app.stop()
})

test.run()
