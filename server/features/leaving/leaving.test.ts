import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { placeOrder, startApp, type Answer, type Person, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { allDocuments, mongoUri } from '../../testing/mongo.ts'
import { Probe } from '../../testing/probe.ts'

const test = suite('people who leave')

/** Words that belong to one person, each by where it was written. None begins as another, because the text index shares beginnings. */
const customer = {
  name: 'Jqname Brtlast',
  renamed: 'Jqbefore',
  email: 'kvmaila@example.com',
  newEmail: 'gznewmail@example.com',
  phone: '+49 30 7193046582',
  address: 'Wzstreet 5, Qhtown',
  area: 'Dxarea',
  notes: 'Fjnotes',
  reason: 'Pvreason',
  profilePhone: '+49 40 8264913705',
  profileAddress: 'Tqhome 9, Lkvillage',
  commandKey: 'hbidempotency',
  aboutTheHome: 'Mzcellar',
  endpoint: 'ycendpoint',
}
const vendor = {
  skill: 'Jqskill',
  name: 'Vkvendor Xqlast',
  email: 'uqvendormail@example.com',
  device: 'Zbvan',
  note: 'Cwnote',
  reason: 'Rgreason',
  latitude: '51.7392046187',
}
const everyWord = [customer, vendor]
  .flatMap((person) =>
    Object.values(person).flatMap((text) =>
      text
        .replace(/\+?\d+ /g, '')
        .split(/[\s,@]+/)
        .filter((word) => /^[A-Za-z]{4,}|^[\d.]{9,}/.test(word)),
    ),
  )
  .filter((word) => word !== 'example.com')

const found = (text: string) => everyWord.filter((word) => text.toLowerCase().includes(word.toLowerCase()))

async function filesIn(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const contents = files
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), 'latin1'))
  return (await Promise.all(contents)).join('\n')
}

/** Everything in the folder of a server, and in its database. */
const bytesOf = async (dataDir: string): Promise<string> =>
  `${await filesIn(dataDir)}\n${mongoUri && (await allDocuments(dataDir))}`

const env = {
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'Callout <shop@example.com>',
  PUBLIC_URL: 'https://shop.test',
  WEBHOOKS_ALLOW_PRIVATE: 'true',
  LOG_LEVEL: 'debug',
}

/** Two people who leave traces everywhere, and two who stay. */
async function tracesOf(app: TestApp) {
  const { admin, password } = app
  const register = (person: { name: string; email: string }) =>
    app.call('POST', '/api/auth/register', { ...person, password })
  await register({ name: customer.renamed, email: customer.email })
  const leaving = await app.signIn(customer.email, password)
  await admin.patch(`/api/users/${leaving.id}`, { name: customer.name })
  await admin.post('/api/users', { name: vendor.name, email: vendor.email, password, role: 'vendor' })
  const leavingVendor = await app.signIn(vendor.email, password)
  const [otto, carl] = [await app.vendor('Otto'), await app.customer('Carl')]

  const events = ['order.placed', 'order.cancelled', 'order.completed', 'order.released', 'vendor.online']
  await admin.post('/api/webhooks', { url: 'http://127.0.0.1:1/hook', events })
  const addresses = [{ address: customer.profileAddress, phone: customer.profilePhone }]
  await leaving.patch('/api/auth/me', { phone: customer.profilePhone, addresses })
  await leaving.patch('/api/auth/me', { email: customer.newEmail, current: password })
  await app.call('POST', '/api/auth/forgot', { email: customer.email })
  await app.call('POST', '/api/auth/login', { email: customer.email, password: 'wrong' })
  const keys = {
    p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
    auth: 'tBHItJI5svbpez7KI4CCXg',
  }
  await leaving.post('/api/push/subscriptions', { endpoint: `http://127.0.0.1:1/${customer.endpoint}`, keys })
  await leavingVendor.device(vendor.device)
  await admin.patch(`/api/users/${leavingVendor.id}`, { skills: [vendor.skill] })
  await leavingVendor.post('/api/positions', { lat: Number(vendor.latitude), lng: 13.4 })

  const van = await otto.device('Van')
  const device = await Probe.connect(app.mqtt, { ...van.login, clean: false })
  for (const filter of ['orders/new', 'orders/update', `users/${otto.id}/notifications`])
    assert.is(await device.subscribe(filter), 1)
  await device.end()

  const [service] = await app.services()
  const contact = { phone: customer.phone, address: customer.address, area: customer.area }
  const body = placeOrder(service?.id ?? '', { contact, notes: customer.notes })
  const headers = { 'idempotency-key': customer.commandKey }
  const first = (await leaving.post('/api/orders', body, headers)).body
  await leavingVendor.set(first, 'accepted')
  await leavingVendor.set(first, 'pending', { reason: vendor.reason })
  for (const status of ['accepted', 'on_the_way', 'in_progress']) await otto.set(first, status)
  await otto.set(first, 'completed', { note: customer.aboutTheHome })
  const second = (await leaving.post('/api/orders', body)).body
  await otto.set(second, 'accepted')
  await leaving.set(second, 'cancelled', { reason: customer.reason })
  const third = await app.order(carl)
  for (const status of ['accepted', 'on_the_way', 'in_progress']) await leavingVendor.set(third, status)
  await leavingVendor.set(third, 'completed', { note: vendor.note })
  await admin.get(`/api/orders?q=${encodeURIComponent(customer.name)}`)
  const open = await leavingVendor.connect()
  await open.settled()
  await app.drain()
  return { leaving, leavingVendor, otto, carl, van, orders: { first, second, third } }
}

