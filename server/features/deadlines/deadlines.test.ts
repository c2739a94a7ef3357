import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deadlineOf, type Alert, type Deadlines, type TimedOrder } from '#shared/deadlines.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import type { Notification } from '#shared/notifications.ts'
import { createEventBus, type LateOrder } from '../../services/domain-events.ts'
import { startApp, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import type { Message, Probe } from '../../testing/probe.ts'
import { anOrder } from '../../testing/records.ts'
import { recordedLines } from '../../testing/recorded-lines.ts'
import { emptyStore } from '../../testing/store.ts'
import { startReceiver } from '../../testing/webhook-receiver.ts'
import { createAlerts } from './alerts.ts'
import { createDeadlineStore, deadlineRecords } from './deadline-records.ts'
import { createDeadlinesService } from './deadlines.service.ts'
import { createServiceDeadlines } from './service-deadlines.ts'

const test = suite('deadlines')

const minute = 60_000
const start = Date.parse('2026-03-02T08:00:00.000Z')
const at = (minutes: number) => new Date(start + minutes * minute).toISOString()
const entry = (status: OrderStatus, minutes: number, assigned?: object) => ({ status, at: at(minutes), assigned })
const boiler: Deadlines = { acceptWithin: 10, arriveWithin: 30, finishWithin: 60 }

test('each step has its deadline, from the moment at which the order began to wait for it', () => {
  const services = new Map<string, Deadlines>([
    ['boiler', boiler],
    ['tap', { acceptWithin: 5, finishWithin: 20 }],
  ])
  const dueOf = (history: TimedOrder['history'], more: Partial<TimedOrder> = {}) => {
    const items = [{ serviceId: 'boiler', quantity: 1 }]
    const order = { status: history.at(-1)?.status ?? 'pending', scheduledFor: null, items, history, ...more }
    const deadline = deadlineOf(order, services)
    return deadline && [deadline.kind, deadline.begun, (Date.parse(deadline.dueAt) - start) / minute]
  }
  const placed = entry('pending', 0)
  const [accepted, left, works] = [entry('accepted', 4), entry('on_the_way', 9), entry('in_progress', 30)]
  assert.equal(dueOf([placed]), ['accept', 1, 10])
  assert.equal(dueOf([placed, entry('pending', 3)]), ['accept', 1, 10], 'a decline begins nothing anew')
  assert.equal(dueOf([placed, accepted]), ['arrive', 2, 34])
  assert.equal(dueOf([placed, accepted, left]), ['arrive', 2, 34], 'on the way is not there')
  assert.equal(dueOf([placed, accepted, left, works]), ['finish', 4, 90])
  assert.is(dueOf([placed, accepted, left, works, entry('completed', 50)]), null)
  assert.equal(dueOf([placed, accepted, left, entry('pending', 12)]), ['accept', 4, 22], 'a release')
  assert.equal(dueOf([placed, accepted, entry('accepted', 15, { id: 'ben' })]), ['arrive', 3, 45], 'an assignment')
  assert.equal(dueOf([placed, accepted, entry('accepted', 15)]), ['arrive', 2, 34], 'a new name')

  const scheduledFor = at(600)
  assert.equal(dueOf([placed], { scheduledFor }), ['accept', 1, 10], 'also before an appointment')
  assert.equal(dueOf([placed, accepted], { scheduledFor }), ['arrive', 2, 630])
  const both = [
    { serviceId: 'boiler', quantity: 2 },
    { serviceId: 'tap', quantity: 1 },
  ]
  assert.equal(dueOf([placed], { items: both }), ['accept', 1, 5], 'the shortest')
  assert.equal(dueOf([placed, accepted], { items: both }), ['arrive', 2, 34], 'of those that have one')
  assert.equal(dueOf([placed, accepted, works], { items: both }), ['finish', 3, 170], 'all the work')
  const unknown = [...both, { serviceId: 'door', quantity: 1 }]
  assert.is(dueOf([placed, accepted, works], { items: unknown }), null, 'how long a door takes is not known')
})

/** Two nodes on one store, with one service that has deadlines, and the orders in `orders`. */
async function twoNodes() {
  const { store, close } = await emptyStore([deadlineRecords])
  const clock = new StillClock()
  const told: string[] = []
  const failures: Error[] = []
  const service = { id: 'boiler', name: 'Boiler', description: '', price: 1, currency: 'EUR', durationMinutes: 60 }
  await store.services.create({ ...service, active: true, deadlines: boiler })
  const node = () => {
    const events = createEventBus(recordedLines().log)
    events.withEveryLateOrder(async ({ id, kind }: LateOrder) => {
      const failure = failures.pop()
      if (failure) throw failure
      // As the receivers do, which store what they have told under its id.
      if (!told.includes(`${kind} ${id}`)) told.push(`${kind} ${id}`)
    })
    const shown: string[] = []
    const deadlines = createDeadlineStore(store)
    const own = createDeadlinesService({
      store,
      deadlines,
      services: createServiceDeadlines({ store, events, settings: { severalNodes: true }, clock }),
      alerts: createAlerts({
        deadlines,
        replaceRetained: (_name, messages) => {
          shown.splice(0, shown.length, ...messages.map(({ parameters }) => JSON.stringify(Object.values(parameters))))
        },
      }),
      events,
      isLeader: () => true,
      clock,
    })
    return { ...own, shown }
  }
  const anOffer = () => anOrder({ createdAt: clockTime(), history: [historyOf('pending')] })
  const clockTime = () => new Date(clock.now()).toISOString()
  const by = { id: 'ana', name: 'Ana', role: 'vendor' } as const
  const historyOf = (status: OrderStatus) => ({ status, at: clockTime(), by, note: null, vendor: null })
  const next = (order: ReturnType<typeof anOrder>, status: OrderStatus) => ({
    ...order,
    status,
    version: order.version + 1,
    history: [...order.history, historyOf(status)],
  })
  return { store, clock, told, failures, a: node(), b: node(), anOffer, next, close }
}

test('two nodes that both lead tell of a late order once; what a failure interrupts is told later', async () => {
  const { store, clock, told, failures, a, b, anOffer, close } = await twoNodes()
  const order = anOffer()
  await store.orders.create(order)
  await a.orderChanged(order)
  clock.advance(10 * minute - 1)
  await Promise.all([a.sweep(), b.sweep()])
  assert.equal([told, a.shown, b.shown], [[], [], []])

  clock.advance(1)
  failures.push(new Error('the process ends here'))
  const outcomes = await Promise.allSettled([a.sweep()])
  assert.equal([outcomes[0]?.status, told], ['rejected', []])
  await Promise.all([a.sweep(), b.sweep()])
  for (let n = 0; n < 3; n++) {
    clock.advance(2_000)
    await Promise.all([a.sweep(), b.sweep()])
  }
  assert.is(told.length, 1)
  const alert = JSON.stringify(['accept', order.id])
  assert.equal([a.shown, b.shown], [[alert], [alert]])

  await b.acknowledge('accept', order.id)
  await b.acknowledge('accept', order.id)
  await a.sweep()
  assert.equal([a.shown, b.shown, (await a.list()).alerts], [[], [], []])
  for (const [kind, id] of [
    ['arrive', order.id],
    ['accept', 'unknown'],
  ] as const)
    assert.match(String(await a.acknowledge(kind, id).catch((error: unknown) => error)), /no such alert/)
  clock.advance(60 * minute)
  await Promise.all([a.sweep(), b.sweep()])
  assert.is(told.length, 1)
  await close()
})

test('a release and each later step is told anew, and ends the alert before it; an older change comes too late', async () => {
  const { store, clock, told, a, b, anOffer, next, close } = await twoNodes()
  let order = anOffer()
  await store.orders.create(order)
  await a.orderChanged(order)
  const versions = [order]
  for (const status of ['pending', 'accepted', 'pending', 'accepted', 'on_the_way', 'in_progress'] as const) {
    clock.advance(61 * minute)
    await a.sweep()
    const changed = next(order, status)
    await store.orders.replace(changed, order.version)
    await b.orderChanged(changed)
    versions.push((order = changed))
    for (const older of versions) await a.orderChanged(older)
  }
  clock.advance(61 * minute)
  await a.sweep()
  const kinds = told.map((one) => one.split(' ', 1)[0])
  assert.equal(kinds, ['accept', 'arrive', 'accept', 'arrive', 'finish'])
  assert.equal(
    (await a.list()).alerts.map(({ kind }) => kind),
    ['finish'],
  )
  const ended = next(order, 'completed')
  await store.orders.replace(ended, order.version)
  await b.orderChanged(ended)
  assert.equal([b.shown, (await a.list()).alerts], [[], []])
  // The record of a change that comes after the end is found out when it is due.
  await a.orderChanged(order)
  clock.advance(61 * minute)
  await a.sweep()
  assert.equal([told.length, (await a.list()).alerts], [5, []])
  await close()
})

test('a change of the deadlines concerns the open orders, also those that another node stores at that moment', async () => {
  const { store, clock, told, a, b, anOffer, close } = await twoNodes()
  await store.services.change('boiler', { deadlines: null })
  await Promise.all([a.sweep(), b.sweep()])
  const order = anOffer()
  await store.orders.create(order)
  await b.orderChanged(order)
  const kindsOf = async () => (await a.list()).alerts.map(({ kind }) => kind)
  clock.advance(2_000)
  await store.services.change('boiler', { deadlines: { acceptWithin: 10 } })
  await a.sweep()
  const stale = anOffer()
  await store.orders.create(stale)
  clock.advance(12 * minute)
  await a.sweep()
  assert.equal([told.length, await kindsOf()], [2, ['accept', 'accept']])

  await store.services.change('boiler', { deadlines: { acceptWithin: 20 } })
  clock.advance(2_000)
  await a.sweep()
  assert.equal([told.length, await kindsOf()], [2, []], 'no longer late')
  await store.services.change('boiler', { deadlines: { acceptWithin: 1 } })
  clock.advance(2_000)
  await a.sweep()
  assert.is((await kindsOf()).length, 2)
  const before = told.length
  await store.services.change('boiler', { deadlines: { acceptWithin: 2 } })
  clock.advance(2_000)
  await a.sweep()
  assert.is(told.length, before, 'late with both')
  await store.services.change('boiler', { deadlines: {} })
  clock.advance(2_000)
  await a.sweep()
  assert.equal(await kindsOf(), [])
  await close()
})

const alertIn = (probe: Probe, kind: string, { id }: { id: string }, matches: (message: Message) => boolean) =>
  probe.until((message) => message.topic === `alerts/${kind}/${id}` && matches(message))
const lateOf = async (app: TestApp): Promise<Notification[]> =>
  (await app.admin.get('/api/notifications')).body.notifications.filter(
    ({ event }: Notification) => event === 'order.late',
  )

test('an alert is retained for admins and tokens until it is acknowledged or no longer true, also after a restart', async () => {
  const clock = new StillClock()
  const env = { ACCESS_TOKEN_TTL: '12h', WEBHOOKS_ALLOW_PRIVATE: 'true' }
  const receiver = await startReceiver()
  const app = await startApp({ clock, env })
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const [service] = await app.services()
  const changed = await app.admin.patch(`/api/services/${service?.id}`, { deadlines: boiler })
  assert.equal([changed.status, changed.body.deadlines], [200, boiler])
  for (const acceptWithin of [0, 1.5, '5', 43_201])
    assert.is((await app.admin.patch(`/api/services/${service?.id}`, { deadlines: { acceptWithin } })).status, 400)
  const token = async (given: object): Promise<string> =>
    (await app.admin.post('/api/tokens', { name: 'x', ...given })).body.secret
  const [display, erp] = [await token({ scope: 'dashboard', contact: false }), await token({ scope: 'integration' })]
  const as = (bearer: string) => ({ authorization: `Bearer ${bearer}` })

  const probe = await app.admin.connect('tcp', { password: display })
  assert.is(await probe.subscribe('alerts/#'), 1)
  for (const person of [customer, vendor]) {
    const other = await person.connect()
    assert.is(await other.subscribe('alerts/#'), 128)
    await other.end()
  }
  await app.admin.post('/api/webhooks', { url: receiver.url, events: ['order.late'] })
  const order = await app.order(customer)
  await app.drain()
  clock.advance(10 * minute + 2_000)
  const alert: Alert = { kind: 'accept', orderId: order.id, number: order.number, since: at(10) }
  assert.equal((await alertIn(probe, 'accept', order, () => true)).payload, alert)
  const { body } = await app.call('GET', '/api/alerts', undefined, as(display))
  assert.equal(body, { alerts: [alert] })
  const [late, ...others] = await lateOf(app)
  assert.equal([late?.order.status, late?.by, late?.at, others], ['pending', null, at(10), []])

  const [called] = await receiver.until(1)
  const { type, data } = JSON.parse(called?.body ?? '')
  assert.equal([type, data.id, data.late], ['order.late', order.id, { kind: 'accept', since: at(10) }])

  await vendor.set(order, 'accepted')
  assert.is((await alertIn(probe, 'accept', order, ({ payload }) => payload === '')).retain, false)
  await app.drain()
  clock.advance(31 * minute)
  await alertIn(probe, 'arrive', order, () => true)
  await probe.end()
  await app.stop({ keep: true })

  clock.advance(minute)
  const again = await startApp({ clock, env: { ...env, DATA_DIR: app.dataDir } })
  const desk = await again.admin.connect()
  await desk.subscribe('alerts/#')
  await alertIn(desk, 'arrive', order, ({ payload }) => payload.number === order.number)
  assert.equal(
    (await lateOf(again)).map(({ order: { status } }) => status),
    ['accepted', 'pending'],
  )
  const path = `/api/alerts/arrive/${order.id}/acknowledge`
  const acknowledge = (bearer: string, to = path) => again.call('POST', to, undefined, as(bearer))
  assert.is((await acknowledge(display)).status, 403)
  assert.is((await acknowledge(erp, path.replace('arrive', 'depart'))).status, 404)
  assert.equal([(await acknowledge(erp)).status, (await acknowledge(erp)).status], [204, 204])
  await alertIn(desk, 'arrive', order, ({ payload }) => payload === '')
  assert.equal((await again.admin.get('/api/alerts')).body, { alerts: [] })
  const { entries } = (await again.admin.get('/api/audit')).body
  const acts = entries.filter(({ action }: { action: string }) => action === 'alert acknowledged')
  assert.equal(
    acts.map(({ details }: { details: object }) => details),
    [{ order: order.id, number: order.number, kind: 'arrive' }],
  )
  await receiver.until(2)
  await desk.end()
  await again.stop()
  assert.is(receiver.received.length, 2)
  await receiver.stop()
})

test.run()
