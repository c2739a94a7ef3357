import { createHook } from 'node:async_hooks'
import { once } from 'node:events'
import { request } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SignedIn } from '#shared/users.ts'
import { Person, placeOrder, startApp, type Answer, type TestApp } from '../../testing/app.ts'
import { startMailServer, type MailServer } from './testing/mail-server.ts'

const test = suite<{ app: TestApp; mail: MailServer }>('verified e-mail addresses, and attacks on accounts')

test.before(async (context) => {
  context.mail = await startMailServer()
  // At the last test a network has used up its limits.
  context.app = await startApp({ env: { ...context.mail.env, REQUIRE_VERIFIED_EMAIL: 'true', RATE_LIMITS: 'on' } })
})
test.after(async ({ app, mail }) => {
  await app.stop()
  await mail.stop()
})

const password = 'a good long one'
const tokenIn = (text: string) => /https:\/\/shop\.test\/confirm#(\S+)/.exec(text)?.[1] ?? ''
const answer = ({ status, body }: Answer) => (body?.code ? [status, body.code] : [status])
const notVerified = [403, 'email_not_verified']

async function register(app: TestApp, email: string, headers: Record<string, string> = {}) {
  const { body } = await app.call('POST', '/api/auth/register', { name: 'Nina', email, password }, headers)
  return new Person(app, SignedIn.parse(body))
}

async function order(app: TestApp, person: Person) {
  const [service] = await app.services()
  return answer(await person.post('/api/orders', placeOrder(service?.id ?? '')))
}

const confirm = (app: TestApp, token: string) => app.call('POST', '/api/auth/confirm-email', { token })
const mustConfirm = async (person: Person) => (await person.get('/api/auth/profile')).body.mustConfirmEmail

test('a customer who registers orders once the link in the e-mail is opened', async ({ app, mail }) => {
  const nina = await register(app, 'nina@example.com', { 'accept-language': 'de' })
  const { subject, text } = await mail.next('nina@example.com')
  assert.is(subject, 'Bestätigen Sie Ihre E-Mail-Adresse')
  assert.equal(await order(app, nina), notVerified)
  assert.is(await mustConfirm(nina), true)

  const details = (await app.call('POST', '/api/auth/link', { token: tokenIn(text) })).body
  assert.equal(details, { kind: 'verification', name: 'Nina', email: 'nina@example.com' })
  const setPassword = { token: tokenIn(text), password }
  assert.equal(answer(await app.call('POST', '/api/auth/reset', setPassword)), [410, 'invalid_link'])
  assert.equal(answer(await confirm(app, tokenIn(text))), [204])
  assert.equal(answer(await confirm(app, tokenIn(text))), [410, 'invalid_link'])
  assert.equal(await order(app, nina), [201])
  assert.is(await mustConfirm(nina), false)
  const { entries } = (await app.admin.get(`/api/audit?q=confirmed%20${nina.id}`)).body
  assert.is(entries.length, 1)
})

test('the link is sent again five times a day at most, and not when it is not needed', async ({ app, mail }) => {
  const omar = await register(app, 'omar@example.com')
  const first = tokenIn((await mail.next('omar@example.com')).text)
  const again = () => omar.post('/api/auth/confirm-email/send')
  for (let count = 0; count < 4; count++) assert.equal(answer(await again()), [202])
  const refused = await again()
  assert.equal(answer(refused), [429, 'too_many_requests'])
  assert.ok(Number(refused.headers.get('retry-after')) > 86_000)
  for (let count = 0; count < 4; count++) await mail.next('omar@example.com')
  assert.equal(answer(await confirm(app, first)), [204], 'the first link is still valid')
  assert.equal(answer(await again()), [202])
  await app.drain()
  assert.not.ok(mail.received().some(({ to }) => to.includes('omar@example.com')))
  const vendor = await app.vendor()
  assert.equal(answer(await vendor.post('/api/auth/confirm-email/send')), [403, 'forbidden'])
  assert.is((await app.call('POST', '/api/auth/confirm-email/send')).status, 401)
})