const erase = (admin: Person, { id }: Person) => admin.post(`/api/users/${id}/erase`)
/** After the last pass. */
const settled = 121_000

test('nothing of two people is found after their erasure: no byte of any file, no log, no topic, no answer', async () => {
  const lines: string[] = []
  const logOutput = { write: (line: string) => void lines.push(line) }
  const clock = new StillClock()
  let app = await startApp({ env, clock, logOutput })
  const { dataDir } = app
  const again = async () => {
    await app.stop({ keep: true })
    app = await startApp({ env: { ...env, DATA_DIR: dataDir }, clock, logOutput })
  }
  const { leaving, leavingVendor, otto, van, orders } = await tracesOf(app)
  await app.stop({ keep: true })
  assert.equal(found(await bytesOf(dataDir)), everyWord, 'every word is in the files before')
  assert.ok(found(await filesIn(join(dataDir, 'device-sessions'))).length > 5, 'the queue of a device too')
  app = await startApp({ env: { ...env, DATA_DIR: dataDir }, clock, logOutput })
  const [watching, session] = [await app.admin.connect(), await app.signIn(customer.email, app.password)]
  await watching.subscribe('orders/#')

  assert.is((await erase(app.admin, leaving)).status, 202)
  assert.is((await erase(app.admin, leavingVendor)).status, 202)
  assert.is((await session.get('/api/auth/me')).status, 401, 'the session has ended')
  const login = { email: customer.email, password: app.password }
  assert.is((await app.call('POST', '/api/auth/login', login)).status, 401)
  // Open pages get the order without the person.
  for (const { id } of Object.values(orders))
    await watching.until(({ payload }) => payload.id === id && found(JSON.stringify(payload)).length === 0)
  await watching.end()
  clock.set(settled)
  await again()
  await app.stop({ keep: true })
  assert.equal(found(await bytesOf(dataDir)), [], 'in the files')
  assert.equal(found(lines.join('')), [], 'in the log')

  app = await startApp({ env: { ...env, DATA_DIR: dataDir }, clock, logOutput })
  const [admin, probe] = [app.admin, await app.admin.connect()]
  for (const filter of ['orders/#', 'vendor/#', 'customers/#', 'services', 'alerts/#']) await probe.subscribe(filter)
  await probe.settled()
  const paths = [
    '/api/orders',
    '/api/orders/export.csv',
    '/api/users',
    '/api/vendors',
    '/api/audit',
    '/api/audit/export.csv',
    '/api/invitations',
    '/api/notifications',
    '/api/devices',
  ]
  const webhooks = (await admin.get('/api/webhooks')).body.webhooks
  paths.push(`/api/webhooks/${webhooks[0].id}/deliveries`)
  const answers = await Promise.all(paths.map(async (path) => [path, await admin.get(path)] as const))
  for (const [path, { status, body }] of answers) {
    if (path !== '/api/orders/export.csv') assert.is(status, 200, path)
    assert.equal(found(JSON.stringify(body)), [], path)
  }
  assert.equal(found(JSON.stringify(probe.messages)), [], 'retained messages')
  for (const word of everyWord) {
    const { body } = await admin.get(`/api/orders?q=${encodeURIComponent(word)}`)
    assert.equal(body.orders, [], `a search for ${word}`)
  }

  // What stays for the books, and for those who were concerned.
  const first = (await admin.get(`/api/orders/${orders.first.id}`)).body
  assert.equal(
    [first.status, first.customer, first.totalAmount],
    ['completed', { id: leaving.id, name: 'Erased person' }, orders.first.totalAmount],
  )
  assert.equal(first.contact, { phone: '', address: '' })
  assert.equal(first.history.map(({ status }: { status: string }) => status).slice(0, 7), [
    'pending',
    'accepted',
    'pending',
    'accepted',
    'on_the_way',
    'in_progress',
    'completed',
  ])
  const told = (await (await app.signIn(otto.user.email, app.password)).get('/api/notifications')).body.notifications
  assert.ok(
    told.some(
      ({ event, by }: { event: string; by: { name: string } }) =>
        event === 'order.cancelled' && by.name === 'Erased person',
    ),
  )
  const { entries } = (await admin.get('/api/audit?limit=200')).body
  const erased = entries.filter(({ action }: { action: string }) => action === 'account erased')
  const pseudonyms = [leaving.id, leavingVendor.id].toSorted().map((id) => ({ id, name: 'Erased person' }))
  const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1)
  assert.equal(erased.map(({ user }: { user: { id: string } }) => user).toSorted(byId), pseudonyms)
  // The device gets the newest state of each order it was told of.
  const device = await Probe.connect(app.mqtt, { ...van.login, clean: false })
  const { payload } = await device.until(
    (message) => message.payload.id === orders.second.id && message.payload.version > 3,
  )
  assert.is(payload.customer.name, 'Erased person')
  assert.equal(found(JSON.stringify(device.messages)), [])
  await Promise.all([probe.end(), device.end()])
  await app.stop()
})

