import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOrder, startApp, type Answer, type TestApp } from '../../testing/app.ts'
import { startMailServer, type MailServer } from './testing/mail-server.ts'

const test = suite<{ app: TestApp; mail: MailServer }>('invitations and profiles')

test.before(async (context) => {
  context.mail = await startMailServer()
  context.app = await startApp({ env: context.mail.env })
})
test.after(async ({ app, mail }) => {
  await app.stop()
  await mail.stop()
})

const password = 'a good long one'
const tokenIn = (text: string) => /https:\/\/shop\.test\/\w+#(\S+)/.exec(text)?.[1] ?? ''
const answer = ({ status, body }: Answer) => (body?.code ? [status, body.code] : [status])
const accept = (app: TestApp, token: string) => app.call('POST', '/api/auth/reset', { token, password })
const german = { 'accept-language': 'de' }

test('an invited person chooses the password; the invitation is listed until then, and mailed', async ({
  app,
  mail,
}) => {
  const body = { email: 'Nora@example.com', name: 'Nora', role: 'vendor' }
  const { status, body: invited } = await app.admin.post('/api/users/invite', body, german)
  const { invitation, url, mailed } = invited
  assert.equal([status, mailed, invitation.email, invitation.role], [201, true, 'nora@example.com', 'vendor'])
  assert.is(Date.parse(invitation.expiresAt) - Date.parse(invitation.createdAt), 7 * 86_400_000)
  const received = await mail.next('nora@example.com')
  assert.is(received.subject, 'Ihre Einladung zu Callout')
  assert.equal(tokenIn(received.text), tokenIn(url))
  assert.match(url, 'https://shop.test/invitation#')
  assert.equal((await app.admin.get('/api/invitations')).body, { invitations: [invitation] })

  const details = await app.call('POST', '/api/auth/link', { token: tokenIn(url) })
  assert.equal(details.body, { kind: 'invitation', name: 'Nora', email: 'nora@example.com' })
  assert.equal(answer(await accept(app, tokenIn(url))), [204])
  const nora = await app.signIn('nora@example.com', password)
  assert.equal([nora.user.name, nora.user.role], ['Nora', 'vendor'])
  assert.equal((await app.admin.get('/api/invitations')).body.invitations, [])
  assert.equal(answer(await accept(app, tokenIn(url))), [410, 'invalid_link'])
  assert.equal(answer(await app.admin.post('/api/users/invite', body)), [409, 'email_taken'])
  const vendors = (await app.admin.get('/api/vendors')).body.vendors
  assert.ok(vendors.some(({ id }: { id: string }) => id === nora.id))
})

test('an invitation is repeated, corrected and withdrawn', async ({ app, mail }) => {
  const invite = (more: object = {}) =>
    app.admin.post('/api/users/invite', { email: 'omar@example.com', name: 'Omra', role: 'vendor', ...more })
  const first = (await invite()).body
  await mail.next('omar@example.com')
  const corrected = (await invite({ name: 'Omar', role: 'admin' })).body
  assert.equal([corrected.invitation.id, corrected.invitation.name], [first.invitation.id, 'Omar'])
  await mail.next('omar@example.com')
  const repeated = await app.admin.post(`/api/invitations/${first.invitation.id}/repeat`)
  assert.equal([repeated.status, repeated.body.url], [201, corrected.url])
  await mail.next('omar@example.com')
  const remove = () => app.admin.call('DELETE', `/api/invitations/${first.invitation.id}`)
  assert.is((await remove()).status, 204)
  assert.equal(answer(await accept(app, tokenIn(first.url))), [410, 'invalid_link'])
  assert.equal(answer(await remove()), [404, 'not_found'])
  assert.equal(answer(await app.admin.post(`/api/invitations/${first.invitation.id}/repeat`)), [404, 'not_found'])
})

test('an invitation does not take over an account that was made meanwhile, and makes one account only', async ({
  app,
}) => {
  const invite = (email: string) => app.admin.post('/api/users/invite', { email, name: 'Pia', role: 'admin' })
  const { url } = (await invite('pia@example.com')).body
  const registered = { name: 'Pia', email: 'pia@example.com', password: app.password }
  assert.is((await app.call('POST', '/api/auth/register', registered)).status, 201)
  assert.equal(answer(await accept(app, tokenIn(url))), [409, 'email_taken'])
  assert.is((await app.signIn('pia@example.com', app.password)).user.role, 'customer')

  const other = (await invite('pia2@example.com')).body
  const answers = await Promise.all(Array.from({ length: 4 }, () => accept(app, tokenIn(other.url))))
  assert.is(answers.filter(({ status }) => status === 204).length, 1)
  const { users } = (await app.admin.get('/api/users?role=admin')).body
  assert.is(users.filter(({ email }: { email: string }) => email === 'pia2@example.com').length, 1)
})

