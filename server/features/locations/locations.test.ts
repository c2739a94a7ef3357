import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { startApp, type Person, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { Probe } from '../../testing/probe.ts'
import { withStoreOf } from '../../testing/store.ts'
import { createPositionStore } from './position-records.ts'

const test = suite<{ app: TestApp; clock: StillClock }>('positions of vendors')

const [second, minute, hour] = [1_000, 60_000, 3_600_000]
const goal = { lat: 52.5163, lng: 13.3777 }
/** About 3 km from there. */
const start = { lat: 52.5003, lng: 13.4112 }
const contact = { phone: '+49 30 123456', address: 'Pariser Platz 1, Berlin', ...goal }

/** The clock jumps. */
const env = { ACCESS_TOKEN_TTL: '2d' }

test.before(async (context) => {
  context.clock = new StillClock()
  context.app = await startApp({ clock: context.clock, env })
})
test.after(({ app }) => app.stop())

const report = async (vendor: Person, position: object) => {
  const { status, body } = await vendor.post('/api/positions', position)
  assert.is(status, 204, JSON.stringify(body))
}
const pathOf = async (app: TestApp, { id }: Person, query = '') =>
  (await app.admin.get(`/api/vendors/${id}/positions${query}`)).body.positions
const ofOrder = (person: Person, { id }: Pick<Order, 'id'>) => person.get(`/api/orders/${id}/position`)

async function onTheWay(app: TestApp, more: object = { contact }) {
  const [customer, vendor] = [await app.customer(), await app.vendor('Ana')]
  const order = await app.order(customer, more)
  await vendor.set(order, 'accepted')
  return { customer, vendor, order, setOff: () => vendor.set(order, 'on_the_way') }
}

test('the parties of an order see the position and the arrival from setting off until arriving, and no others do', async ({
  app,
  clock,
}) => {
  const { customer, vendor, order, setOff } = await onTheWay(app)
  const [other, otherVendor] = [await app.customer(), await app.vendor()]
  const page = await customer.connect()
  await page.subscribe(`customers/${customer.id}/tracking`)
  const nothing = { position: null, eta: null }
  await report(vendor, { lat: 1, lng: 1 })
  clock.advance(minute)
  assert.equal((await ofOrder(customer, order)).body, nothing, 'before setting off')
  await setOff()
  assert.equal((await ofOrder(customer, order)).body, nothing, 'the position from before is not shown')
  await report(vendor, { ...start, accuracy: 12 })
  const at = new Date(clock.now()).toISOString()
  const live = await page.until(() => true)
  const position = { ...start, accuracy: 12, at }
  const { eta, ...rest } = live.payload
  assert.equal(rest, { orderId: order.id, ...position })
  const { token } = (await customer.post(`/api/orders/${order.id}/tracking`)).body
  const byLink = (id: string) =>
    app.call('GET', `/api/orders/${id}/position`, undefined, { authorization: `Bearer ${token}` })
  for (const answer of [
    await ofOrder(customer, order),
    await ofOrder(vendor, order),
    await ofOrder(app.admin, order),
    await byLink(order.id),
  ])
    assert.equal([answer.status, answer.body], [200, { position, eta }])
  const minutes = [eta.from, eta.to].map((time: string) => (Date.parse(time) - clock.now()) / minute)
  assert.ok((minutes[0] ?? 0) > 3 && (minutes[1] ?? 99) < 20, `in ${minutes.join(' to ')} minutes`)
  const foreign = await app.order(other, { contact })
  for (const answer of [
    await ofOrder(other, order),
    await ofOrder(otherVendor, order),
    await ofOrder(customer, foreign),
    await byLink(foreign.id),
  ])
    assert.equal([answer.status, answer.body.code], [404, 'not_found'])
  for (const path of ['/api/positions', `/api/vendors/${vendor.id}/positions`])
    assert.is((await customer.get(path)).status, 403)
  assert.is((await vendor.get(`/api/vendors/${vendor.id}/positions`)).status, 403)
  assert.is((await customer.post('/api/positions', start)).status, 403)
  await vendor.set(order, 'in_progress')
  clock.advance(minute)
  await report(vendor, goal)
  await app.drain()
  await page.settled()
  assert.is(page.messages.length, 1, 'none after the arrival')
  for (const person of [customer, app.admin]) assert.equal((await ofOrder(person, order)).body, nothing)
  await page.end()
})

test('one position a second is published, one in five is stored', async ({ app, clock }) => {
  const [vendor, watching] = [await app.vendor(), await app.admin.connect()]
  await watching.subscribe('vendor/location')
  const begin = clock.now()
  for (let n = 0; n <= 24; n++) {
    await report(vendor, { lat: n, lng: 0 })
    clock.advance(second / 2)
  }
  await app.drain()
  await watching.settled()
  assert.equal(
    watching.messages.map(({ payload }) => payload.lat),
    [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24],
  )
  const stored = await pathOf(app, vendor)
  assert.equal(
    stored.map(({ lat, at }: { lat: number; at: string }) => [lat, Date.parse(at) - begin]),
    [0, 10, 20].map((n) => [n, n * (second / 2)]),
  )
  const since = new Date(begin + 3 * second).toISOString()
  assert.equal(await pathOf(app, vendor, `?since=${since}`), stored.slice(1))
  assert.is((await app.admin.get(`/api/vendors/${vendor.id}/positions?since=yesterday`)).status, 400)
  await watching.end()
})

test('OwnTracks: positions of a device token count, its other messages and its will are acknowledged and ignored', async ({
  app,
  clock,
}) => {
  const { customer, vendor, order, setOff } = await onTheWay(app)
  await setOff()
  const [watching, page] = [await app.admin.connect(), await customer.connect()]
  await watching.subscribe('vendor/location')
  await page.subscribe(`customers/${customer.id}/tracking`)
  const topic = 'owntracks/callout/van-7'
  const { login } = await vendor.device()
  const will = { topic, payload: Buffer.from('{"_type":"lwt","tst":1772438400}'), qos: 1 as const, retain: false }
  const phone = await Probe.connect(app.mqtt, { ...login, will })
  await phone.subscribe(`users/${vendor.id}/replies`)
  const tst = Math.floor(clock.now() / second) + 5
  const location = {
    _type: 'location',
    BSSID: '2e:1c',
    acc: 14,
    alt: 34,
    batt: 87,
    bs: 1,
    conn: 'm',
    created_at: tst,
    lat: start.lat,
    lon: start.lng,
    m: 2,
    t: 't',
    tid: 'k1',
    topic,
    vac: 3,
    vel: 41,
    tst: tst - 3,
  }
  await phone.publish(topic, { ...location, lat: 3, tst: tst - 9 })
  clock.advance(5 * second)
  await phone.publish(topic, location)
  for (const other of [
    { _type: 'waypoint', desc: 'Home', lat: 1, lon: 1, rad: 50, tst },
    { _type: 'lwt', tst },
    { _type: 'status', android: { wifi: 1 } },
    { _type: 'encrypted', data: '+3Xj' },
  ])
    await phone.publish(topic, other)
  await phone.publish(`${topic}/event`, { _type: 'transition', event: 'enter', lat: 2, lon: 2, acc: 8, tst })
  await phone.publish(`${topic}/waypoints`, { _type: 'waypoints', waypoints: [] })
  const place = { lat: start.lat, lng: start.lng, accuracy: 14, at: new Date((tst - 3) * second).toISOString() }
  const news = await watching.until(({ payload }) => payload.lat !== 3)
  assert.equal(news.payload, { vendorId: vendor.id, ...place })
  const { eta, ...tracked } = (await page.until(() => true)).payload
  assert.equal(tracked, { orderId: order.id, ...place })
  assert.ok(eta.from < eta.to)
  await phone.publish(topic, { ...location, lat: 91 })
  const refused = await phone.until(() => true)
  assert.equal([refused.payload.ok, refused.payload.code, refused.payload.topic], [false, 'invalid_request', topic])
  assert.match(refused.payload.detail, /lat/)
  phone.kill()
  const later = await Probe.connect(app.mqtt, { ...login, clientId: 'another' })
  assert.is(await later.subscribe('owntracks/+/+'), 128)
  await app.drain()
  await watching.settled()
  assert.is(watching.messages.length, 2)
  assert.equal((await pathOf(app, vendor)).slice(1), [place])
  await page.settled()
  assert.is(page.messages.length, 1, 'not the one from before the vendor set off')

  // A customer is no vendor, whatever the topic says.
  await page.publish(topic, location)
  await page.publish('owntracks/callout/other', { ...location, lat: 5 })
  await app.drain()
  await watching.settled()
  assert.is(watching.messages.length, 2)
  await Promise.all([later.end(), watching.end(), page.end()])
})

test('positions that a phone sends later are stored, not published; those in the future count as now', async ({
  app,
  clock,
}) => {
  const [vendor, watching] = [await app.vendor(), await app.admin.connect()]
  await watching.subscribe('vendor/location')
  const phone = await Probe.connect(app.mqtt, (await vendor.device()).login)
  const now = Math.floor(clock.now() / second)
  const send = (lat: number, tst: number) =>
    phone.publish('owntracks/a/b', { _type: 'location', lat, lon: 0, acc: -1, tst })
  await send(1, now - 25 * 3_600)
  await send(2, now - 1_200)
  await send(3, now - 600)
  await send(4, now + 3_600)
  await app.drain()
  await watching.settled()
  assert.equal(
    watching.messages.map(({ payload }) => [payload.lat, payload.accuracy, Date.parse(payload.at)]),
    [[4, null, clock.now()]],
  )
  assert.equal(
    (await pathOf(app, vendor)).map(({ lat }: { lat: number }) => lat),
    [2, 3, 4],
  )
  await Promise.all([phone.end(), watching.end()])
})

test('without coordinates the usual times of the vendor tell the arrival, once three drives are known', async ({
  app,
  clock,
}) => {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const drive = async (minutes: number | null) => {
    const order = await app.order(customer)
    await vendor.set(order, 'accepted')
    await vendor.set(order, 'on_the_way')
    if (minutes === null) return order
    clock.advance(minutes * minute)
    await vendor.set(order, 'in_progress')
    await vendor.set(order, 'completed')
    return order
  }
  await drive(10)
  await drive(20)
  const early = await drive(null)
  assert.equal((await ofOrder(customer, early)).body, { position: null, eta: null })
  clock.advance(30 * minute)
  await vendor.set(early, 'in_progress')
  await vendor.set(early, 'completed')
  const order = await drive(null)
  const { eta } = (await ofOrder(customer, order)).body
  const from = (time: string) => (Date.parse(time) - clock.now()) / minute
  assert.equal([from(eta.from), from(eta.to)], [10, 30])
  clock.advance(31 * minute)
  assert.equal((await ofOrder(customer, order)).body.eta, null, 'longer than any drive')
})

test('positions survive a restart, tell the nearest vendors, and are gone after a day', async () => {
  const clock = new StillClock()
  const first = await startApp({ clock, env })
  const { customer, vendor, order, setOff } = await onTheWay(first)
  const quiet = await first.vendor('Quiet')
  await setOff()
  await report(vendor, start)
  await first.stop({ keep: true })

  const restarted = await startApp({ clock, env: { ...env, DATA_DIR: first.dataDir } })
  const again = await restarted.signIn(customer.user.email, restarted.password)
  const [ana] = [await restarted.signIn(vendor.user.email, restarted.password)]
  const place = { ...start, accuracy: null, at: new Date(clock.now()).toISOString() }
  assert.equal((await ofOrder(again, order)).body.position, place)
  const all = { positions: [{ vendorId: vendor.id, ...place }] }
  assert.equal((await restarted.admin.get('/api/positions')).body, all)
  assert.equal((await ana.get('/api/positions')).body, all)
  const other = await restarted.signIn(quiet.user.email, restarted.password)
  assert.equal((await other.get('/api/positions')).body, { positions: [] })
  clock.advance(12 * hour)
  await report(ana, goal)
  const stored = () =>
    withStoreOf(restarted.dataDir, (store) => createPositionStore(store).since(vendor.id, ''), { clock })
  assert.is((await stored()).length, 2)
  clock.set(12 * hour + minute)
  await restarted.stop({ keep: true })
  // A start sweeps.
  const third = await startApp({ clock, env: { ...env, DATA_DIR: first.dataDir } })
  await third.stop({ keep: true })
  const left = await withStoreOf(first.dataDir, (store) => createPositionStore(store).since(vendor.id, ''), { clock })
  assert.equal(
    left.map(({ lat }) => lat),
    [goal.lat],
  )
  const last = await startApp({ clock, env: { ...env, DATA_DIR: first.dataDir } })
  await last.stop()
})

test.run()
