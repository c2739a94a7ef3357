import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PushMessage } from '#shared/push.ts'
import { startApp, type Person, type TestApp } from '../../../testing/app.ts'
import { LocalPushService } from '../../../testing/push-service.ts'
import { emptyStore, withStoreOf } from '../../../testing/store.ts'
import { createVapidKeys } from './vapid-keys.ts'

const test = suite<{ app: TestApp; service: LocalPushService }>('push')

test.before(async (context) => {
  context.service = await LocalPushService.open()
  context.app = await startApp({ env: { WEBHOOKS_ALLOW_PRIVATE: 'true', PUBLIC_URL: 'https://callout.example' } })
})
test.after(async ({ app, service }) => {
  await app.stop()
  await service.close()
})

/** A browser of this person that takes push messages. */
async function browserOf(service: LocalPushService, person: Person) {
  const subscription = service.subscription()
  const { status, body } = await person.post('/api/push/subscriptions', subscription)
  assert.is(status, 201)
  const id: string = body.subscription.id
  return {
    id,
    endpoint: subscription.endpoint,
    until: (event: PushMessage['event'], count = 1) => service.until(subscription.endpoint, event, count),
    events: () =>
      service.received.flatMap(({ endpoint, message }) => (endpoint === subscription.endpoint ? message.event : [])),
  }
}

test('a new offer rings each vendor on duty once; a vendor on a break or offline is not rung', async ({
  app,
  service,
}) => {
  const [customer, onDuty, onBreak, offline] = [
    await app.customer(),
    await app.vendor(),
    await app.vendor(),
    await app.vendor(),
  ]
  const [rings, pauses, absent] = [
    await browserOf(service, onDuty),
    await browserOf(service, onBreak),
    await browserOf(service, offline),
  ]
  const [page, other] = [await onDuty.connect(), await onBreak.connect()]
  await other.publish('vendor/status', 'break')
  const order = await app.order(customer)
  const { message, headers } = await rings.until('order.offered')
  assert.equal(message.order, { id: order.id, number: order.number, status: 'pending' })
  assert.equal(Object.keys(message).sort(), ['event', 'id', 'order'], 'nothing personal')
  assert.equal([headers.ttl, headers.urgency, headers.topic?.length], ['900', 'high', 32])

  // A release offers the order again, but not to the vendor who released it. A decline is no new offer.
  await onDuty.set(order, 'accepted')
  await onDuty.set(order, 'pending', { reason: 'The van is broken' })
  await app.drain()
  await offline.set(order, 'accepted')
  await offline.set(order, 'pending', { reason: 'Too far away' })
  await rings.until('order.offered', 2)
  await onDuty.set(order, 'rejected', { reason: 'Too far away' })
  await app.drain()
  assert.equal([rings.events(), pauses.events(), absent.events()], [['order.offered', 'order.offered'], [], []])
  await page.end()
  await other.end()
})

test('a vendor who has closed the page is rung until they go off duty; admins see how offers reach them', async ({
  app,
  service,
}) => {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const phone = await browserOf(service, vendor)
  const presence = async () => {
    const { body } = await app.admin.get('/api/vendors')
    const { status, reachable } = body.vendors.find(({ id }: { id: string }) => id === vendor.id)
    return { status, reachable }
  }
  const desk = await app.admin.connect()
  await desk.subscribe('vendor/status')
  const page = await vendor.connect()
  assert.equal(await presence(), { status: 'online', reachable: 'live' })
  await page.end()
  const { payload } = await desk.until((message) => message.payload.reachable === 'push')
  assert.equal([payload.vendorId, payload.status], [vendor.id, 'online'])
  assert.equal(await presence(), { status: 'online', reachable: 'push' })
  await app.order(customer)
  await phone.until('order.offered')

  const again = await vendor.connect()
  await again.publish('vendor/status', 'offline')
  await again.end()
  const later = await vendor.connect()
  assert.equal(await presence(), { status: 'offline', reachable: undefined })
  await later.publish('vendor/status', 'online')
  await later.end()
  await desk.until(({ payload: { reachable, at } }) => reachable === 'push' && at > payload.at)
  await vendor.call('DELETE', `/api/push/subscriptions/${phone.id}`)
  assert.equal(await presence(), { status: 'offline', reachable: undefined })
  await desk.end()
})

test('notifications ring their recipient’s browsers, each of them', async ({ app, service }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const [phone, tablet] = [await browserOf(service, customer), await browserOf(service, customer)]
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  const { message } = await phone.until('order.accepted')
  assert.equal(message.order?.status, 'accepted')
  await tablet.until('order.accepted')
  const { body } = await customer.get('/api/notifications')
  assert.is(body.notifications[0].id, message.id)
})

