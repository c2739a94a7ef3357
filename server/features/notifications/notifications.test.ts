import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nextVersion } from '#shared/apply-transition.ts'
import { Preferences } from '#shared/notification-preferences.ts'
import { NotificationList, type Notification } from '#shared/notifications.ts'
import { topics } from '#shared/topics.ts'
import type { Order } from '#shared/orders.ts'
import { systemClock } from '../../lib/clock.ts'
import type { Store } from '../../storage/store.ts'
import { startApp, type Person, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { emptyStore } from '../../testing/store.ts'
import { anOrder, aUser } from '../../testing/records.ts'
import { createNotificationStore, notificationRecords } from './notification-records.ts'
import { createNotificationsService } from './notifications.service.ts'
import { createPreferenceStore, preferenceRecords } from './preference-records.ts'
import { createPreferencesService } from './preferences.service.ts'
import { isQuiet } from './quiet-hours.ts'

const test = suite<{ app: TestApp }>('notifications')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

const listOf = async (person: Person, query = ''): Promise<Notification[]> =>
  (await person.get(`/api/notifications${query}`)).body.notifications
const eventsOf = async (person: Person, order: Pick<Order, 'id'>) =>
  (await listOf(person)).filter((one) => one.order.id === order.id).map(({ event }) => event)

const preferencesIn = (store: Store) =>
  createPreferencesService({
    preferences: createPreferenceStore(store),
    channels: ['page'],
    languageOf: async () => null,
    clock: systemClock,
  })

test('each party is told what others did with the order, and not what they did themselves', async ({ app }) => {
  const [customer, vendor, other] = [await app.customer('Ana'), await app.vendor('Ben'), await app.vendor('Eva')]
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  await vendor.set(order, 'on_the_way')
  await app.admin.post(`/api/orders/${order.id}/assign`, { vendorId: other.id, reason: 'Ben is ill' })
  for (const status of ['on_the_way', 'in_progress', 'completed']) await other.set(order, status)
  await app.drain()

  assert.equal(await eventsOf(customer, order), [
    'order.completed',
    'order.in_progress',
    'order.on_the_way',
    'order.accepted',
    'order.on_the_way',
    'order.accepted',
  ])
  assert.equal(await eventsOf(vendor, order), ['order.released'])
  assert.equal(await eventsOf(other, order), ['order.assigned'])
  assert.equal(await eventsOf(app.admin, order), [])

  const [taken] = await listOf(vendor)
  assert.equal([taken?.by, taken?.vendor, taken?.note], [null, null, null], 'the order is gone for its former vendor')
  const [given] = await listOf(other)
  assert.equal([given?.by?.role, given?.note, given?.order.number], ['admin', 'Ben is ill', order.number])
})

test('an assignment to the vendor who has the job already is told only when it sets the job back', async ({ app }) => {
  const [customer, vendor] = [await app.customer('Ana'), await app.vendor('Ben')]
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  const assign = () => app.admin.post(`/api/orders/${order.id}/assign`, { vendorId: vendor.id })
  assert.is((await assign()).status, 200)
  await app.drain()
  assert.equal([await eventsOf(vendor, order), await eventsOf(customer, order)], [[], ['order.accepted']])

  await vendor.set(order, 'on_the_way')
  assert.is((await assign()).status, 200)
  await app.drain()
  assert.equal(await eventsOf(vendor, order), ['order.assigned'])
  assert.equal(await eventsOf(customer, order), ['order.accepted', 'order.on_the_way', 'order.accepted'])
})

test('a cancellation is told with its reason; a release to the customer and the former vendor', async ({ app }) => {
  const [customer, vendor] = [await app.customer('Ana'), await app.vendor()]
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  await app.admin.set(order, 'pending', { reason: 'The van is broken' })
  await vendor.set(order, 'accepted')
  await customer.set(order, 'cancelled', { reason: 'No longer needed' })
  await app.drain()
  const [cancelled, released] = await listOf(vendor)
  assert.equal(
    [cancelled?.event, cancelled?.by, cancelled?.note],
    ['order.cancelled', { name: 'Ana', role: 'customer' }, 'No longer needed'],
  )
  assert.equal([released?.event, released?.note], ['order.released', 'The van is broken'])
  assert.equal(await eventsOf(customer, order), ['order.accepted', 'order.released', 'order.accepted'])
})

test('a notification arrives live on the user’s own topic only, and again when it is read', async ({ app }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const [mine, theirs] = [await customer.connect(), await vendor.connect()]
  assert.is(await mine.subscribe(topics.notifications(customer.id)), 1)
  assert.is(await theirs.subscribe(topics.notifications(customer.id)), 128)
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  const { payload } = await mine.until(({ topic }) => topic === topics.notifications(customer.id))
  const [stored] = await listOf(customer)
  assert.equal(payload, stored)
  assert.equal([payload.read, payload.event], [false, 'order.accepted'])

  await customer.post('/api/notifications/read', { ids: [payload.id] })
  await mine.until((message) => message.payload.id === payload.id && message.payload.read)
  assert.is((await customer.get('/api/notifications')).body.unread, 0)
  await mine.client.endAsync()
  await theirs.client.endAsync()
})

test('reading is for one’s own notifications: all, or those named', async ({ app }) => {
  const [customer, stranger, vendor] = [await app.customer(), await app.customer(), await app.vendor()]
  const order = await app.order(customer)
  for (const status of ['accepted', 'on_the_way', 'in_progress']) await vendor.set(order, status)
  await app.drain()
  const [newest] = await listOf(customer)
  assert.is((await stranger.post('/api/notifications/read', { ids: [newest?.id] })).status, 204)
  assert.is((await customer.get('/api/notifications')).body.unread, 3)
  assert.is((await customer.post('/api/notifications/read', { all: true })).status, 204)
  const { unread, notifications } = (await customer.get('/api/notifications')).body
  assert.equal([unread, notifications.every(({ read }: Notification) => read)], [0, true])
  for (const body of [{}, { ids: [] }, { all: false }, { ids: ['a'], all: true }]) {
    assert.is((await customer.post('/api/notifications/read', body)).status, 400, JSON.stringify(body))
  }
})

test('the list comes in pages, newest first', async ({ app }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const order = await app.order(customer)
  for (const status of ['accepted', 'on_the_way', 'in_progress', 'completed']) await vendor.set(order, status)
  await app.drain()
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor && `&cursor=${cursor}`
    const body = NotificationList.parse((await customer.get(`/api/notifications?limit=2${query}`)).body)
    seen.push(...body.notifications.map(({ event }) => event))
    assert.is(body.unread, 4)
    cursor = body.nextCursor
  }
  assert.equal(seen, ['order.completed', 'order.in_progress', 'order.on_the_way', 'order.accepted'])
  assert.equal((await customer.get('/api/notifications?cursor=x')).body.code, 'invalid_cursor')
})