test('an invitation, a reset by e-mail and a demo account need no confirmation; a reset by an admin does', async ({
  app,
  mail,
}) => {
  const invite = { email: 'pia@example.com', name: 'Pia', role: 'customer' }
  const { url } = (await app.admin.post('/api/users/invite', invite)).body
  await mail.next('pia@example.com')
  const reset = (link: string) => app.call('POST', '/api/auth/reset', { token: link.split('#')[1], password })
  assert.equal(answer(await reset(url)), [204])
  assert.equal(await order(app, await app.signIn('pia@example.com', password)), [201])
  assert.equal(await order(app, await app.demo('customer@example.com')), [201])

  const quinn = await register(app, 'quinn@example.com')
  const former = tokenIn((await mail.next('quinn@example.com')).text)
  const handed = (await app.admin.post(`/api/users/${quinn.id}/reset`)).body.url
  await mail.next('quinn@example.com')
  assert.equal(answer(await reset(handed)), [204])
  assert.equal(await order(app, await app.signIn('quinn@example.com', password)), notVerified)
  assert.equal(answer(await confirm(app, former)), [410, 'invalid_link'], 'of the password before')
  await app.call('POST', '/api/auth/forgot', { email: 'quinn@example.com' })
  assert.equal(answer(await reset(/\S+#\S+/.exec((await mail.next('quinn@example.com')).text)?.[0] ?? '')), [204])
  assert.equal(await order(app, await app.signIn('quinn@example.com', password)), [201])
})

test('a link concerns its own account, not that of the session; a new address needs no second confirmation', async ({
  app,
  mail,
}) => {
  const [rosa, sven] = [await register(app, 'rosa@example.com'), await register(app, 'sven@example.com')]
  const ofRosa = tokenIn((await mail.next('rosa@example.com')).text)
  await mail.next('sven@example.com')
  assert.equal(answer(await sven.post('/api/auth/confirm-email', { token: ofRosa })), [204])
  assert.equal([await order(app, sven), await order(app, rosa)], [notVerified, [201]])

  await sven.patch('/api/auth/me', { email: 'sven.new@example.com', current: password })
  const { text } = await mail.next('sven.new@example.com')
  await mail.next('sven@example.com')
  assert.equal(answer(await rosa.post('/api/auth/confirm-email', { token: tokenIn(text) })), [204])
  assert.is((await rosa.get('/api/auth/me')).body.user.email, 'rosa@example.com')
  assert.is((await sven.get('/api/auth/me')).body.user.email, 'sven.new@example.com')
  assert.equal(await order(app, sven), [201])
})

test('no header of a request changes the address in a link, and no name adds a header to an e-mail', async ({
  app,
  mail,
}) => {
  const poisoned = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    forwarded: 'host=evil.example',
    origin: 'https://evil.example',
  }
  /** fetch() sends no Host but its own. */
  const post = async (path: string, body: object) => {
    const headers = { ...poisoned, 'content-type': 'application/json' }
    const sent = request(app.http + path, { method: 'POST', headers }).end(JSON.stringify(body))
    const [response] = await once(sent, 'response')
    return response.resume().statusCode
  }
  const tara = { name: 'Tara http://evil.example', email: 'tara@example.com', password }
  assert.is(await post('/api/auth/register', tara), 201)
  const received = await mail.next('tara@example.com')
  assert.match(received.text, 'https://shop.test/confirm#')
  assert.not.match(JSON.stringify(received), 'evil.example')
  assert.is(await post('/api/auth/forgot', { email: tara.email }), 202)
  assert.not.match(JSON.stringify(await mail.next('tara@example.com')), 'evil.example')

  const split = 'Uma\r\nBcc: eve@example.com'
  const refused: [string, object][] = [
    ['name', { name: split, email: 'uma@example.com', password }],
    ['email', { name: 'Uma', email: 'uma@example.com\r\nbcc: eve@example.com', password }],
    ['email', { name: 'Uma', email: 'uma@example.com, eve@example.com', password }],
    ['email', { name: 'Uma', email: '"<eve@example.com>" <uma@example.com>', password }],
  ]
  for (const [path, body] of refused) {
    const { status, body: problem } = await app.call('POST', '/api/auth/register', body)
    assert.equal([status, problem.errors?.[0]?.path], [400, path])
  }
  const invited = await app.admin.post('/api/users/invite', { email: 'uma@example.com', name: split, role: 'vendor' })
  assert.is(invited.status, 400)
})

test('an unknown address costs a sign-in as many password hashes as a known one', async ({ app }) => {
  const vendor = await app.vendor()
  /** @node-rs/argon2 creates one resource for each run, without a type. */
  async function runs(email: string) {
    let count = 0
    const hook = createHook({ init: (_id, type) => void (count += type === 'undefined' ? 1 : 0) }).enable()
    const { status } = await app.call('POST', '/api/auth/login', { email, password: 'not the password' })
    hook.disable()
    return [status, count]
  }
  assert.equal(await runs(vendor.user.email), [401, 1])
  assert.equal(await runs('unknown@example.com'), [401, 1])
})

test('guesses of links are limited by network', async ({ app }) => {
  const guess = (path: string) => app.call('POST', path, { token: `${'x'.repeat(22)}.${'y'.repeat(43)}`, password })
  let guesses = 0
  while ((await guess('/api/auth/reset')).status === 410) guesses++
  assert.ok(guesses > 50 && guesses <= 100, String(guesses))
  const refused = await guess('/api/auth/reset')
  assert.equal(answer(refused), [429, 'too_many_requests'])
  assert.ok(Number(refused.headers.get('retry-after')) > 3_500)
  for (const path of ['/api/auth/link', '/api/auth/confirm-email'])
    assert.equal(answer(await app.call('POST', path, { token: 'z.z' })), [429, 'too_many_requests'])
})

test.run()
