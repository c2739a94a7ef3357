import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../lib/clock.ts'
import type { Order } from '#shared/orders.ts'
import { placeOrder, startApp, type Answer, type Person, type TestApp } from '../testing/app.ts'
import type { Message, Probe } from '../testing/probe.ts'

const test = suite<{ app: TestApp }>('orders')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

test('an order is priced from the catalogue; prices sent by the customer are refused', async ({ app }) => {
  const customer = await app.customer('Mia')
  const [service] = await app.services()
  const { status, body, headers } = await customer.post('/api/orders', placeOrder(service!.id, { notes: 'Ring twice' }))
  assert.is(status, 201)
  assert.is(headers.get('location'), `/api/orders/${body.id}`)
  assert.match(body.number, /^[2-9A-Z]{3}-[2-9A-Z]{3}$/)
  assert.equal(body.items, [{ serviceId: service!.id, name: service!.name, quantity: 2, unitPrice: service!.price }])
  assert.is(body.totalAmount, 2 * service!.price)
  assert.is(body.currency, 'USD')
  assert.equal([body.status, body.version, body.vendor, body.scheduledFor], ['pending', 1, null, null])
  assert.equal(body.nextStatuses, ['cancelled'])
  assert.equal(body.customer, { id: customer.id, name: 'Mia' })
  const [entry] = body.history
  assert.equal(entry, {
    status: 'pending',
    at: body.createdAt,
    by: { id: customer.id, name: 'Mia', role: 'customer' },
    note: null,
  })
  const cheap = { items: [{ serviceId: service!.id, quantity: 1, unitPrice: 1 }] }
  assert.is((await customer.post('/api/orders', placeOrder(service!.id, cheap))).status, 400)
})

test('an order goes from pending to completed, with one history entry for each change', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor('Ana')])
  const order = await app.order(customer)
  for (const status of ['accepted', 'on_the_way', 'in_progress']) {
    assert.is((await vendor.set(order, status)).body.status, status)
  }
  const { body } = await vendor.set(order, 'completed', { note: 'Key under the mat' })
  assert.is(body.version, 5)
  assert.equal(body.vendor, { id: vendor.id, name: 'Ana' })
  assert.equal(
    body.history.map((entry: { status: string }) => entry.status),
    ['pending', 'accepted', 'on_the_way', 'in_progress', 'completed'],
  )
  assert.is(body.history.at(-1)?.note, 'Key under the mat')
  assert.equal(body.nextStatuses, ['in_progress'], 'to undo it')
})

test('a vendor who cannot complete an order says why, and may undo it; an admin reopens it later', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor('Ana')])
  const order = await app.order(customer)
  for (const status of ['accepted', 'on_the_way']) await vendor.set(order, status)
  assert.is((await vendor.set(order, 'failed')).body.code, 'reason_required')
  const failed = await vendor.set(order, 'failed', { reason: 'No access' })
  assert.equal([failed.body.status, failed.body.history.at(-1).note], ['failed', 'No access'])
  assert.equal(failed.body.nextStatuses, ['on_the_way'], 'the status before')
  assert.is((await vendor.set(order, 'in_progress')).body.code, 'invalid_transition')
  assert.is((await customer.set(order, 'on_the_way')).body.code, 'invalid_transition')
  for (const status of ['on_the_way', 'in_progress', 'completed']) {
    assert.is((await vendor.set(order, status)).body.status, status)
  }
  const { body } = await app.admin.set(order, 'in_progress')
  assert.equal([body.status, body.vendor, body.version], ['in_progress', { id: vendor.id, name: 'Ana' }, 8])
})

test('of 50 vendors who claim one order at once one gets it, 20 times over', async ({ app }) => {
  const customer = await app.customer()
  const vendors = await Promise.all(Array.from({ length: 50 }, () => app.vendor()))
  for (let round = 0; round < 20; round++) {
    const order = await app.order(customer)
    const responses = await Promise.all(vendors.map((vendor) => vendor.set(order, 'accepted')))
    assert.is(responses.filter((response) => response.status === 200).length, 1)
    const others = responses.filter((response) => response.status === 409)
    assert.is(others.length, 49)
    assert.ok(others.every((response) => response.body.code === 'already_taken'))
    const { body } = await customer.get(`/api/orders/${order.id}`)
    assert.is(body.history.filter((entry: { status: string }) => entry.status === 'accepted').length, 1)
    assert.is(body.version, 2)
  }
})