test('only admins invite, and see invitations', async ({ app }) => {
  const [vendor, customer] = [await app.vendor(), await app.customer()]
  const body = { email: 'eva@example.com', name: 'Eva', role: 'admin' }
  for (const person of [vendor, customer]) {
    assert.equal(answer(await person.post('/api/users/invite', body)), [403, 'forbidden'])
    assert.equal(answer(await person.get('/api/invitations')), [403, 'forbidden'])
    assert.equal(answer(await person.post('/api/invitations/x/repeat')), [403, 'forbidden'])
    assert.equal(answer(await person.call('DELETE', '/api/invitations/x')), [403, 'forbidden'])
  }
  assert.is((await app.call('POST', '/api/users/invite', body)).status, 401)
  const { token } = await vendor.device()
  const device = { authorization: `Bearer ${token}` }
  for (const path of ['/api/auth/profile', '/api/auth/sessions', '/api/invitations'])
    assert.equal(answer(await app.call('GET', path, undefined, device)), [403, 'forbidden'], path)
  assert.equal(answer(await app.call('PATCH', '/api/auth/me', { name: 'Van' }, device)), [403, 'forbidden'])
})

test('a profile is the caller’s own: name, phone, language and addresses; open orders follow the name', async ({
  app,
}) => {
  const customer = await app.customer('Quinn')
  const order = await app.order(customer)
  const probe = await customer.connect()
  await probe.subscribe(`customers/${customer.id}/orders`)
  const addresses = [
    { address: 'Lindenstraße 9, Berlin', area: 'Kreuzberg', phone: '+49 30 123456' },
    { address: 'Hauptstraße 1, Potsdam' },
  ]
  assert.equal((await customer.get('/api/auth/profile')).body, {
    user: customer.user,
    phone: null,
    language: null,
    addresses: [],
    pendingEmail: null,
    canChangeEmail: true,
    mustConfirmEmail: false,
  })
  const change = { name: 'Quinn Q.', phone: '+49 30 99', language: 'de', addresses }
  const changed = await customer.patch('/api/auth/me', change)
  assert.is(changed.status, 200)
  const profile = (await customer.get('/api/auth/profile')).body
  assert.equal(changed.body, profile)
  assert.equal(
    [profile.user.name, profile.phone, profile.language, profile.addresses],
    ['Quinn Q.', '+49 30 99', 'de', addresses],
  )
  const renamed = await probe.until(({ payload }) => payload.customer?.name === 'Quinn Q.')
  assert.is(renamed.payload.id, order.id)
  assert.equal((await customer.patch('/api/auth/me', { phone: null })).body.addresses, addresses)
  assert.equal((await (await app.customer()).get('/api/auth/profile')).body.addresses, [])

  const refused: [object, string][] = [
    [{ role: 'admin' }, 'role'],
    [{ active: true }, 'active'],
    [{ id: 'x' }, 'id'],
    [{ name: '  ' }, 'name'],
    [{ phone: 'none' }, 'phone'],
    [{ language: 'Deutsch!' }, 'language'],
    [{ addresses: [{ address: 'x' }] }, 'addresses.0.address'],
    [{ addresses: Array.from({ length: 21 }, () => addresses[0]) }, 'addresses'],
  ]
  for (const [body, path] of refused) {
    const { status, body: problem } = await customer.patch('/api/auth/me', body)
    assert.equal([status, problem.errors?.[0]?.path], [400, path])
  }
  assert.is((await app.call('PATCH', '/api/auth/me', { name: 'x' })).status, 401)
})

