import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { call, placeOrder, startApp, type Answer, type TestApp } from '../testing/app.ts'
import { Probe } from '../testing/probe.ts'

// With MONGO_URI set, the same on MongoDB.
const test = suite<{ app: TestApp }>('texts, passwords and e-mail addresses')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

const errorsOf = ({ status, body }: Answer) => [
  status,
  ...(body.errors ?? []).map(({ path, code }: { path: string; code: string }) => `${path}: ${code}`),
]

/** Allowed characters that a database or an encoder might change. */
const unusual =
  'e\u0301 é \ufb01 \u00a0 \u200d \u200f \u2028 \ufffe \uffff \u{10ffff} \ufeff 👩‍🔧 \r\n\t «שלום» %00 \\u0000'

test('a text is stored as it was answered', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const [service] = await app.services()
  const contact = { phone: '+49 30 123456', address: `Lane ${unusual} 9` }
  const order = await customer.post('/api/orders', placeOrder(service!.id, { contact, notes: `a${unusual}b` }))
  assert.equal([order.body.contact, order.body.notes], [contact, `a${unusual}b`])
  assert.equal((await customer.get(`/api/orders/${order.body.id}`)).body, order.body)
  await vendor.set(order.body, 'accepted')
  const released = await vendor.set(order.body, 'pending', { reason: `a${unusual}b` })
  assert.is(released.body.history.at(-1).note, `a${unusual}b`)
  const { body: stored } = await customer.get(`/api/orders/${order.body.id}`)
  assert.equal(stored.history.at(-1), released.body.history.at(-1))
  const details = { name: 'Ægir ﬁ 👩‍🔧 é', description: `a${unusual}b`, price: 1, durationMinutes: 1 }
  const { body: made } = await app.admin.post('/api/services', details)
  const listed = (await app.services()).find(({ id }) => id === made.id)
  assert.equal([made.description, listed], [details.description, made])
})

test('a control character or half of a surrogate pair is refused with its field, wherever it comes from', async ({
  app,
}) => {
  const [customer, vendor, order] = await Promise.all([
    app.customer(),
    app.vendor(),
    app.customer().then((one) => app.order(one)),
  ])
  const before = (await app.admin.get(`/api/orders/${order.id}`)).body
  for (const bad of ['\0', '\x1b', '\ud800']) {
    const text = `12345 a${bad}b`
    const contact = { phone: text, address: text }
    assert.equal(errorsOf(await customer.post('/api/orders', placeOrder('x', { contact, notes: text }))), [
      400,
      'contact.phone: control_character',
      'contact.address: control_character',
      'notes: control_character',
    ])
    const change = { reason: text, note: text, commandId: text }
    assert.equal(errorsOf(await vendor.set(order, 'rejected', change)), [
      400,
      'reason: control_character',
      'note: control_character',
      'commandId: control_character',
    ])
    const service = { name: text, description: text, price: 1, durationMinutes: 1 }
    assert.equal(errorsOf(await app.admin.post('/api/services', service)), [
      400,
      'name: control_character',
      'description: control_character',
    ])
    const person = { name: text, email: `a${bad}@example.com`, password: text }
    assert.equal(errorsOf(await call(app, 'POST', '/api/auth/register', person)), [
      400,
      'name: control_character',
      'email: invalid_format',
      'password: control_character',
    ])
    assert.equal(errorsOf(await vendor.post('/api/devices', { name: text })), [400, 'name: control_character'])
  }
  const van = await Probe.connect(app.mqtt, (await vendor.device()).login)
  await van.subscribe(`users/${vendor.id}/replies`)
  await van.publish(`orders/${order.id}/status`, { status: 'rejected', reason: 'a\0b' })
  const { payload } = await van.until(() => true)
  assert.equal([payload.ok, payload.code], [false, 'invalid_request'])
  assert.match(payload.detail, /^reason: /)
  assert.equal((await app.admin.get(`/api/orders/${order.id}`)).body, before)
  await van.end()
})

test('a name with nothing visible or with a bidi override is refused, for people, services and devices', async ({
  app,
}) => {
  const vendor = await app.vendor()
  for (const [name, code] of [
    ['\u200b\u3164', 'nothing_visible'],
    ['Ana\u202egnp', 'bidi_control'],
  ]) {
    const email = 'new@example.com'
    const answers = [
      await call(app, 'POST', '/api/auth/register', { name, email, password: app.password }),
      await app.admin.post('/api/users', { name, email, password: app.password, role: 'vendor' }),
      await app.admin.patch(`/api/users/${vendor.id}`, { name }),
      await app.admin.post('/api/services', { name, price: 1, durationMinutes: 1 }),
      await vendor.post('/api/devices', { name }),
    ]
    for (const answer of answers) assert.equal(errorsOf(answer), [400, `name: ${code}`])
  }
})

test('a person signs in however the device composes the accents of the password', async ({ app }) => {
  const person = { name: 'Zoë', email: 'zoe@example.com', password: 'crème brûlée'.normalize('NFD') }
  assert.is((await call(app, 'POST', '/api/auth/register', person)).status, 201)
  for (const form of ['NFC', 'NFD']) {
    assert.is((await app.signIn(person.email, person.password.normalize(form))).user.name, 'Zoë')
  }
  const { id } = (await app.signIn(person.email, person.password)).user
  assert.equal(errorsOf(await app.admin.patch(`/api/users/${id}`, { password: ' '.repeat(10) })), [
    400,
    'password: nothing_visible',
  ])
})

test('an address is one account in every notation, and a second one is refused at the field', async ({ app }) => {
  const details = { name: 'Jörg', password: app.password }
  const made = await call(app, 'POST', '/api/auth/register', { ...details, email: 'Joerg@Müller.example' })
  assert.equal([made.status, made.body.user.email], [201, 'joerg@xn--mller-kva.example'])
  for (const email of ['joerg@xn--mller-kva.example', ' JOERG@MÜLLER.example', 'joerg@mu\u0308ller.example']) {
    assert.is((await app.signIn(email, app.password)).id, made.body.user.id)
    assert.equal(errorsOf(await call(app, 'POST', '/api/auth/register', { ...details, email })), [
      409,
      'email: email_taken',
    ])
  }
  for (const email of ['root@localhost', 'a..b@example.com']) {
    assert.is((await call(app, 'POST', '/api/auth/register', { ...details, email })).status, 201, email)
    await app.signIn(email, app.password)
  }
})

test('a refusal that concerns one field of the body names it', async ({ app }) => {
  const customer = await app.customer()
  const [[service], order] = await Promise.all([app.services(), app.order(customer)])
  const past = placeOrder(service!.id, { scheduledFor: '2020-01-01T00:00:00Z' })
  assert.equal(errorsOf(await customer.post('/api/orders', past)), [422, 'scheduledFor: schedule_past'])
  assert.equal(errorsOf(await app.admin.post(`/api/orders/${order.id}/assign`, { vendorId: 'x' })), [
    422,
    'vendorId: unknown_vendor',
  ])
  assert.equal(errorsOf(await app.admin.post('/api/devices', { name: 'Van', vendorId: 'x' })), [
    422,
    'vendorId: unknown_vendor',
  ])
  assert.equal(errorsOf(await customer.set(order, 'cancelled')), [422, 'reason: reason_required'])
})

test.run()