test('an order is rejected once every active vendor has declined, and only then', async () => {
  const app = await startApp()
  const [customer, demoVendor, ana, ben] = await Promise.all([
    app.customer(),
    app.demo('vendor@example.com'),
    app.vendor(),
    app.vendor(),
  ])
  const order = await app.order(customer)
  // A decline needs no reason.
  assert.is((await ana.set(order, 'rejected')).body.status, 'pending')
  assert.is((await ana.get(`/api/orders/${order.id}`)).status, 404)
  assert.is((await ana.get('/api/orders')).body.orders.length, 0)
  assert.is((await ben.get('/api/orders')).body.orders.length, 1)
  await Promise.all([demoVendor, ben].map((vendor) => vendor.set(order, 'rejected', { reason: 'Full' })))
  const { body } = await customer.get(`/api/orders/${order.id}`)
  assert.equal([body.status, body.version], ['rejected', 4])
  assert.is(body.history.at(-1).status, 'rejected')
  await app.stop()
})

test('when the last vendor who had not declined is deactivated, the order is rejected too', async () => {
  const app = await startApp()
  const [customer, demoVendor, ana] = await Promise.all([app.customer(), app.demo('vendor@example.com'), app.vendor()])
  const [declined, untouched] = [await app.order(customer), await app.order(customer)]
  await ana.set(declined, 'rejected', { reason: 'Full' })
  await app.admin.patch(`/api/users/${demoVendor.id}`, { active: false })
  assert.is((await customer.get(`/api/orders/${declined.id}`)).body.status, 'rejected')
  assert.is((await customer.get(`/api/orders/${untouched.id}`)).body.status, 'pending')
  await app.stop()
})

test('a released order is offered again, without the customer’s name and contact', async ({ app }) => {
  const [customer, ana, ben] = await Promise.all([app.customer('Mia'), app.vendor(), app.vendor()])
  const order = await app.order(customer)
  await ana.set(order, 'accepted')
  assert.is((await ben.get(`/api/orders/${order.id}`)).status, 404)
  assert.is((await ana.get(`/api/orders/${order.id}`)).body.contact.phone, '+49 30 123456')
  const { body } = await ana.set(order, 'pending', { reason: 'Van broke down' })
  assert.equal([body.status, body.vendor, body.contact, body.customer.name], ['pending', null, null, null])
  const offer = (await ben.get(`/api/orders/${order.id}`)).body
  assert.not.match(JSON.stringify(offer), /Mia|Lindenstra|123456/)
})

test('an offer shows the area of its address, over REST and MQTT, and nothing else of the contact', async ({ app }) => {
  const [customer, ana, ben] = await Promise.all([app.customer('Mia'), app.vendor(), app.vendor()])
  const contact = { phone: '+49 30 123456', address: 'Lindenstraße 9, Berlin', area: ' Kreuzberg ' }
  const [offers, own] = await Promise.all([ben.connect(), customer.connect()])
  await Promise.all([offers.subscribe('orders/new'), offers.subscribe('orders/update')])
  await own.subscribe(`customers/${customer.id}/orders`)
  const order = await app.order(customer, { contact })
  const full = { ...contact, area: 'Kreuzberg' }
  assert.equal(order.contact, full)
  const offer = (await ben.get(`/api/orders/${order.id}`)).body
  assert.equal([offer.contact, offer.customer.name], [{ area: 'Kreuzberg' }, null])
  await ana.set(order, 'accepted')
  assert.equal((await ana.get(`/api/orders/${order.id}`)).body.contact, full)
  const released = (await ana.set(order, 'pending', { reason: 'Van broke down' })).body
  assert.equal(released.contact, { area: 'Kreuzberg' })
  const shownTo = async (probe: Probe, version: number) => {
    const { payload } = await probe.until((message) => message.payload.version === version)
    return [payload.contact, payload.customer.name]
  }
  for (const version of [1, 3]) {
    assert.equal(await shownTo(offers, version), [{ area: 'Kreuzberg' }, null])
    assert.equal(await shownTo(own, version), [full, 'Mia'])
  }
  await Promise.all([offers.end(), own.end()])
  const found = (await ben.get('/api/orders')).body.orders.find(({ id }: { id: string }) => id === order.id)
  assert.equal(found.contact, { area: 'Kreuzberg' })
  assert.equal((await ben.get(`/api/orders/${(await app.order(customer)).id}`)).body.contact, null, 'without an area')
  const empty = placeOrder(order.items[0]!.serviceId, { contact: { ...contact, area: ' ' } })
  assert.is((await customer.post('/api/orders', empty)).status, 400)
})

