import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { phoneKeyOf } from '../lib/phone-number.ts'
import { placeOrder, startApp, type TestApp } from '../testing/app.ts'

const test = suite<{ app: TestApp }>('customers without an account')

test.before(async (context) => {
  context.app = await startApp({ env: { COUNTRY: 'DE' } })
})
test.after(({ app }) => app.stop())

const contact = { phone: '030 5550177', address: 'Lindenstraße 9, Berlin' }
const mia = { name: 'Mia Klein', phone: '030 5550177' }

test('every notation of a phone number has one key', () => {
  for (const phone of ['030 5550177', '+49 (30) 555-0177', '0049305550177', '＋４９ 30 5550177'])
    assert.is(phoneKeyOf(phone, 'DE'), '+49305550177', phone)
  assert.is(phoneKeyOf('ext. 7', 'DE'), '7')
})

test('an order for a caller makes one customer, who is found again by the phone number in any notation', async ({
  app,
}) => {
  const [service] = await app.services()
  const place = (customer: object, key?: string) =>
    app.admin.post('/api/orders', placeOrder(service!.id, { customer, contact }), key ? { 'idempotency-key': key } : {})
  const placed = await Promise.all(Array.from({ length: 10 }, () => place(mia)))
  assert.equal([...new Set(placed.map(({ status }) => status))], [201])
  const [id, ...others] = new Set(placed.map(({ body }) => body.customer.id))
  assert.equal([others, placed[0]!.body.customer.name], [[], mia.name], 'ten calls at once make one customer')
  const { body } = await place({ name: 'M. Klein', phone: '+49 30 5550177' })
  assert.equal(body.customer, { id, name: mia.name })
  assert.equal(body.history[0].by.role, 'admin')

  const first = await place({ id }, 'k1')
  const again = await place({ id }, 'k1')
  assert.equal([first.status, again.status, again.body.id], [201, 200, first.body.id])
  const own = await place({ id: (await app.customer()).id }, 'k1')
  assert.is(own.status, 201, 'the key of another customer')

  for (const q of ['0049 30 555 0177', '+49305550177', 'Klein', '5550177']) {
    const found = await app.admin.get(`/api/customers?q=${encodeURIComponent(q)}`)
    const [customer] = found.body.customers
    assert.equal([customer?.id, customer?.hasAccount, customer?.email], [id, false, null], q)
    assert.is(customer.contact.address, contact.address)
  }
  assert.equal((await app.admin.get('/api/customers?q=999999')).body.customers, [])
})

test('the customer registers by a link and has the orders; the account is found by the phone number', async ({
  app,
}) => {
  const [service] = await app.services()
  const customer = { name: 'Tom Weiß', phone: '030 5550188' }
  const { body: order } = await app.admin.post('/api/orders', placeOrder(service!.id, { customer }))
  const invite = (body: object) => app.admin.post(`/api/customers/${order.customer.id}/invite`, body)
  assert.equal((await invite({})).body.errors[0].code, 'email_required')
  const { status, body: invited } = await invite({ email: 'tom@example.com' })
  assert.is(status, 201)
  const token = new URL(invited.url).hash.slice(1)
  assert.is((await app.call('POST', '/api/auth/reset', { token, password: app.password })).status, 204)
  const tom = await app.signIn('tom@example.com', app.password)
  assert.equal([tom.id, tom.user.name], [order.customer.id, 'Tom Weiß'])
  assert.equal(
    (await tom.get('/api/orders')).body.orders.map((one: { id: string }) => one.id),
    [order.id],
  )
  const [found] = (await app.admin.get('/api/customers?q=%2B49305550188')).body.customers
  assert.equal([found.id, found.hasAccount, found.email], [tom.id, true, 'tom@example.com'])
  assert.is((await invite({ email: 'other@example.com' })).body.code, 'not_found')
  await app.admin.patch(`/api/users/${tom.id}`, { active: false })
  const refused = await app.admin.post('/api/orders', placeOrder(service!.id, { customer: { id: tom.id } }))
  assert.is(refused.body.code, 'unknown_customer')
})

test.run()
