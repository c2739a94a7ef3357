import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type Answer, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { withStoreOf } from '../../testing/store.ts'
import { linkRecords } from './link-records.ts'
import { startMailServer, type MailServer } from './testing/mail-server.ts'

interface Context {
  app: TestApp
  mail: MailServer
  clock: StillClock
}

const test = suite<Context>('recovery of accounts')

test.before(async (context) => {
  context.mail = await startMailServer()
  context.clock = new StillClock()
  context.app = await startApp({ env: { ...context.mail.env, ACCESS_TOKEN_TTL: '12h' }, clock: context.clock })
})
test.after(async ({ app, mail }) => {
  await app.stop()
  await mail.stop()
})

const newPassword = 'a good long one'
const minutes = (count: number) => count * 60_000

const forgot = (app: TestApp, email: string, language = 'en') =>
  app.call('POST', '/api/auth/forgot', { email }, { 'accept-language': language })
const reset = (app: TestApp, token: string, password = newPassword) =>
  app.call('POST', '/api/auth/reset', { token, password })
const tokenIn = (text: string) => /https:\/\/shop\.test\/\w+#(\S+)/.exec(text)?.[1] ?? ''
const answer = ({ status, body }: Answer) => (body?.code ? [status, body.code] : [status])

/** Asks for a reset by e-mail; resolves to its token. */
async function resetToken({ app, mail }: Context, email: string): Promise<string> {
  await forgot(app, email)
  return tokenIn((await mail.next(email)).text)
}

test('a forgotten password is replaced by the link in the e-mail, and every session of the account ends', async (context) => {
  const { app, mail } = context
  const vendor = await app.vendor('Ana <b>Núñez</b>')
  const probe = await vendor.connect()
  const { email } = vendor.user
  const login = await app.call('POST', '/api/auth/login', { email, password: app.password })
  const cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? ''

  assert.equal(answer(await forgot(app, email.toUpperCase())), [202])
  const received = await mail.next(email)
  assert.is(received.subject, 'Reset your Callout password')
  // The name may be a stranger's words: registering needs no proof of the address.
  assert.not.match(received.text + received.html, 'Núñez')
  const token = tokenIn(received.text)
  assert.match(received.html, `href="https://shop.test/reset#${token}"`)
  assert.match(received.headers, /^message-id: <account-mail\.\w+\.reset\.\d+@shop\.test>$/m)

  const details = await app.call('POST', '/api/auth/link', { token })
  assert.equal([details.status, details.body], [200, { kind: 'reset', name: 'Ana <b>Núñez</b>', email }])
  assert.equal(answer(await reset(app, token, 'password123')), [422, 'weak_password'])
  assert.equal(answer(await reset(app, token)), [204])
  await probe.closed
  assert.is((await vendor.get('/api/auth/me')).status, 401)
  // A session of before the reset does not go on with its refresh cookie.
  assert.is((await app.call('POST', '/api/auth/refresh', undefined, { cookie })).status, 401)
  assert.is((await app.call('POST', '/api/auth/login', { email, password: app.password })).status, 401)
  assert.ok(await app.signIn(email, newPassword))
})

test('a sign-in with a browser that the account does not know is told by e-mail, one with a known browser is not', async ({
  app,
  mail,
}) => {
  const { user } = await app.vendor('Ben')
  const { email } = user
  const login = (headers: Record<string, string>) =>
    app.call('POST', '/api/auth/login', { email, password: app.password }, headers)
  const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0' }
  const opened = await login({ ...firefox, 'accept-language': 'de' })
  const { subject, text } = await mail.nextSignInNotice(email)
  assert.is(subject, 'Neue Anmeldung bei Ihrem Konto bei Callout')
  for (const fact of [/Firefox, Linux/, /127\.0\.0\.1/, /02\.03\.2026/, /https:\/\/shop\.test\/account/])
    assert.match(text, fact)

  const cookies = opened.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0])
  assert.is((await login({ ...firefox, cookie: cookies.join('; ') })).status, 200)
  await app.drain()
  assert.equal(mail.signInNotices(email), [])
})

test('the e-mail is in German for a German browser', async ({ app, mail }) => {
  const { user } = await app.vendor('Jörg')
  await forgot(app, user.email, 'de-AT,de;q=0.9')
  const { subject, text, html } = await mail.next(user.email)
  assert.is(subject, 'Ihr Passwort für Callout zurücksetzen')
  assert.match(text, 'Ihr neues Passwort')
  assert.match(html, '<html lang="de">')
})

