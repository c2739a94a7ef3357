import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SignedIn } from '#shared/users.ts'
import { Person, startApp, type TestApp } from '../../testing/app.ts'
import { createBrowser } from './testing/browser.ts'
import { client, publicUrl, startProvider, type TestProvider } from './testing/provider.ts'

const test = suite<{ app: TestApp; provider: TestProvider }>('OpenID Connect')

const providerEnv = ({ issuer }: TestProvider) => ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: client.id,
  OIDC_CLIENT_SECRET: client.secret,
  OIDC_LABEL: 'Our company',
  OIDC_ROLE_CLAIM: 'groups',
  OIDC_ADMIN_VALUES: 'desk, heads',
  OIDC_VENDOR_VALUES: 'field',
  PUBLIC_URL: publicUrl,
})

test.before(async (context) => {
  context.provider = await startProvider()
  context.app = await startApp({
    env: providerEnv(context.provider),
  })
})
test.after(async ({ app, provider }) => {
  await app.stop()
  await provider.stop()
})

let people = 0
/** A subject and an address that no test has used. */
const unused = () => ({ sub: `subject-${++people}`, email: `person${people}@example.com` })

/** The whole way in a new browser: where it ends, and the session that the page then gets. */
async function signIn(app: TestApp, query = '', browser = createBrowser(app.http)) {
  const end = await browser.follow(`${app.http}/api/auth/oidc/start${query}`)
  const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const refreshed = await app.call('POST', '/api/auth/refresh', undefined, { cookie })
  const person = refreshed.status === 200 ? new Person(app, SignedIn.parse(refreshed.body)) : null
  return { hash: end.hash, next: end.searchParams.get('next'), person, browser, end }
}

test('a new person gets an account with the role of their groups, and the same one the next time', async ({
  app,
  provider,
}) => {
  assert.equal((await app.call('GET', '/api/auth/oidc')).body, { label: 'Our company' })
  const roles = { desk: 'admin', field: 'vendor', other: 'customer' }
  for (const [group, role] of Object.entries(roles)) {
    const { sub, email } = unused()
    provider.signInAs(sub, { email: email.toUpperCase(), email_verified: true, name: 'Ana', groups: ['all', group] })
    const first = await signIn(app, '?returnTo=%2Forders%3Fa%3D1')
    assert.equal([first.hash, first.next], ['#session', '/orders?a=1'])
    const { user } = first.person ?? {}
    assert.equal([user?.role, user?.name, user?.email], [role, 'Ana', email])
    provider.signInAs(sub, { groups: [group] })
    assert.is((await signIn(app)).person?.id, user?.id, 'by subject, without an address')
  }
  const { entries } = (await app.admin.get('/api/audit?q=signed%20company')).body
  assert.is(entries.length, 6)
})

test('an account is linked by a verified address only; a customer’s password ends', async ({ app, provider }) => {
  const victim = await app.customer()
  const { email } = victim.user
  provider.signInAs(unused().sub, { email, email_verified: false })
  const unverified = await signIn(app)
  assert.equal([unverified.hash, unverified.person], ['#problem=email', null])
  assert.is((await victim.get('/api/auth/me')).status, 200)

  const { sub } = unused()
  provider.signInAs(sub, { email, email_verified: true })
  assert.is((await signIn(app)).person?.id, victim.id)
  assert.is((await victim.get('/api/auth/me')).status, 401, 'sessions of the password have ended')
  const { password } = app
  assert.is((await app.call('POST', '/api/auth/login', { email, password })).status, 401)

  const vendor = await app.vendor()
  provider.signInAs(unused().sub, { email: vendor.user.email, email_verified: true, groups: ['field'] })
  assert.is((await signIn(app)).person?.id, vendor.id)
  assert.is((await app.signIn(vendor.user.email, password)).id, vendor.id, 'an admin has made this account')
})

test('an account that is inactive, or has another role than the provider says, gets no session', async ({
  app,
  provider,
}) => {
  const vendor = await app.vendor()
  const { sub } = unused()
  const { email } = vendor.user
  provider.signInAs(sub, { email, email_verified: true, groups: ['desk'] })
  const promoted = await signIn(app)
  assert.equal([promoted.hash, promoted.person], ['#problem=role', null])
  provider.signInAs(sub, { email, email_verified: true, groups: ['field'] })
  assert.is((await signIn(app)).person?.id, vendor.id)
  provider.signInAs(sub, { email, email_verified: true, groups: [] })
  assert.is((await signIn(app)).hash, '#problem=role')
  provider.signInAs(sub, { email, email_verified: true, groups: ['field'] })
  await app.admin.patch(`/api/users/${vendor.id}`, { active: false })
  const inactive = await signIn(app)
  assert.equal([inactive.hash, inactive.person], ['#problem=inactive', null])
})

test('REGISTRATION admits invited people and members of a group for staff, and no one else', async ({ provider }) => {
  const env = (registration: string) => ({ ...providerEnv(provider), REGISTRATION: registration })
  for (const registration of ['invite', 'closed']) {
    const other = await startApp({ env: env(registration) })
    const signInAs = async (person: object) => {
      const { sub, email } = unused()
      provider.signInAs(sub, { email, email_verified: true, ...person })
      return signIn(other)
    }
    const stranger = await signInAs({ groups: ['guests'] })
    assert.equal([stranger.hash, stranger.person], ['#problem=registration', null], registration)
    const field = await signInAs({ groups: ['field'] })
    assert.equal([field.hash, field.person?.user.role], ['#session', 'vendor'])

    const invite = (email: string, role: string) => other.admin.post('/api/users/invite', { email, name: 'Nora', role })
    const { email } = unused()
    await invite(email, 'vendor')
    const another = await signInAs({ email, groups: ['desk'] })
    assert.equal([another.hash, another.person], ['#problem=role', null], 'invited as a vendor, an admin there')
    const nora = await signInAs({ email, groups: ['field'] })
    assert.equal([nora.hash, nora.person?.user.role, nora.person?.user.name], ['#session', 'vendor', 'Nora'])
    assert.equal((await other.admin.get('/api/invitations')).body.invitations, [], 'it is accepted')

    const customer = unused().email
    const { status } = await invite(customer, 'customer')
    assert.is(status, registration === 'invite' ? 201 : 403)
    const came = await signInAs({ email: customer })
    assert.is(came.hash, registration === 'invite' ? '#session' : '#problem=registration')
    const unverified = await signInAs({ email: customer, email_verified: false })
    assert.is(unverified.hash, '#problem=email')
    await other.stop()
  }
})