test('an offer that was taken before its message could be sent is not rung', async ({ app, service }) => {
  const [customer, vendor, fast] = [await app.customer(), await app.vendor(), await app.vendor()]
  const phone = await browserOf(service, vendor)
  const page = await vendor.connect()
  service.answers.set(phone.endpoint, 503)
  const order = await app.order(customer)
  await app.drain()
  await fast.set(order, 'accepted')
  await app.drain()
  service.answers.delete(phone.endpoint)
  const [delivery] = await withStoreOf(app.dataDir, async ({ deliveries }) => {
    const head = await deliveries.oldestWaiting(`push ${phone.id}`)
    return head ? [head] : []
  })
  assert.match(String(delivery?.id), order.id)
  assert.match(String(delivery?.result), /^503/)
  // Its time has come.
  await withStoreOf(app.dataDir, ({ deliveries }) =>
    deliveries.change(delivery?.id ?? '', { dueAt: '2026-01-01T00:00:00.000Z' }).then(() => {}),
  )
  await vendor.post('/api/push/test', { id: phone.id })
  await phone.until('test')
  assert.equal(phone.events(), ['test'])
  await page.end()
})

test('a subscription ends with its session, with the account, and when the push service says so', async ({
  app,
  service,
}) => {
  const left = async (person: Person) => (await person.get('/api/push/subscriptions')).body.subscriptions.length
  const customer = await app.customer()
  const again = await app.signIn(customer.user.email, app.password)
  const [first, second] = [await browserOf(service, customer), await browserOf(service, again)]
  assert.is(await left(again), 2)
  await customer.post('/api/auth/logout')
  await app.drain()
  const order = await app.order(again)
  const vendor = await app.vendor()
  await vendor.set(order, 'accepted')
  await second.until('order.accepted')
  assert.equal([first.events(), await left(again)], [[], 1])

  service.answers.set(second.endpoint, 410)
  await vendor.set(order, 'on_the_way')
  await app.drain()
  assert.is(await left(again), 0)

  const ben = await app.vendor()
  const phone = await browserOf(service, ben)
  await app.admin.patch(`/api/users/${ben.id}`, { active: false })
  await app.admin.patch(`/api/users/${ben.id}`, { active: true })
  const back = await app.signIn(ben.user.email, app.password)
  assert.equal([await left(back), (await back.post('/api/push/test', { id: phone.id })).status], [0, 404])
})

test('a browser that changes hands rings for its new user only', async ({ app, service }) => {
  const [one, two] = [await app.customer(), await app.customer()]
  const subscription = service.subscription()
  const add = async (person: Person): Promise<string> =>
    (await person.post('/api/push/subscriptions', subscription)).body.subscription.id
  const id = await add(one)
  assert.is(await add(one), id, 'the same browser again')
  const subscribed = (await app.admin.get('/api/audit?action=browser%20subscribed%20to%20push%20messages')).body.entries
  assert.is(
    subscribed.filter(({ by }: { by: { id: string } }) => by.id === one.id).length,
    1,
    'one entry in the audit log',
  )
  const other = await add(two)
  assert.is.not(other, id)
  assert.equal((await one.get('/api/push/subscriptions')).body.subscriptions, [])
  assert.is((await one.post('/api/push/test', { id: other })).status, 404)
  assert.is((await one.call('DELETE', `/api/push/subscriptions/${other}`)).status, 404)
  assert.is((await two.post('/api/push/test', { id: other })).status, 204)
  await service.until(subscription.endpoint, 'test')
  assert.is((await two.call('DELETE', `/api/push/subscriptions/${other}`)).status, 204)
})

test('malformed subscriptions and devices are refused', async ({ app, service }) => {
  const [vendor, { endpoint, keys }] = [await app.vendor(), service.subscription()]
  const refused = [
    {},
    { endpoint, keys: { ...keys, auth: 'short' } },
    { endpoint, keys: { ...keys, p256dh: '+'.repeat(87) } },
    { endpoint: 'ftp://push.example/1', keys },
    { endpoint: `https://push.example/${'x'.repeat(1_000)}`, keys },
  ]
  for (const body of refused) assert.is((await vendor.post('/api/push/subscriptions', body)).status, 400)
  const { token } = await vendor.device()
  const authorization = { authorization: `Bearer ${token}` }
  assert.is((await app.call('GET', '/api/push/key', undefined, authorization)).status, 403)
})

test('all nodes and all starts have the same keys', async () => {
  const { store, close } = await emptyStore()
  const nodes = [createVapidKeys(store), createVapidKeys(store)]
  const [one, two] = await Promise.all(nodes.map((keys) => keys()))
  assert.equal([one, await createVapidKeys(store)()], [two, two])
  assert.is(Buffer.from(one?.publicKey ?? '', 'base64url').length, 65)
  await close()
})

test('without WEBHOOKS_ALLOW_PRIVATE no message goes to a private address', async ({ service }) => {
  const app = await startApp()
  const customer = await app.customer()
  const { keys, endpoint } = service.subscription()
  assert.is((await customer.post('/api/push/subscriptions', { keys, endpoint })).status, 400, 'http')
  const secure = endpoint.replace('http://127.0.0.1', 'https://localhost')
  const { body } = await customer.post('/api/push/subscriptions', { keys, endpoint: secure })
  await customer.post('/api/push/test', { id: body.subscription.id })
  await app.drain()
  const result = await withStoreOf(app.dataDir, async ({ deliveries }) =>
    deliveries.oldestWaiting(`push ${body.subscription.id}`),
  )
  assert.match(String(result?.result), /not allowed/)
  await app.stop()
})

test.run()