test('a new e-mail address needs the password and its confirmation; the former one is told', async ({ app, mail }) => {
  const person = await app.vendor('Rosa')
  await person.patch('/api/auth/me', { language: 'de' })
  const { email } = person.user
  const next = 'rosa.new@example.com'
  const change = (body: object) => person.patch('/api/auth/me', body)
  assert.equal(answer(await change({ email: next })), [422, 'wrong_password'])
  assert.equal(answer(await change({ email: next, current: 'wrong' })), [422, 'wrong_password'])
  assert.equal(answer(await change({ email: 'admin@example.com', current: app.password })), [409, 'email_taken'])
  assert.not.ok(mail.received().some(({ to }) => to.includes(next)))

  const { body } = await change({ email: next, current: app.password })
  assert.equal([body.user.email, body.pendingEmail], [email, next])
  const [confirmation, notice] = [await mail.next(next), await mail.next(email)]
  assert.is(confirmation.subject, 'Bestätigen Sie Ihre neue E-Mail-Adresse')
  assert.match(notice.text, `soll ${next} werden`)
  assert.not.match(notice.text, '#')
  const token = tokenIn(confirmation.text)
  assert.equal(answer(await accept(app, token)), [410, 'invalid_link'])
  const confirm = () => app.call('POST', '/api/auth/confirm-email', { token })
  assert.equal(answer(await confirm()), [204])
  assert.equal(answer(await confirm()), [410, 'invalid_link'])
  const profile = (await person.get('/api/auth/profile')).body
  assert.equal([profile.user.email, profile.pendingEmail], [next, null])
  assert.ok(await app.signIn(next, app.password))
  assert.is((await app.call('POST', '/api/auth/login', { email, password: app.password })).status, 401)
})

test('a new password, or another request, ends a pending change of the e-mail address', async ({ app, mail }) => {
  const person = await app.vendor('Sam')
  const ask = async (email: string) => {
    await person.patch('/api/auth/me', { email, current: app.password })
    return tokenIn((await mail.next(email)).text)
  }
  const confirm = (token: string) => app.call('POST', '/api/auth/confirm-email', { token })
  const first = await ask('sam1@example.com')
  const second = await ask('sam2@example.com')
  assert.equal(answer(await confirm(first)), [410, 'invalid_link'])
  // The owner, told at the former address, changes the password.
  await person.post('/api/auth/password', { current: app.password, password })
  assert.equal(answer(await confirm(second)), [410, 'invalid_link'])
  assert.is((await person.get('/api/auth/profile')).body.user.email, person.user.email)
})

test('an address that was taken meanwhile is not confirmed', async ({ app, mail }) => {
  const person = await app.vendor('Tom')
  await person.patch('/api/auth/me', { email: 'tom.new@example.com', current: app.password })
  const token = tokenIn((await mail.next('tom.new@example.com')).text)
  const registered = { name: 'Tom', email: 'tom.new@example.com', password: app.password }
  assert.is((await app.call('POST', '/api/auth/register', registered)).status, 201)
  assert.equal(answer(await app.call('POST', '/api/auth/confirm-email', { token })), [409, 'email_taken'])
  assert.is((await person.get('/api/auth/profile')).body.user.email, person.user.email)
})

test('without a mail server links are handed over, and nothing is stored for a forgotten password', async () => {
  const app = await startApp()
  const { user } = await app.vendor()
  const { body } = await app.admin.post(`/api/users/${user.id}/reset`)
  assert.equal([body.mailed, body.url.startsWith(`${app.http}/reset#`)], [false, true])
  const invited = (
    await app.admin.post('/api/users/invite', { email: 'uma@example.com', name: 'Uma', role: 'customer' })
  ).body
  assert.is(invited.mailed, false)
  assert.equal(answer(await accept(app, invited.url.split('#')[1])), [204])
  const uma = await app.signIn('uma@example.com', password)
  const [service] = await app.services()
  assert.is((await uma.post('/api/orders', placeOrder(service?.id ?? ''))).status, 201)
  assert.equal(answer(await app.call('POST', '/api/auth/forgot', { email: user.email })), [202])
  const profile = (await uma.get('/api/auth/profile')).body
  assert.is(profile.canChangeEmail, false)
  assert.equal(answer(await uma.patch('/api/auth/me', { email: 'u@example.com', current: password })), [409, 'no_mail'])
  await app.stop()
})

test('REGISTRATION=invite lets customers join by invitation only, and closed not at all', async () => {
  const person = { name: 'Vic', email: 'vic@example.com', password }
  const invitation = { name: 'Vic', email: 'vic@example.com', role: 'customer' }
  for (const [registration, invited] of [
    ['invite', 201],
    ['closed', 403],
  ] as const) {
    const app = await startApp({ env: { REGISTRATION: registration } })
    assert.equal(answer(await app.call('POST', '/api/auth/register', person)), [403, 'registration_closed'])
    const { status, body } = await app.admin.post('/api/users/invite', invitation)
    assert.is(status, invited)
    if (invited === 201) assert.equal(answer(await accept(app, body.url.split('#')[1])), [204])
    assert.is(
      (await app.admin.post('/api/users/invite', { ...invitation, email: 'w@example.com', role: 'vendor' })).status,
      201,
    )
    await app.stop()
  }
})

test.run()