test('an admin assigns, reassigns and takes an order back', async ({ app }) => {
  const [customer, ana, ben] = await Promise.all([app.customer(), app.vendor('Ana'), app.vendor('Ben')])
  const order = await app.order(customer)
  const assign = (vendorId: string, more = {}) =>
    app.admin.post(`/api/orders/${order.id}/assign`, { vendorId, ...more })
  const assigned = (await assign(ana.id)).body
  assert.is(assigned.vendor.name, 'Ana')
  const { at: _, ...entry } = assigned.history.at(-1)
  assert.equal(entry, {
    status: 'accepted',
    by: { id: app.admin.id, name: assigned.history.at(-1).by.name, role: 'admin' },
    assigned: { id: ana.id, name: 'Ana' },
    note: null,
  })
  assert.is((await ana.set(order, 'on_the_way')).status, 200)
  const reassigned = (await assign(ben.id)).body
  assert.equal([reassigned.status, reassigned.vendor.name], ['accepted', 'Ben'])
  assert.equal((await ana.set(order, 'in_progress')).body.nextStatuses, [])
  assert.is((await assign(customer.id)).body.code, 'unknown_vendor')
  assert.is((await assign(ana.id, { version: 1 })).body.code, 'version_conflict')
  assert.is((await app.admin.set(order, 'pending', { reason: 'Wrong van' })).body.vendor, null)
  assert.is((await app.admin.set(order, 'cancelled', { reason: 'Customer moved' })).body.status, 'cancelled')
  assert.is((await assign(ana.id)).body.code, 'invalid_transition')
})

test('a transition that the table does not allow is refused and changes nothing', async ({ app }) => {
  const [customer, stranger, vendor] = await Promise.all([app.customer(), app.customer(), app.vendor()])
  const order = await app.order(customer)
  const refused = await vendor.set(order, 'completed')
  assert.equal(
    [refused.status, refused.body.code, refused.body.nextStatuses],
    [409, 'invalid_transition', ['accepted', 'rejected']],
  )
  assert.is((await customer.set(order, 'accepted')).body.code, 'invalid_transition')
  assert.is((await stranger.set(order, 'cancelled', { reason: 'x' })).status, 404)
  assert.is((await stranger.get(`/api/orders/${order.id}`)).status, 404)
  assert.is((await app.admin.set(order, 'accepted')).body.code, 'invalid_transition')
  assert.is((await customer.get(`/api/orders/${order.id}`)).body.version, 1)
})

test('of two changes of one version the second gets the current order with its refusal', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const order = await app.order(customer)
  const responses = await Promise.all([
    vendor.set(order, 'accepted', { version: 1 }),
    customer.set(order, 'cancelled', { version: 1, reason: 'Changed my mind' }),
  ])
  assert.equal(responses.map((response) => response.status).sort(), [200, 409])
  const { body } = await customer.set(order, 'cancelled', { version: 1, reason: 'Still' })
  assert.equal([body.code, body.order.version], ['version_conflict', 2])
})

