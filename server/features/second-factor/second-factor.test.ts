import { Secret, TOTP } from 'otpauth'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ConfirmedSecondFactor } from '#shared/second-factor.ts'
import { SignedIn } from '#shared/users.ts'
import { Person, startApp, type Answer, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'

const clock = new StillClock()
const test = suite<{ app: TestApp }>('second factor')

test.before(async (context) => {
  context.app = await startApp({ clock, env: { ACCESS_TOKEN_TTL: '1d' } })
})
test.after(({ app }) => app.stop())

const [step, minute] = [30_000, 60_000]
const codeOf = (secret: string, at = clock.now()) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })
const sent = ({ status, body }: Answer) => [status, body?.code]
const cookieOf = ({ headers }: Answer) => headers.getSetCookie().find((one) => one.startsWith('callout_refresh=')) ?? ''

/** The return code of the CONNECT; undefined when it is accepted. */
const refusalOf = (person: Person, options: object = {}): Promise<number | undefined> =>
  person.connect('tcp', options).then(
    () => undefined,
    ({ code }: { code?: number }) => code,
  )

/** A vendor with a second factor, after the step of the code that turned it on. */
async function enrolled(app: TestApp, before?: Person) {
  const vendor = before ?? (await app.vendor())
  const { password } = app
  const { secret, uri } = (await vendor.post('/api/auth/second-factor/start', { password })).body
  const answer = await vendor.post('/api/auth/second-factor/confirm', { code: codeOf(secret) })
  const { recoveryCodes, ...signedIn } = ConfirmedSecondFactor.parse(answer.body)
  clock.advance(2 * step)
  const signIn = () => app.call('POST', '/api/auth/login', { email: vendor.user.email, password })
  const answerWith = (challenge: string, code: string) =>
    app.call('POST', '/api/auth/second-factor', { challenge, code })
  const again = new Person(app, SignedIn.parse(signedIn))
  return { vendor, again, answer, secret, uri, recoveryCodes, signIn, answerWith }
}

test('the password and a code open a session', async ({ app }) => {
  const { vendor, again, secret, uri, recoveryCodes, signIn, answerWith } = await enrolled(app)
  assert.match(uri, `otpauth://totp/Callout:${encodeURIComponent(vendor.user.email)}?issuer=Callout&secret=${secret}`)
  assert.is(new Set(recoveryCodes).size, 10)
  assert.equal((await again.get('/api/auth/second-factor')).body, { on: true, recoveryCodes: 10, required: false })

  const asked = await signIn()
  assert.equal([...sent(asked), cookieOf(asked)], [401, 'second_factor_required', ''])
  assert.is(asked.body.accessToken, undefined)
  const opened = await answerWith(asked.body.challenge, codeOf(secret))
  assert.is(opened.status, 200)
  assert.is((await new Person(app, SignedIn.parse(opened.body)).get('/api/auth/me')).status, 200)
  const refreshed = await app.call('POST', '/api/auth/refresh', undefined, { cookie: cookieOf(opened) })
  assert.is(refreshed.status, 200)
})

test('turning it on ends the sessions that were opened with the password alone', async ({ app }) => {
  const vendor = await app.vendor()
  const { body, headers } = await app.call('POST', '/api/auth/login', {
    email: vendor.user.email,
    password: app.password,
  })
  const connection = await vendor.connect()
  const { again } = await enrolled(app, vendor)
  await connection.closed
  assert.is((await vendor.get('/api/auth/me')).status, 401)
  const [cookie = ''] = headers.getSetCookie()
  assert.is((await app.call('POST', '/api/auth/refresh', undefined, { cookie })).status, 401)
  assert.is((await again.get('/api/auth/me')).status, 200)
  assert.is(body.user.id, vendor.id)
})

test('a recovery code opens one session; new ones end the old ones', async ({ app }) => {
  const { again, recoveryCodes, secret, signIn, answerWith } = await enrolled(app)
  const [first = '', second = ''] = recoveryCodes
  const typed = first.toUpperCase().replaceAll('-', ' ')
  assert.is((await answerWith((await signIn()).body.challenge, typed)).status, 200)
  assert.equal(sent(await answerWith((await signIn()).body.challenge, first)), [422, 'wrong_code'])
  assert.is((await again.get('/api/auth/second-factor')).body.recoveryCodes, 9)
  const renew = { password: app.password, code: codeOf(secret) }
  const renewed = await again.post('/api/auth/second-factor/recovery-codes', renew)
  assert.is(renewed.body.recoveryCodes.length, 10)
  assert.equal(sent(await answerWith((await signIn()).body.challenge, second)), [422, 'wrong_code'])
})