test('open orders, open jobs and the last admin refuse an erasure; an own one needs the password', async () => {
  const app = await startApp()
  const [mia, ana] = [await app.customer('Mia'), await app.vendor('Ana')]
  const order = await app.order(mia)
  const own = (person: Person, password = app.password) => person.post('/api/account/erase', { password })
  const answer = ({ status, body }: Answer) => [status, body.code]
  assert.equal(answer(await own(mia, 'wrong')), [422, 'wrong_password'])
  assert.equal(answer(await own(mia)), [409, 'open_orders'])
  await ana.set(order, 'accepted')
  for (const refused of [await own(ana), await erase(app.admin, ana)]) {
    assert.equal(answer(refused), [409, 'vendor_has_jobs'])
    assert.equal(
      refused.body.orders.map(({ id }: { id: string }) => id),
      [order.id],
    )
  }
  assert.equal(answer(await erase(app.admin, mia)), [409, 'open_orders'])
  assert.equal(answer(await erase(app.admin, app.admin)), [422, 'own_account'])
  const demo = app.demoAccounts.find(({ email }) => email === 'admin@example.com')
  assert.equal(answer(await own(app.admin, demo?.password)), [409, 'last_admin'])
  assert.equal((await app.admin.get('/api/auth/me')).status, 200, 'nothing was erased')
  for (const person of [mia, ana]) assert.is((await erase(person, mia)).status, 403)
  const { token } = await ana.device()
  const asDevice = { authorization: `Bearer ${token}` }
  assert.is((await app.call('POST', '/api/account/erase', { password: app.password }, asDevice)).status, 403)
  assert.is((await app.call('POST', `/api/users/${mia.id}/erase`)).status, 401)

  await mia.set(order, 'cancelled', { reason: 'Sold' })
  const erased = await own(mia)
  assert.is(erased.status, 202)
  assert.match(erased.headers.get('set-cookie') ?? '', /Max-Age=0|Expires=Thu, 01 Jan 1970/)
  const page = (await app.admin.get('/api/users?role=customer')).body.users
  assert.not.ok(page.some(({ id }: { id: string }) => id === mia.id))
  for (const path of [`/api/users/${mia.id}/erase`, `/api/users/${mia.id}/reset`])
    assert.is((await app.admin.post(path)).status, 404, path)
  assert.is((await app.admin.patch(`/api/users/${mia.id}`, { active: true })).status, 404)
  await app.stop()
})