test('a link works once, until it expires, for its own account only, and not after another new password', async (context) => {
  const { app, clock } = context
  const [ana, ben] = [await app.vendor('Ana'), await app.vendor('Ben')]
  const used = await resetToken(context, ana.user.email)
  assert.equal(answer(await reset(app, used)), [204])
  assert.equal(answer(await reset(app, used)), [410, 'invalid_link'])
  assert.equal(answer(await app.call('POST', '/api/auth/link', { token: used })), [410, 'invalid_link'])

  const [first, second] = [await resetToken(context, ana.user.email), await resetToken(context, ana.user.email)]
  const of = (token: string) => token.split('.')
  const ofBen = await resetToken(context, ben.user.email)
  const forged = [
    `${of(first)[0]}.${of(ofBen)[1]}`,
    `${of(ofBen)[0]}.${of(first)[1]}`,
    `${of(first)[0]}.`,
    `${of(first)[0]}`,
    `nothing.${of(first)[1]}`,
    `${first}x`,
    first.slice(0, -1),
    '.',
  ]
  for (const token of forged) assert.equal(answer(await reset(app, token)), [410, 'invalid_link'], token)
  // A link of another kind opens nothing here, and this one no other kind.
  assert.equal(answer(await app.call('POST', '/api/auth/confirm-email', { token: first })), [410, 'invalid_link'])
  assert.equal(answer(await reset(app, second, 'another good one')), [204])
  assert.equal(answer(await reset(app, first)), [410, 'invalid_link'])

  clock.advance(minutes(30) - 1)
  const valid = await app.call('POST', '/api/auth/link', { token: ofBen })
  assert.is(valid.status, 200)
  clock.advance(1)
  assert.equal(answer(await reset(app, ofBen)), [410, 'invalid_link'])
  assert.ok(await app.signIn(ben.user.email, app.password))
})

test('of requests with one token at once, one sets the password', async (context) => {
  const { app } = context
  const { user } = await app.vendor()
  const token = await resetToken(context, user.email)
  const passwords = Array.from({ length: 5 }, (_, n) => `a good long one, number ${n}`)
  const answers = await Promise.all(passwords.map((password) => reset(app, token, password)))
  assert.equal(answers.map(({ status }) => status).sort(), [204, 410, 410, 410, 410])
  const [set] = passwords.filter((_, n) => answers[n]?.status === 204)
  assert.ok(await app.signIn(user.email, set ?? ''))
})

test('an unknown or inactive address gets the same answer by the same work, and no e-mail', async ({ app, mail }) => {
  const [ana, former] = [await app.vendor(), await app.vendor()]
  await app.admin.patch(`/api/users/${former.id}`, { active: false })
  const emails = ['unknown@example.com', former.user.email, ana.user.email]
  const answers = []
  for (const email of emails) answers.push(await forgot(app, email))
  const compared = answers.map(({ status, body, headers }) => {
    return [status, body, [...headers.keys()].filter((name) => name !== 'x-request-id')]
  })
  assert.equal(compared, [compared[2], compared[2], compared[2]])
  await mail.next(ana.user.email)
  await app.drain()
  assert.equal(mail.received(), [])
  // What is stored does not tell either: the same records, without a secret.
  await withStoreOf(app.dataDir, async (store) => {
    const links = (await store.collection(linkRecords).list()).filter(({ email }) => emails.includes(email))
    assert.equal(links.map(({ kind, userId, usedAt }) => [kind, userId, usedAt]).slice(0, 3), [
      ['reset', '', null],
      ['reset', '', null],
      ['reset', '', null],
    ])
  })
})

test('an e-mail that the server defers is sent later; the token is nowhere in the database', async (context) => {
  const { app, mail, clock } = context
  const { user } = await app.vendor()
  mail.refuse(421, 'Try again later')
  await forgot(app, user.email)
  await app.drain()
  assert.equal(mail.received(), [])
  clock.advance(minutes(1))
  const token = tokenIn((await mail.next(user.email)).text)
  const secret = token.split('.')[1] ?? ''
  assert.is(secret.length, 43)
  await withStoreOf(app.dataDir, async (store) => {
    for (const kind of store.bulkTransfer.kinds.values())
      for await (const { records } of kind.read()) assert.not.match(JSON.stringify(records), secret)
  })
})

test('an admin makes a link to hand over, which is sent as well; no other role may', async ({ app, mail }) => {
  const [vendor, customer] = [await app.vendor(), await app.customer()]
  const path = `/api/users/${vendor.id}/reset`
  for (const person of [vendor, customer]) assert.equal(answer(await person.post(path)), [403, 'forbidden'])
  assert.is((await app.call('POST', path)).status, 401)
  assert.equal(answer(await app.admin.post('/api/users/nothing/reset')), [404, 'not_found'])
  const { status, body } = await app.admin.post(path)
  assert.equal([status, body.mailed], [201, true])
  assert.equal(tokenIn((await mail.next(vendor.user.email)).text), tokenIn(body.url))
  assert.equal(answer(await reset(app, tokenIn(body.url))), [204])
  assert.ok(await app.signIn(vendor.user.email, newPassword))
})

test('requests for e-mails are limited by account, silently, and by network', async () => {
  const mail = await startMailServer()
  const app = await startApp({ env: { ...mail.env, RATE_LIMITS: 'on' } })
  const { user } = await app.vendor()
  for (let count = 0; count < 7; count++) assert.equal(answer(await forgot(app, user.email)), [202])
  for (let count = 0; count < 5; count++) await mail.next(user.email)
  await app.drain()
  assert.is(mail.received().length, 0)
  for (let count = 7; count < 20; count++) assert.equal(answer(await forgot(app, `x${count}@example.com`)), [202])
  const refused = await forgot(app, 'y@example.com')
  assert.equal(answer(refused), [429, 'too_many_requests'])
  assert.ok(Number(refused.headers.get('retry-after')) > 3_500)
  await app.stop()
  await mail.stop()
})

test.run()