test('attacks on the way back are refused', async ({ app, provider }) => {
  const { sub, email } = unused()
  provider.signInAs(sub, { email, email_verified: true })
  const isCallback = ({ pathname }: URL) => pathname === '/api/auth/oidc/callback'
  /** A browser that has come back from the provider and has not opened the callback yet. */
  async function returned() {
    const browser = createBrowser(app.http)
    return { browser, callback: await browser.follow(`${app.http}/api/auth/oidc/start`, isCallback) }
  }
  const endOf = async (browser: ReturnType<typeof createBrowser>, callback: URL) =>
    (await browser.request(callback.href)).location?.hash

  const [mine, other] = [await returned(), await returned()]
  assert.is(await endOf(createBrowser(app.http), mine.callback), '#problem=failed', 'a callback in another browser')
  assert.is(await endOf(mine.browser, other.callback), '#problem=failed', 'the code of another sign-in')
  const forged = await returned()
  forged.callback.searchParams.set('code', 'forged')
  assert.is(await endOf(forged.browser, forged.callback), '#problem=failed', 'a forged code')
  const wrongState = await returned()
  wrongState.callback.searchParams.set('state', 'forged')
  assert.is(await endOf(wrongState.browser, wrongState.callback), '#problem=failed', 'a forged state')
  const [victim, thief] = [await returned(), await returned()]
  victim.callback.searchParams.set('code', thief.callback.searchParams.get('code') ?? '')
  assert.is(await endOf(victim.browser, victim.callback), '#problem=failed', 'the code of another sign-in in one’s own')
  for (const parameter of ['nonce', 'state', 'code_challenge'] as const) {
    const browser = createBrowser(app.http)
    const { location } = await browser.request(`${app.http}/api/auth/oidc/start`)
    const replayed = new URL(location ?? '')
    replayed.searchParams.set(parameter, 'x'.repeat(43))
    const callback = await browser.follow(replayed.href, isCallback)
    assert.is(await endOf(browser, callback), '#problem=failed', `another ${parameter} than this sign-in’s`)
  }
  const mixedUp = await returned()
  mixedUp.callback.searchParams.set('iss', 'https://other-provider.example')
  assert.is(await endOf(mixedUp.browser, mixedUp.callback), '#problem=failed', 'an answer of another provider')
  const cookie = await returned()
  cookie.browser.jar.set('callout_redirect', 'forged')
  assert.is(await endOf(cookie.browser, cookie.callback), '#problem=failed', 'a forged cookie')
  const again = await returned()
  assert.is(await endOf(again.browser, again.callback), '#session')
  assert.is(await endOf(again.browser, again.callback), '#problem=failed', 'the same callback again')
  const refused = `${app.http}/api/auth/oidc/callback?error=access_denied`
  assert.is(await endOf((await returned()).browser, new URL(refused)), '#problem=failed', 'the person refuses')
})

test('no address leads to another server', async ({ app, provider }) => {
  const { sub, email } = unused()
  provider.signInAs(sub, { email, email_verified: true })
  for (const evil of ['https://evil.example', '//evil.example', '/\\evil.example', '/.//evil.example']) {
    const { end, next } = await signIn(app, `?returnTo=${encodeURIComponent(evil)}`)
    assert.equal([end.pathname, next], ['/sign-in', '/'], evil)
  }
})

test('an open session is not taken over, and a new one has a new token', async ({ app, provider }) => {
  const { sub, email } = unused()
  provider.signInAs(sub, { email, email_verified: true })
  const planted = await app.call('POST', '/api/auth/register', {
    name: 'Eve',
    email: unused().email,
    password: app.password,
  })
  const [token = ''] = /callout_refresh=([^;]+)/.exec(planted.headers.getSetCookie().join())?.slice(1) ?? []
  const browser = createBrowser(app.http)
  browser.jar.set('callout_refresh', token)
  const { person } = await signIn(app, '', browser)
  assert.is(person?.user.email, email)
  assert.is.not(browser.jar.get('callout_refresh'), token)
})

test('a second factor is asked for here too', async ({ app, provider }) => {
  const { Secret, TOTP } = await import('otpauth')
  const vendor = await app.vendor()
  const { secret } = (await vendor.post('/api/auth/second-factor/start', { password: app.password })).body
  const code = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  await vendor.post('/api/auth/second-factor/confirm', { code: code() })
  provider.signInAs(unused().sub, { email: vendor.user.email, email_verified: true, groups: ['field'] })
  const { hash, person } = await signIn(app)
  assert.match(hash, /^#challenge=[\w-]{43}$/)
  assert.is(person, null)
})

test('without a provider there is no way to it', async () => {
  const app = await startApp()
  assert.is((await app.call('GET', '/api/auth/oidc')).status, 204)
  assert.is((await app.call('GET', '/api/auth/oidc/start')).status, 404)
  await app.stop()
})

test.run()