test('a customer without an account is exported and erased by an admin, and another caller is not', async () => {
  const app = await startApp()
  const watching = await app.admin.connect()
  await watching.subscribe('orders/#')
  const [service] = await app.services()
  const call = async (name: string, phone: string) => {
    const contact = { phone, address: `Home of ${name}` }
    return (await app.admin.post('/api/orders', placeOrder(service!.id, { customer: { name, phone }, contact }))).body
  }
  const [mia, tom] = [await call('Mia Klein', '+49 30 5550177'), await call('Tom Weiss', '+49 30 5550188')]
  const path = `/api/users/${mia.customer.id}`
  const { body: own } = await app.admin.get(`${path}/export`)
  assert.equal(
    [own.account, own.caller.phone, own.orders[0].contact.address],
    [null, '+49 30 5550177', 'Home of Mia Klein'],
  )
  assert.not.match(JSON.stringify(own), /Tom|5550188/)
  assert.is((await app.admin.post(`${path}/erase`)).body.code, 'open_orders')
  await app.admin.patch(`/api/orders/${mia.id}/status`, { status: 'cancelled', reason: 'Sold' })
  assert.is((await app.admin.post(`${path}/erase`)).status, 202)
  assert.is((await app.admin.post(`${path}/erase`)).status, 404, 'a second time')
  const byId = await app.admin.post('/api/orders', placeOrder(service!.id, { customer: { id: mia.customer.id } }))
  assert.is(byId.body.code, 'unknown_customer')
  await watching.until(({ payload }) => payload.id === mia.id && payload.customer.name === 'Erased person')
  await watching.end()
  const orderOf = async ({ id }: { id: string }) => (await app.admin.get(`/api/orders/${id}`)).body
  const shown = await orderOf(mia)
  assert.equal([shown.customer.name, shown.contact], ['Erased person', { phone: '', address: '' }])
  assert.equal((await app.admin.get('/api/customers?q=5550177')).body.customers, [])
  const other = await orderOf(tom)
  assert.equal([other.customer.name, other.contact.phone], ['Tom Weiss', '+49 30 5550188'])
  assert.is((await app.admin.get('/api/customers?q=5550188')).body.customers.length, 1)
  // The same caller is another customer afterwards.
  assert.is.not((await call('Mia Klein', '+49 30 5550177')).customer.id, mia.customer.id)
  await app.stop()
})

test('an export has everything about its person, and no secret; others get their own only', async () => {
  const app = await startApp({ env: { ...env, LOG_LEVEL: 'silent' } })
  const { leaving, leavingVendor, carl } = await tracesOf(app)
  const own = await leaving.get('/api/account/export')
  assert.match(own.headers.get('content-disposition') ?? '', /^attachment; filename="callout-\w+\.json"$/)
  const text = JSON.stringify(own.body)
  // What the person may not see of themselves: the endpoint and the key open something.
  const missing = Object.values(customer).filter((value) => !text.includes(value))
  assert.equal(missing, [customer.commandKey, customer.endpoint])
  const parts = `account auditLog devices exportedAt files links messages messagesRead notificationPreferences notifications
    orders positions profile pushSubscriptions ratings secondFactor sessions signInProviders trackingLinks`
  assert.equal(Object.keys(own.body).toSorted(), parts.split(/\s+/))
  assert.is(own.body.orders.length, 2)
  const { exportedAt: _at, auditLog: _log, ...kept } = (await app.admin.get(`/api/users/${leaving.id}/export`)).body
  assert.equal(kept, { ...kept, account: own.body.account, orders: own.body.orders, profile: own.body.profile })
  const ofVendor = (await leavingVendor.get('/api/account/export')).body
  assert.equal(
    [ofVendor.orders.length, ofVendor.devices[0].name, ofVendor.presence.vendorId, ofVendor.positions[0].lat],
    [1, vendor.device, leavingVendor.id, Number(vendor.latitude)],
  )
  assert.equal(ofVendor.account.skills, [vendor.skill])
  assert.not.match(text + JSON.stringify(ofVendor), /\$argon2|secretHash|recoveryHashes|"keys"/)
  assert.is((await carl.get(`/api/users/${leaving.id}/export`)).status, 403)
  assert.is((await app.call('GET', '/api/account/export')).status, 401)
  await app.stop()
})

test.run()