test('it is turned off with password and code only; then the password suffices', async ({ app }) => {
  const { again, secret, signIn } = await enrolled(app)
  const off = (password: string, code: string) => again.post('/api/auth/second-factor/off', { password, code })
  assert.equal(sent(await off('not the password', codeOf(secret))), [422, 'wrong_password'])
  assert.equal(sent(await off(app.password, '000000')), [422, 'wrong_code'])
  const { entries } = (await app.admin.get(`/api/audit?q=${again.id}%20wrong%20code`)).body
  assert.equal([entries.length, entries[0].action], [1, 'wrong code of a second factor'])
  assert.is((await signIn()).status, 401)
  assert.is((await off(app.password, codeOf(secret))).status, 204)
  assert.is((await signIn()).status, 200)
})

test('an admin resets it for another person, which ends the sessions', async ({ app }) => {
  const { vendor, again, signIn } = await enrolled(app)
  const path = `/api/users/${vendor.id}/second-factor`
  assert.is((await again.call('DELETE', path)).status, 403)
  assert.is((await app.admin.call('DELETE', path)).status, 204)
  assert.is((await again.get('/api/auth/me')).status, 401)
  assert.is((await signIn()).status, 200)
  assert.is((await app.admin.call('DELETE', path)).status, 404)
})

test('attacks on the second step are refused', async ({ app }) => {
  const [mine, other] = [await enrolled(app), await enrolled(app)]
  const challengeOf = async ({ signIn }: typeof mine): Promise<string> => (await signIn()).body.challenge
  const { vendor, again, secret, answerWith } = mine

  const used = await challengeOf(mine)
  assert.is((await answerWith(used, codeOf(secret))).status, 200)
  const attacks: [string, () => Promise<Answer>, string][] = [
    ['the same code again', async () => answerWith(await challengeOf(mine), codeOf(secret)), 'wrong_code'],
    [
      'a code of the step before',
      async () => answerWith(await challengeOf(mine), codeOf(secret, clock.now() - step)),
      'wrong_code',
    ],
    ['a challenge that was used', () => answerWith(used, mine.recoveryCodes[0] ?? ''), 'session_ended'],
    ['a forged challenge', () => answerWith('x'.repeat(43), codeOf(secret)), 'session_ended'],
    ['another account’s code', async () => answerWith(await challengeOf(mine), codeOf(other.secret)), 'wrong_code'],
    [
      'another account’s recovery code',
      async () => answerWith(await challengeOf(mine), other.recoveryCodes[0] ?? ''),
      'wrong_code',
    ],
    [
      'a code without a password',
      () => app.call('POST', '/api/auth/second-factor', { code: codeOf(secret) }),
      'invalid_request',
    ],
    [
      'a code two steps ahead',
      async () => answerWith(await challengeOf(mine), codeOf(secret, clock.now() + 2 * step)),
      'wrong_code',
    ],
    [
      'the challenge as an access token',
      async () => app.call('GET', '/api/auth/me', undefined, { authorization: `Bearer ${await challengeOf(mine)}` }),
      'unauthenticated',
    ],
    [
      'the challenge as a refresh token',
      async () =>
        app.call('POST', '/api/auth/refresh', undefined, { cookie: `callout_refresh=${await challengeOf(mine)}` }),
      'session_ended',
    ],
    [
      'another secret over the first',
      () => again.post('/api/auth/second-factor/start', { password: app.password }),
      'second_factor_on',
    ],
    [
      'confirming again',
      () => again.post('/api/auth/second-factor/confirm', { code: codeOf(secret) }),
      'second_factor_on',
    ],
    ['an admin’s own', () => app.admin.call('DELETE', `/api/users/${app.admin.id}/second-factor`), 'own_account'],
    [
      'a customer',
      async () => (await app.customer()).post('/api/auth/second-factor/start', { password: app.password }),
      'forbidden',
    ],
  ]
  for (const [what, attack, code] of attacks) assert.is((await attack()).body.code, code, what)

  assert.is(await refusalOf(vendor, { password: await challengeOf(mine) }), 4, 'the challenge as MQTT password')

  const late = await challengeOf(mine)
  clock.advance(5 * minute)
  assert.equal(sent(await answerWith(late, codeOf(secret))), [401, 'session_ended'])

  const before = await challengeOf(mine)
  await app.admin.patch(`/api/users/${vendor.id}`, { password: 'another correct horse' })
  assert.equal(sent(await answerWith(before, codeOf(secret))), [401, 'session_ended'], 'after a new password')
  const email = vendor.user.email
  const now = await app.call('POST', '/api/auth/login', { email, password: 'another correct horse' })
  assert.is(now.body.code, 'second_factor_required', 'a new password does not turn it off')
  await app.admin.patch(`/api/users/${vendor.id}`, { active: false })
  assert.equal(sent(await answerWith(now.body.challenge, codeOf(secret))), [401, 'session_ended'], 'deactivated')
})