test('one Idempotency-Key makes one order, and another body under it is refused', async ({ app }) => {
  const customer = await app.customer()
  const [service] = await app.services()
  const place = (more = {}) => customer.post('/api/orders', placeOrder(service!.id, more), { 'idempotency-key': 'k1' })
  const responses = await Promise.all(Array.from({ length: 50 }, () => place()))
  for (const response of responses) assert.equal(response.body, responses[0]!.body)
  assert.equal(responses.map((response) => response.status).sort(), [...Array(49).fill(200), 201])
  assert.is((await customer.get('/api/orders')).body.orders.length, 1)
  const vendor = await app.vendor()
  await vendor.set(responses[0]!.body, 'accepted')
  assert.equal((await place()).body, responses[0]!.body, 'the first response again, though the order is accepted now')
  assert.equal(
    [(await place({ notes: 'other' })).status, (await place({ notes: 'other' })).body.code],
    [422, 'idempotency_mismatch'],
  )
})

test('an Idempotency-Key is valid for a day; after that it makes another order', async () => {
  const clock = { ...systemClock, ms: Date.now(), now: () => clock.ms }
  const app = await startApp({ clock, env: { ACCESS_TOKEN_TTL: '30d' } })
  const customer = await app.customer()
  const [service] = await app.services()
  const place = () => customer.post('/api/orders', placeOrder(service!.id), { 'idempotency-key': 'k1' })
  const first = await place()
  clock.ms += 23 * 3_600_000
  assert.equal([(await place()).status, (await place()).body.id], [200, first.body.id])
  clock.ms += 2 * 3_600_000
  const responses = await Promise.all(Array.from({ length: 10 }, place))
  assert.is(new Set(responses.map((response) => response.body.id)).size, 1)
  assert.is.not(responses[0]!.body.id, first.body.id)
  assert.is((await customer.get('/api/orders')).body.orders.length, 2)
  await app.stop()
})

test('of 100 concurrent changes of one version one wins, ten times; the others get the current order', async ({
  app,
}) => {
  const customer = await app.customer()
  const vendors = await Promise.all(Array.from({ length: 10 }, () => app.vendor()))
  const order = await app.order(customer)
  for (let version = 1; version <= 10; version++) {
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        app.admin.post(`/api/orders/${order.id}/assign`, { vendorId: vendors[n % 10]!.id, version }),
      ),
    )
    const [winner, ...none] = responses.filter((response) => response.status === 200)
    assert.is(none.length, 0, 'one winner')
    assert.is(winner!.body.version, version + 1)
    for (const { status, body } of responses.filter((response) => response !== winner)) {
      assert.equal([status, body.code], [409, 'version_conflict'])
      assert.equal(body.order, winner!.body)
    }
  }
  assert.is((await customer.get(`/api/orders/${order.id}`)).body.history.length, 11)
})

test('a late change has the time at which it happened, between the last change and now', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const order = await app.order(customer)
  const { body: accepted } = await vendor.set(order, 'accepted', { occurredAt: '2020-01-01T00:00:00Z' })
  assert.is(accepted.history[1].at, order.createdAt, 'not before the last change')
  assert.is(accepted.history[1].recordedAt, accepted.updatedAt)
  const occurredAt = new Date(Date.parse(accepted.updatedAt) - 1).toISOString()
  const { body: started } = await vendor.set(order, 'on_the_way', { occurredAt })
  assert.equal([started.history[2].at, started.history[2].recordedAt], [occurredAt, started.updatedAt])
  const { body: arrived } = await vendor.set(order, 'in_progress', { occurredAt: '2100-01-01T00:00:00+02:00' })
  assert.is(arrived.history[3].at, arrived.updatedAt, 'not in the future')
  assert.not('recordedAt' in arrived.history[3])
  assert.is((await vendor.set(order, 'completed', { occurredAt: 'noon' })).status, 400)
})

test('a change sent again under its commandId is applied once, over REST as from a device', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer(), app.vendor()])
  const order = await app.order(customer)
  const accept = () => vendor.set(order, 'accepted', { commandId: 'c1', version: 1 })
  const responses = await Promise.all([accept(), accept(), accept()])
  await vendor.set(order, 'on_the_way')
  // The first response again, although the order has changed since.
  responses.push(await accept())
  for (const { status, body } of responses) assert.equal([status, body.version, body.status], [200, 2, 'accepted'])
})

