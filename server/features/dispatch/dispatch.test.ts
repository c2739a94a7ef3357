import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Candidate } from '#shared/areas.ts'
import type { Order, OrderEvent } from '#shared/orders.ts'
import { placeOrder, startApp, type Person, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import type { Probe } from '../../testing/probe.ts'

interface Context {
  app: TestApp
  clock: StillClock
  boiler: string
  roof: string
}

const test = suite<Context>('dispatch')
const env = { ACCESS_TOKEN_TTL: '12h' }

test.before.each(async (context) => {
  const clock = new StillClock()
  const app = await startApp({ clock, env })
  const [boiler, roof] = await app.services()
  Object.assign(context, { app, clock, boiler: boiler?.id, roof: roof?.id })
})
test.after.each(({ app }) => app.stop())

/** A vendor with a connection that hears of all orders. */
async function aVendor(app: TestApp, name: string, abilities: { skills?: string[]; areas?: string[] } = {}) {
  const person = await app.vendor(name)
  const { body } = await app.admin.patch(`/api/users/${person.id}`, { skills: [], ...abilities })
  assert.equal([body.skills, body.areas], [abilities.skills, abilities.areas])
  const probe = await person.connect()
  await probe.subscribe('orders/new')
  await probe.subscribe('orders/update')
  return { person, probe }
}

const hears = (probe: Probe, id: string, matches: (event: OrderEvent) => boolean = () => true) =>
  probe.until(({ payload }) => payload.id === id && matches(payload))
const isGone = (event: OrderEvent) => 'gone' in event
const heardOf = (probe: Probe, id: string) => probe.messages.filter(({ payload }) => payload.id === id)
const idsOf = async (person: Person, query = '') =>
  (await person.get(`/api/orders${query}`)).body.orders.map(({ id }: { id: string }) => id)
const offeredTo = async (app: TestApp, { id }: Pick<Order, 'id'>): Promise<string[]> =>
  (await app.admin.get(`/api/orders/${id}/vendors`)).body.vendors
    .filter(({ offered }: { offered: boolean }) => offered)
    .map(({ name }: { name: string }) => name)
const order = async (customer: Person, services: string[], more: object = {}) =>
  customer.post('/api/orders', {
    ...placeOrder('', more),
    items: services.map((serviceId) => ({ serviceId, quantity: 1 })),
  })

test('only vendors with all skills of an order are offered it, live, in lists, by search and since', async (context) => {
  const { app, clock, boiler, roof } = context
  const customer = await app.customer()
  const [ana, ben] = [await aVendor(app, 'Ana', { skills: ['Gas'] }), await aVendor(app, 'Ben', { skills: ['height'] })]
  const { syncCursor } = (await ben.person.get('/api/orders')).body
  await app.admin.patch(`/api/services/${boiler}`, { skills: ['gas'] })
  await app.admin.patch(`/api/services/${roof}`, { skills: ['height'] })
  const { status, body: placed } = await order(customer, [boiler])
  assert.is(status, 201)
  assert.not.ok('offer' in placed, 'there are no rounds')
  await hears(ana.probe, placed.id)
  assert.equal([await idsOf(ana.person), await idsOf(ben.person)], [[placed.id], []])
  assert.equal(
    [await idsOf(ana.person, `?q=${placed.number}`), await idsOf(ben.person, `?q=${placed.number}`)],
    [[placed.id], []],
  )
  assert.equal(await idsOf(ben.person, `?since=${syncCursor}`), [])
  assert.is((await ben.person.get(`/api/orders/${placed.id}`)).status, 404)
  assert.is((await ben.person.set(placed, 'accepted')).status, 404)
  assert.is((await ben.person.set(placed, 'rejected')).status, 404)

  const both = await order(customer, [boiler, roof])
  assert.equal(
    [both.status, both.body.code, both.body.skills, both.body.area, both.body.inParts],
    [409, 'no_vendor_able', ['gas', 'height'], null, true],
  )
  assert.is(both.body.services.length, 2)
  await app.admin.patch(`/api/users/${ben.person.id}`, { skills: [] })
  const one = await order(customer, [boiler, roof])
  assert.equal([one.body.skills, one.body.inParts], [['height'], false], 'no vendor can do the roof')
  assert.equal(
    one.body.services.map(({ serviceId }: { serviceId: string }) => serviceId),
    [roof],
  )
  await app.admin.patch(`/api/users/${ben.person.id}`, { skills: ['height'] })
  const asked = await customer.post('/api/orders/check', { items: [{ serviceId: boiler }, { serviceId: roof }] })
  assert.equal([asked.status, asked.body.code], [409, 'no_vendor_able'])
  assert.ok(asked.body.services.every(({ name }: { name: string }) => name !== ''))
  assert.is((await customer.post('/api/orders/check', { items: [{ serviceId: boiler }] })).status, 204)

  // What a vendor can do changes: open offers follow.
  await app.admin.patch(`/api/users/${ben.person.id}`, { skills: ['gas', 'height'] })
  await app.admin.patch(`/api/users/${ana.person.id}`, { skills: [] })
  clock.advance(1_000)
  await hears(ben.probe, placed.id)
  await hears(ana.probe, placed.id, isGone)
  assert.is(heardOf(ben.probe, placed.id)[0]?.payload.version, 2, 'ben has not heard of version 1')
  assert.equal([await idsOf(ana.person), await idsOf(ben.person)], [[], [placed.id]])
  assert.equal(await idsOf(ben.person, `?since=${syncCursor}`), [placed.id])
  assert.is((await order(customer, [boiler, roof])).status, 201)
  assert.is((await ana.person.set(placed, 'accepted')).status, 409)
  // The version that ben has seen last was a move of the offer, which is no conflict.
  const accepted = await ben.person.set(placed, 'accepted', { version: 1 })
  assert.is(accepted.status, 200)
  const released = await ben.person.set(placed, 'pending', { reason: 'Van broke down' })
  assert.is(released.status, 200)
  assert.equal(await offeredTo(app, placed), ['Ben'])
  assert.equal([await idsOf(ana.person)], [[]])
  const declined = await ben.person.set(placed, 'rejected')
  assert.equal([declined.status, declined.body.status], [200, 'rejected'], 'the only one who can has declined')
  await ana.probe.end()
  await ben.probe.end()
})

test('an order goes to the vendors of its area, and to those without areas', async ({ app, boiler }) => {
  const customer = await app.customer()
  const { body: spandau } = await app.admin.post('/api/areas', { name: 'Spandau', postcodes: ['135'] })
  const { body: mitte } = await app.admin.post('/api/areas', { name: 'Mitte', postcodes: ['101'] })
  const { body: listed } = await app.admin.get('/api/areas')
  assert.equal(
    listed.areas.map(({ name }: { name: string }) => name),
    ['Mitte', 'Spandau'],
  )
  await aVendor(app, 'Ana', { areas: [spandau.id] }).then(({ probe }) => probe.end())
  await aVendor(app, 'Ben', { areas: [mitte.id] }).then(({ probe }) => probe.end())
  const at = async (address: string, area?: string) =>
    (await order(customer, [boiler], { contact: { phone: '+49 30 1', address, ...(area && { area }) } })).body
  const everywhere = (await app.admin.get('/api/vendors')).body.vendors.find(
    ({ name }: { name: string }) => name !== 'Ana' && name !== 'Ben',
  )
  const inSpandau = await at('Markt 1, 13597 Berlin')
  assert.equal((await offeredTo(app, inSpandau)).sort(), ['Ana', everywhere.name].sort())
  assert.equal((await offeredTo(app, await at('Somewhere', 'mitte'))).sort(), ['Ben', everywhere.name].sort())
  assert.equal(await offeredTo(app, await at('Somewhere')), [everywhere.name])
  await app.admin.patch(`/api/users/${everywhere.id}`, { areas: [mitte.id] })
  assert.equal((await offeredTo(app, await at('Somewhere'))).length, 3, 'no one works everywhere')
  await app.admin.patch(
    `/api/users/${(await app.admin.get('/api/users?role=vendor')).body.users.find(({ name }: { name: string }) => name === 'Ana').id}`,
    { areas: [mitte.id] },
  )
  const refused = await order(customer, [boiler], { contact: { phone: '+49 30 1', address: 'Markt 1, 13597 Berlin' } })
  assert.equal(
    [refused.status, refused.body.code, refused.body.area, refused.body.inParts],
    [409, 'no_vendor_able', 'Spandau', false],
  )
  assert.is((await app.admin.call('DELETE', `/api/areas/${spandau.id}`)).status, 204)
  assert.is((await app.admin.call('DELETE', `/api/areas/${spandau.id}`)).status, 404)
})

test('the nearest vendor who is online is asked first, and admins see how far each one is', async ({ app, boiler }) => {
  const customer = await app.customer()
  const probes = []
  for (const [name, lat] of [
    ['Far', 52.6],
    ['Near', 52.501],
    ['Away', 52.5],
    ['Unknown', null],
  ] as const) {
    const { person, probe } = await aVendor(app, name, { skills: ['gas'] })
    if (lat !== null) assert.is((await person.post('/api/positions', { lat, lng: 13.4 })).status, 204)
    if (name === 'Away') await probe.end()
    else probes.push(probe)
  }
  const rule = { to: 'nearest', count: 1, seconds: 60 }
  await app.admin.patch(`/api/services/${boiler}`, { skills: ['gas'], offers: rule })
  const contact = { phone: '+49 30 1', address: 'Markt 1', lat: 52.5, lng: 13.4 }
  const { body: placed } = await order(customer, [boiler], { contact })
  assert.equal(await offeredTo(app, placed), ['Near'])
  const { vendors, offer } = (await app.admin.get(`/api/orders/${placed.id}/vendors`)).body
  assert.equal(
    vendors.filter(({ lacks }: Candidate) => lacks.length === 0).map(({ name }: Candidate) => name),
    ['Near', 'Far', 'Unknown', 'Away'],
  )
  const distance = (wanted: string) => vendors.find(({ name }: Candidate) => name === wanted)?.distance
  assert.ok(Math.abs(distance('Near') - 111) < 1)
  assert.is(distance('Unknown'), null)
  assert.is(offer.round, 1)
  for (const probe of probes) await probe.end()
})

test('rounds ask more and more vendors, then an admin is alerted; a restart keeps their time', async (context) => {
  const { app, clock, boiler } = context
  const customer = await app.customer()
  const names = ['Ana', 'Ben', 'Cleo', 'Dan']
  const vendors = []
  for (const name of names) vendors.push(await aVendor(app, name, { skills: ['gas'] }))
  const rule = { to: 'least_busy', count: 1, seconds: 60 }
  assert.is((await app.admin.patch(`/api/services/${boiler}`, { skills: ['gas'], offers: rule })).status, 200)
  const { body: placed } = await order(customer, [boiler])
  assert.equal(placed.offer, { round: 1, until: '2026-03-02T08:01:00.000Z' })
  const [first] = await offeredTo(app, placed)
  assert.is((await offeredTo(app, placed)).length, 1)
  const asked = vendors[names.indexOf(first ?? '')]
  assert.ok(asked)
  const heard = await hears(asked.probe, placed.id)
  assert.equal([heard.payload.offer.round, heard.payload.customer.name], [1, null])

  // The only one who is asked declines, without a reason: the others need not wait.
  assert.is((await asked.person.set(placed, 'rejected')).status, 200)
  await app.drain()
  const desk = await app.admin.connect()
  await desk.subscribe('orders/update')
  await desk.subscribe('alerts/#')
  clock.advance(1_000)
  await hears(desk, placed.id, (event) => 'offer' in event && event.offer?.round === 2)
  assert.is((await offeredTo(app, placed)).length, 1)
  const before = (await app.admin.get(`/api/orders/${placed.id}`)).body
  assert.equal(before.offer.until, '2026-03-02T08:01:01.000Z')
  assert.equal(before.history.at(-1).offered.round, 2)
  await app.drain()
  for (const { probe } of [...vendors, { probe: desk }]) await probe.end()
  await app.stop({ keep: true })

  const again = await startApp({ clock, env: { ...env, DATA_DIR: app.dataDir } })
  const wall = await again.admin.connect()
  await wall.subscribe('orders/update')
  await wall.subscribe('alerts/#')
  clock.advance(59_000)
  assert.is((await again.admin.get(`/api/orders/${placed.id}`)).body.offer.round, 2)
  clock.advance(2_000)
  await hears(wall, placed.id, (event) => 'offer' in event && event.offer?.round === 3 && event.offer.until === null)
  assert.equal((await offeredTo(again, placed)).length, 3, 'all but the one who has declined')
  await again.drain()
  clock.advance(61_000)
  clock.advance(2_000)
  const alert = await wall.until(({ topic }) => topic === `alerts/accept/${placed.id}`)
  assert.is(alert.payload.since, '2026-03-02T08:02:02.000Z')
  await wall.end()
  context.app = again
})

test.run()