test('of ten sign-ins with one code at once, one succeeds', async ({ app }) => {
  const { signIn, answerWith, secret } = await enrolled(app)
  const challenges = await Promise.all(Array.from({ length: 10 }, signIn))
  const code = codeOf(secret)
  const answers = await Promise.all(challenges.map(({ body }) => answerWith(body.challenge, code)))
  assert.is(answers.filter(({ status }) => status === 200).length, 1)
})

test('ten wrong codes in 15 minutes are the most, however many challenges there are', async ({ app }) => {
  const { signIn, answerWith, secret } = await enrolled(app)
  const guess = async () => answerWith((await signIn()).body.challenge, '000000')
  const guesses = await Promise.all(Array.from({ length: 14 }, guess))
  assert.is(guesses.filter(({ body }) => body.code === 'wrong_code').length, 10)
  const refused = await answerWith((await signIn()).body.challenge, codeOf(secret))
  assert.equal([...sent(refused), refused.headers.get('retry-after')], [429, 'too_many_requests', '900'])
  clock.advance(15 * minute)
  assert.is((await answerWith((await signIn()).body.challenge, codeOf(secret))).status, 200)
})

test('a device of a vendor needs no code', async ({ app }) => {
  const vendor = await app.vendor()
  const { login } = await vendor.device()
  await enrolled(app, vendor)
  const device = await vendor.connect('tcp', login)
  await device.client.endAsync()
})

const required = suite('second factor that the server requires')

required('people without one can only set it up', async () => {
  const app = await startApp({ clock, env: { REQUIRE_SECOND_FACTOR: 'staff', ACCESS_TOKEN_TTL: '1d' } })
  const { admin, password } = app
  const limited: [string, string][] = [
    ['GET', '/api/orders'],
    ['GET', '/api/users'],
    ['GET', '/api/notifications'],
    ['POST', '/api/devices'],
    ['PATCH', `/api/users/${admin.id}`],
    ['POST', '/api/auth/second-factor/off'],
    ['DELETE', `/api/users/${admin.id}/second-factor`],
  ]
  for (const [method, path] of limited) {
    assert.equal(
      sent(await admin.call(method, path, method === 'GET' ? undefined : {})),
      [403, 'second_factor_missing'],
      path,
    )
  }
  assert.is(await refusalOf(admin), 4)
  assert.is((await admin.get('/api/auth/me')).status, 200)
  assert.equal((await admin.get('/api/auth/second-factor')).body, { on: false, recoveryCodes: 0, required: true })
  const customer = await app.customer()
  assert.is((await customer.get('/api/orders')).status, 200)

  const demo = app.demoAccounts.find(({ email }) => email === admin.user.email)
  const started = await admin.post('/api/auth/second-factor/start', { password: demo?.password })
  const { secret } = started.body
  assert.equal(sent(await admin.get('/api/orders')), [403, 'second_factor_missing'], 'until it is confirmed')
  const confirmed = await admin.post('/api/auth/second-factor/confirm', { code: codeOf(secret) })
  const again = new Person(app, SignedIn.parse(confirmed.body))
  assert.is((await again.get('/api/orders')).status, 200)
  const connection = await again.connect()
  clock.advance(step)
  const off = { password: demo?.password, code: codeOf(secret) }
  assert.equal(sent(await again.post('/api/auth/second-factor/off', off)), [403, 'forbidden'])
  await connection.client.endAsync()

  const created = await again.post('/api/users', { name: 'Ben', email: 'ben@example.com', password, role: 'vendor' })
  assert.is(created.status, 201)
  const vendor = await app.signIn('ben@example.com', password)
  assert.equal(sent(await vendor.get('/api/orders')), [403, 'second_factor_missing'])
  const credentials = { email: 'ben@example.com', password }
  const limitedCookie = cookieOf(await app.call('POST', '/api/auth/login', credentials))
  const renewed = await app.call('POST', '/api/auth/refresh', undefined, { cookie: limitedCookie })
  const after = new Person(app, SignedIn.parse(renewed.body))
  assert.equal(sent(await after.get('/api/orders')), [403, 'second_factor_missing'], 'after a refresh')
  assert.is(await refusalOf(after), 4, 'after a refresh')
  const logout = { authorization: `Bearer ${vendor.token}` }
  assert.is((await app.call('POST', '/api/auth/logout', undefined, logout)).status, 204)
  await app.stop()
})

test.run()
required.run()