test('a commandId that was used for another status is refused, and the order stays as it is', async ({ app }) => {
  const [customer, vendor, other] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const order = await app.order(customer)
  await vendor.set(order, 'accepted', { commandId: 'c1' })
  const reused = await vendor.set(order, 'on_the_way', { commandId: 'c1' })
  assert.equal([reused.status, reused.body.code], [422, 'idempotency_mismatch'])
  assert.is((await vendor.get(`/api/orders/${order.id}`)).body.status, 'accepted')

  // A decline leaves the order pending; a release makes it pending.
  await vendor.set(order, 'pending', { commandId: 'c2', reason: 'Van broke down' })
  const declined = await other.set(order, 'rejected', { commandId: 'c3', reason: 'Too far away' })
  const again = await other.set(order, 'rejected', { commandId: 'c3', reason: 'Too far away' })
  assert.equal([again.status, again.body], [200, declined.body])
  for (const [person, commandId, status] of [
    [vendor, 'c2', 'rejected'],
    [other, 'c3', 'pending'],
    [other, 'c3', 'accepted'],
  ] as const) {
    const { body } = await person.set(order, status, { commandId, reason: 'Again' })
    assert.is(body.code, 'idempotency_mismatch', `${commandId} ${status}`)
  }
})

test('a command that is sent again reveals no later change of an order that another vendor has now', async ({
  app,
}) => {
  const [customer, ana, ben] = await Promise.all([app.customer(), app.vendor('Ana'), app.vendor('Ben')])
  const order = await app.order(customer)
  const commands = [
    ['accepted', { commandId: 'a1' }],
    ['pending', { commandId: 'a2', reason: 'Van broke down' }],
  ] as const
  const first = []
  for (const [status, more] of commands) first.push((await ana.set(order, status, more)).body)
  for (const status of ['accepted', 'on_the_way', 'in_progress']) await ben.set(order, status)
  await ben.set(order, 'completed', { note: 'Alarm 4711' })
  for (const [n, [status, more]] of commands.entries()) {
    const { body } = await ana.set(order, status, more)
    assert.equal(body, first[n])
    assert.not.match(JSON.stringify(body), /Ben|4711/)
  }
})

test('a refusal holds the current order in the actor’s view', async ({ app }) => {
  const [customer, ana, ben] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const order = await app.order(customer)
  await ana.set(order, 'accepted')
  const conflict = (await ben.set(order, 'accepted')).body
  assert.equal(
    [conflict.code, conflict.order],
    ['already_taken', { id: order.id, version: 2, status: 'accepted', gone: true }],
  )
  const early = (await ana.set(order, 'completed')).body
  assert.equal([early.code, early.order.version, early.order.contact.phone], ['invalid_transition', 2, '+49 30 123456'])
})