test('a person chooses what is told in the page; others are not affected', async ({ app }) => {
  const [customer, other, vendor] = [await app.customer(), await app.customer(), await app.vendor()]
  const { body: defaults } = await customer.get('/api/notifications/preferences')
  assert.equal(Preferences.parse(defaults).channels, ['page', 'push'], 'without SMTP there is no e-mail')
  assert.equal(defaults.events['order.in_progress'], { page: true, push: false })
  const chosen = { events: { 'order.on_the_way': { page: false } }, quietHours: null }
  const changed = await customer.call('PUT', '/api/notifications/preferences', chosen)
  assert.is(changed.status, 200)
  assert.equal(changed.body.events['order.on_the_way'], { page: false, push: true, email: true, sms: true })
  assert.equal((await customer.get('/api/notifications/preferences')).body, changed.body)
  assert.equal((await other.get('/api/notifications/preferences')).body, defaults)

  for (const person of [customer, other]) {
    const order = await app.order(person)
    for (const status of ['accepted', 'on_the_way', 'in_progress']) await vendor.set(order, status)
    await app.drain()
    const told = await eventsOf(person, order)
    const expected = ['order.in_progress', 'order.on_the_way', 'order.accepted']
    assert.equal(
      told,
      expected.filter((event) => person === other || event !== 'order.on_the_way'),
    )
  }
})

test('preferences of another role, and invalid ones, are refused with the field', async ({ app }) => {
  const vendor = await app.vendor()
  const valid = { events: {}, quietHours: { from: '22:00', to: '06:30', timeZone: 'Europe/Berlin' } }
  assert.is((await vendor.call('PUT', '/api/notifications/preferences', valid)).status, 200)
  const wrong: [object, string][] = [
    [{ events: { 'order.accepted': { page: true } } }, 'events.order.accepted.page'],
    [{ events: { 'order.assigned': { email: true } } }, 'events.order.assigned.email'],
    [{ events: { 'order.offered': { page: true } } }, 'events.order.offered.page'],
    [{ events: { 'order.lost': { page: true } } }, 'events.order.lost'],
    [{ quietHours: { from: '22:00', to: '24:00', timeZone: 'UTC' } }, 'quietHours.to'],
    [{ quietHours: { from: '22:00', to: '06:00', timeZone: 'Mars/Olympus' } }, 'quietHours.timeZone'],
  ]
  for (const [change, path] of wrong) {
    const { status, body } = await vendor.call('PUT', '/api/notifications/preferences', { ...valid, ...change })
    assert.equal([status, body.code, body.errors?.[0]?.path], [400, 'invalid_request', path], JSON.stringify(change))
  }
  const kept = (await vendor.get('/api/notifications/preferences')).body
  assert.equal(kept.quietHours, valid.quietHours)
})

test('quiet hours follow their time zone, also over midnight, and concern push only', async () => {
  const berlin = { from: '22:00', to: '06:30', timeZone: 'Europe/Berlin' }
  const quietAt = (time: string, hours = berlin) => isQuiet(hours, Date.parse(time))
  assert.equal(
    ['2026-03-02T20:59:00Z', '2026-03-02T21:00:00Z', '2026-03-03T05:29:00Z', '2026-03-03T05:30:00Z'].map((time) =>
      quietAt(time),
    ),
    [false, true, true, false],
  )
  assert.is(quietAt('2026-07-01T20:00:00Z'), true, 'summer time')
  assert.is(quietAt('2026-03-02T12:30:00Z', { from: '12:00', to: '14:00', timeZone: 'UTC' }), true)

  const { store, close } = await emptyStore([preferenceRecords])
  const preferences = createPreferenceStore(store)
  const clock = { now: () => Date.parse('2026-03-02T23:00:00Z') }
  const service = createPreferencesService({
    preferences,
    channels: ['page', 'push'],
    languageOf: async () => null,
    clock,
  })
  await service.change({ id: 'ben', role: 'vendor' }, { events: {}, quietHours: berlin })
  const told = [{ userId: 'ben', event: 'order.assigned' as const }]
  assert.equal([await service.wanted('push', told), await service.wanted('page', told)], [[], told])
  await close()
})

test('a device may not read notifications', async ({ app }) => {
  const vendor = await app.vendor()
  const { token } = await vendor.device()
  const authorization = { authorization: `Bearer ${token}` }
  assert.is((await app.call('GET', '/api/notifications', undefined, authorization)).status, 403)
})

test('a repeated change is told once, by whatever node; a final decline also to the admins', async () => {
  const { store, close } = await emptyStore([notificationRecords, preferenceRecords])
  const admin = aUser({ role: 'admin' })
  await store.users.create(admin)
  const published: string[] = []
  const toldByPush: string[] = []
  const clock = new StillClock()
  const nodes = [0, 1].map(() =>
    createNotificationsService({
      notifications: createNotificationStore(store),
      users: store.users,
      preferences: preferencesIn(store),
      publish: (_name, { userId }: { userId?: string }) => void published.push(String(userId)),
      channels: [{ tell: async (told) => void toldByPush.push(...told.map(({ id }) => id)) }],
      clock,
    }),
  )
  const change = { status: 'rejected', vendor: null, note: 'Too far away' } as const
  const order = nextVersion(
    anOrder(),
    change,
    { id: 'ben', name: 'Ben', role: 'vendor' },
    new Date(clock.now()).toISOString(),
  )
  for (const since of [1, 0]) await Promise.all(nodes.map((node) => node.orderChanged(order, since)))
  assert.equal(published.sort(), [order.customer.id, admin.id].sort())
  assert.is(new Set(toldByPush).size, 2, 'the outbox recognises the ids')
  // The outbox recognises them for seven days.
  toldByPush.length = 0
  clock.advance(8 * 86_400_000)
  for (const node of nodes) await node.orderChanged(order, 0)
  assert.equal([published.length, toldByPush], [2, []])
  await close()
})

test('notifications are kept for 90 days, and not stored again after that', async () => {
  const clock = new StillClock()
  const { store, close } = await emptyStore([notificationRecords, preferenceRecords])
  const notifications = createNotificationStore(store)
  const service = createNotificationsService({
    notifications,
    users: store.users,
    preferences: preferencesIn(store),
    publish: () => {},
    clock,
  })
  const change = { status: 'accepted', vendor: { id: 'ben', name: 'Ben' }, note: null } as const
  const order = nextVersion(anOrder(), change, { id: 'ben', name: 'Ben', role: 'vendor' }, '2026-03-02T09:00:00.000Z')
  await service.orderChanged(order, 1)
  const owner = order.customer
  await notifications.sweep('2026-05-31T08:59:59.999Z')
  assert.is((await service.list(owner, {})).notifications.length, 1)
  await notifications.sweep('2026-05-31T09:00:00.000Z')
  assert.is((await service.list(owner, {})).notifications.length, 0)
  clock.advance(91 * 86_400_000)
  await service.orderChanged(order, 0)
  assert.is((await service.list(owner, {})).notifications.length, 0)
  await close()
})

test.run()