test('a list holds the caller’s own orders, newest first, in pages, filtered and searched', async ({ app }) => {
  const [customer, vendor] = await Promise.all([app.customer('Zoë Quibble'), app.vendor('Vantage')])
  const created = []
  for (let index = 0; index < 5; index++) created.push(await app.order(customer))
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body }: Answer = await customer.get(`/api/orders?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...body.orders.map((order: { id: string }) => order.id))
    cursor = body.nextCursor
  }
  assert.equal(seen, created.map((order) => order.id).reverse())
  await vendor.set(created[0]!, 'accepted')
  const ids = async (query: string) =>
    (await app.admin.get(`/api/orders?${query}`)).body.orders.map((o: { id: string }) => o.id)
  assert.equal(await ids(`status=accepted&vendorId=${vendor.id}`), [created[0]!.id])
  assert.is((await ids(`status=accepted&status=pending&customerId=${customer.id}`)).length, 5)
  assert.equal(await ids(`q=${created[3]!.number.toLowerCase()}`), [created[3]!.id])
  assert.is((await ids('q=quibb')).length, 5)
  assert.is((await ids('q=zoe')).length, 5)
  assert.equal(await ids('q=vantage'), [created[0]!.id])
  const found = async (q: string) => (await vendor.get(`/api/orders?q=${q}`)).body.orders.length
  assert.equal([await found('quibb'), await found(created[1]!.number)], [1, 1], 'an offer is not found by its customer')
  assert.equal(await ids(`from=${created[4]!.createdAt}&customerId=${customer.id}`), [created[4]!.id])
})

test('a new name is shown and found in open orders by every path, in each receiver’s view', async ({ app }) => {
  const [customer, ana, ben] = await Promise.all([app.customer('Mia Lund'), app.vendor('Ana'), app.vendor('Ben')])
  const [job, offer] = [await app.order(customer), await app.order(customer)]
  const { body: service } = await app.admin.post('/api/services', { name: 'Roof', price: 100, durationMinutes: 60 })
  const { body: roof } = await customer.post('/api/orders', placeOrder(service.id))
  await ana.set(job, 'accepted')
  const van = await ana.device()
  const probes = {
    customer: await customer.connect(),
    admin: await app.admin.connect('websocket'),
    van: await ana.connect('tcp', van.login),
    ben: await ben.connect(),
  }
  for (const [probe, topic] of [
    [probes.customer, `customers/${customer.id}/orders`],
    [probes.admin, 'orders/#'],
    [probes.admin, 'vendor/status/+'],
    [probes.van, 'orders/update'],
    [probes.ben, 'orders/update'],
  ] as const)
    assert.is(await probe.subscribe(topic), 1)
  const { syncCursor } = (await ben.get('/api/orders')).body

  assert.is((await app.admin.patch(`/api/users/${customer.id}`, { name: 'Zofia Novak' })).status, 200)
  assert.is((await app.admin.patch(`/api/users/${ana.id}`, { name: 'Anouk Petit' })).status, 200)
  assert.is((await app.admin.patch(`/api/services/${service.id}`, { name: 'Gutter' })).status, 200)

  const shows =
    (id: string, ...names: (string | null)[]) =>
    ({ payload }: Message) =>
      payload?.id === id && JSON.stringify(namesIn(payload)) === JSON.stringify(names)
  const namesIn = (order: Order) => [order.customer?.name, order.vendor?.name ?? null, order.items?.[0]?.name]
  const boiler = job.items[0]?.name ?? ''
  for (const probe of [probes.customer, probes.admin, probes.van])
    await probe.until(shows(job.id, 'Zofia Novak', 'Anouk Petit', boiler))
  for (const probe of [probes.customer, probes.admin]) await probe.until(shows(roof.id, 'Zofia Novak', null, 'Gutter'))
  await probes.ben.until(shows(roof.id, null, null, 'Gutter'))
  await probes.admin.until(
    ({ topic, payload }) => topic === `vendor/status/${ana.id}` && payload.name === 'Anouk Petit',
  )
  const { body: vendors } = await app.admin.get('/api/vendors')
  assert.ok(vendors.vendors.some(({ name }: { name: string }) => name === 'Anouk Petit'))

  const found = async (person: Person, q: string) =>
    (await person.get(`/api/orders?q=${encodeURIComponent(q)}`)).body.orders.map(({ id }: Order) => id)
  assert.equal((await found(app.admin, 'zofia')).toSorted(), [job.id, offer.id, roof.id].toSorted())
  assert.equal(await found(customer, 'anouk'), [job.id])
  assert.equal(await found(ben, 'gutter'), [roof.id])
  assert.equal([await found(ben, 'zofia'), await found(app.admin, 'lund')], [[], []])
  assert.equal((await app.admin.get(`/api/orders/${offer.id}`)).body.customer.name, 'Zofia Novak')

  const changes = (await ben.get(`/api/orders?since=${syncCursor}`)).body.orders
  assert.equal(namesIn(changes.find(({ id }: Order) => id === roof.id)), [null, null, 'Gutter'])
  const toBen = JSON.stringify([changes, ...probes.ben.messages.map(({ payload }) => payload)])
  assert.not.match(toBen, /Zofia|Lund/)
  assert.not.ok(probes.ben.messages.some(({ payload }) => payload.id === job.id))
  const { history } = (await ana.get(`/api/orders/${job.id}`)).body
  assert.equal(history.flatMap(({ renamed }: Order['history'][number]) => renamed?.to ?? []).toSorted(), [
    'Anouk Petit',
    'Zofia Novak',
  ])
  assert.is(history[1].by.name, 'Ana')
  await Promise.all(Object.values(probes).map((probe) => probe.end()))
})

test('orders changed since a cursor are returned in their current state, and as gone to a vendor who can no longer see them', async ({
  app,
}) => {
  const [customer, ana, ben] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const order = await app.order(customer)
  const { syncCursor } = (await ben.get('/api/orders')).body
  await ana.set(order, 'accepted')
  const changes = (await ben.get(`/api/orders?since=${syncCursor}`)).body.orders
  assert.equal(
    changes.find((entry: { id: string }) => entry.id === order.id),
    { id: order.id, version: 2, status: 'accepted', gone: true },
  )
  assert.is((await customer.get(`/api/orders?since=${syncCursor}`)).body.orders[0].status, 'accepted')
  assert.is((await customer.get('/api/orders?since=nonsense')).body.code, 'invalid_cursor')
})

test('changes come in pages that lead to the cursor of the first page', async ({ app }) => {
  const customer = await app.customer()
  const { syncCursor } = (await customer.get('/api/orders')).body
  const created: string[] = []
  for (let n = 0; n < 5; n++) created.push((await app.order(customer)).id)
  const pages = []
  const next = { limit: '2', since: syncCursor }
  for (let cursor = ''; ;) {
    const query = new URLSearchParams(cursor ? { ...next, cursor } : next)
    const { status, body } = await customer.get(`/api/orders?${query}`)
    assert.is(status, 200)
    pages.push(body)
    if (body.nextCursor === null) break
    cursor = body.nextCursor
  }
  assert.equal(
    pages.map(({ orders }) => orders.length),
    [2, 2, 1],
  )
  assert.equal(pages.flatMap(({ orders }) => orders.map(({ id }: { id: string }) => id)).sort(), created.sort())
  assert.is(new Set(pages.map((page) => page.syncCursor)).size, 1)
  const broken = await customer.get(`/api/orders?since=${syncCursor}&cursor=nonsense`)
  assert.equal([broken.status, broken.body.code], [400, 'invalid_cursor'])
})

test('a day as the end of a range includes that day', async () => {
  const clock = { ...systemClock, now: () => Date.parse('2026-03-02T10:00:00.000Z') }
  const app = await startApp({ clock, env: { MONGO_URI: '' } })
  const order = await app.order(await app.customer())
  const count = async (query: string) => (await app.admin.get(`/api/orders?${query}`)).body.orders.length
  const days = { one: '2026-03-02', before: '2026-03-01', after: '2026-03-03' }
  assert.equal(
    [
      await count(`from=${days.one}&to=${days.one}`),
      await count(`from=${days.before}&to=${days.before}`),
      await count(`from=${days.after}&to=${days.after}`),
      await count(`from=${days.one}&to=${order.createdAt}`),
    ],
    [1, 0, 0, 0],
  )
  await app.stop()
})

test('an order accepted long before a cursor is not in another vendor’s changes', async () => {
  // Starts in the past and ends now: MongoDB stamps orders by its own clock, which a test cannot set.
  const clock = { ...systemClock, ms: Date.now() - 12 * 60_000, now: () => clock.ms }
  const app = await startApp({ clock })
  const [customer, ana, ben] = await Promise.all([app.customer(), app.vendor(), app.vendor()])
  const order = await app.order(customer)
  await ana.set(order, 'accepted')
  clock.ms = Date.now()
  const { syncCursor } = (await ben.get('/api/orders')).body
  await ana.set(order, 'on_the_way')
  assert.equal((await ben.get(`/api/orders?since=${syncCursor}`)).body.orders, [])
  assert.is((await ana.get(`/api/orders?since=${syncCursor}`)).body.orders[0].status, 'on_the_way')
  await app.stop()
})

test.run()
