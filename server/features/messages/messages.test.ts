import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { startApp, type Person, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import type { Probe, Unchecked } from '../../testing/probe.ts'

const test = suite<{ app: TestApp; clock: StillClock }>('messages on an order')

test.before(async (context) => {
  context.clock = new StillClock()
  context.app = await startApp({ clock: context.clock, env: { ACCESS_TOKEN_TTL: '3d' } })
})
test.after(({ app }) => app.stop())

const pathOf = ({ id }: Pick<Order, 'id'>) => `/api/orders/${id}/messages`
const write = (person: Person, order: Order, text: string, more: object = {}) =>
  person.post(pathOf(order), { text, ...more })
const textsFor = async (person: Person, order: Order): Promise<string[]> =>
  (await person.get(pathOf(order))).body.messages.map(({ text }: Unchecked) => text)
const unreadOf = async (person: Person, order: Order): Promise<number> => (await person.get(pathOf(order))).body.unread
const inLists = async (person: Person): Promise<Record<string, number>> => {
  const { orders } = (await person.get('/api/messages/unread')).body
  return Object.fromEntries(orders.map(({ orderId, unread }: Unchecked) => [orderId, unread]))
}
/** Resolves when everything sent so far has arrived: a round trip with a filter that is refused. */
const settled = (probe: Probe) => probe.subscribe('nothing/at/all')
const heard = ({ messages }: Probe) => messages.map(({ payload }) => payload.text)

/** An order that a vendor has taken. */
async function job(app: TestApp) {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  return { customer, vendor, order }
}

test('the parties read each other; internal notes never reach the customer; others find nothing', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const [other, stranger] = [await app.vendor(), await app.customer()]
  const probes = await Promise.all(
    [customer, vendor, app.admin, other, stranger].map(async (person) => {
      const probe = await person.connect()
      for (const filter of [`orders/${order.id}/messages`, 'orders/+/messages']) await probe.subscribe(filter)
      return probe
    }),
  )
  const first = await write(customer, order, 'The gate code is 4711')
  assert.is(first.status, 201)
  assert.equal(first.body.by, { id: customer.id, name: customer.user.name, role: 'customer' })
  await write(vendor, order, 'I am there at ten')
  assert.is((await write(app.admin, order, 'She pays late', { internal: true })).body.internal, true)
  assert.is((await write(vendor, order, 'Thank you', { internal: true })).status, 201)
  const refused = await write(customer, order, 'x', { internal: true })
  assert.equal([refused.status, refused.body.code], [403, 'forbidden'])
  for (const outsider of [other, stranger]) {
    for (const answer of [
      await write(outsider, order, 'x'),
      await outsider.get(pathOf(order)),
      await outsider.post(`${pathOf(order)}/read`, {}),
    ])
      assert.equal([answer.status, answer.body.code], [404, 'not_found'])
  }
  const all = ['Thank you', 'She pays late', 'I am there at ten', 'The gate code is 4711']
  assert.equal(await textsFor(customer, order), all.slice(2))
  assert.equal(await textsFor(vendor, order), all)
  assert.equal(await textsFor(app.admin, order), all)

  const count = (probe: Probe, text: string) => heard(probe).filter((one) => one === text).length
  const [ofCustomer, ofVendor, ofAdmin, ...outside] = probes
  assert.ok(ofCustomer && ofVendor && ofAdmin)
  await ofVendor.until(({ payload }) => payload.text === 'Thank you')
  await Promise.all(probes.map(settled))
  for (const text of all.slice(2))
    for (const probe of [ofCustomer, ofVendor, ofAdmin]) assert.ok(count(probe, text), text)
  for (const text of all.slice(0, 2)) for (const probe of [ofVendor, ofAdmin]) assert.ok(count(probe, text), text)
  assert.equal([...new Set(heard(ofCustomer))].sort(), all.slice(2).sort())
  assert.equal(outside.flatMap(heard), [])

  // Who takes the job over reads everything; who gave it away reads and hears nothing more.
  await app.admin.post(`/api/orders/${order.id}/assign`, { vendorId: other.id })
  assert.equal(await textsFor(other, order), all)
  assert.is((await vendor.get(pathOf(order))).status, 404)
  for (const probe of probes) probe.messages.length = 0
  await write(customer, order, 'Who comes now?')
  await outside[0]?.until(({ payload }) => payload.text === 'Who comes now?')
  await Promise.all(probes.map(settled))
  assert.equal([heard(ofVendor), heard(outside[1] ?? ofVendor)], [[], []])
  await Promise.all(probes.map((probe) => probe.end()))
})

test('a repetition with the same id stores nothing twice; another message with it is refused', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const first = await write(customer, order, 'Ring twice', { id: 'm1' })
  const again = await write(customer, order, 'Ring twice', { id: 'm1' })
  assert.equal([first.status, again.status, again.body], [201, 200, first.body])
  for (const [person, text] of [
    [customer, 'Ring once'],
    [vendor, 'Ring twice'],
  ] as const)
    assert.is((await write(person, order, text, { id: 'm1' })).body.code, 'idempotency_mismatch')
  const other = await app.order(customer)
  assert.is((await write(customer, other, 'Ring twice', { id: 'm1' })).status, 201, 'an id belongs to its order')
  const both = await Promise.all(['a', 'a'].map(() => write(customer, order, 'At once', { id: 'm2' })))
  assert.equal(both.map(({ status }) => status).sort(), [200, 201])
  assert.equal(await textsFor(customer, order), ['At once', 'Ring twice'])
})

test('unread messages are counted per person, in the order and in the list of orders', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const quiet = await app.order(customer)
  const texts = ['one', 'two', 'three']
  for (const text of texts) await write(customer, order, text)
  await write(app.admin, order, 'note', { internal: true })
  assert.equal([await unreadOf(customer, order), await unreadOf(vendor, order)], [0, 4])
  assert.equal(await inLists(vendor), { [order.id]: 4 })
  assert.is((await inLists(app.admin))[order.id], 3)
  const { messages } = (await vendor.get(pathOf(order))).body
  const second = messages.find(({ text }: Unchecked) => text === 'two')
  assert.is((await vendor.post(`${pathOf(order)}/read`, { until: second.id })).status, 204)
  assert.is(await unreadOf(vendor, order), 2)
  assert.is((await vendor.post(`${pathOf(order)}/read`, {})).status, 204)
  assert.is((await vendor.post(`${pathOf(order)}/read`, { until: second.id })).status, 204)
  assert.is(await unreadOf(vendor, order), 0, 'a mark never goes back')
  assert.equal(await inLists(vendor), {})
  assert.is((await inLists(app.admin))[order.id], 3, 'each person reads for themselves')
  await write(vendor, order, 'four')
  assert.equal([await inLists(customer), await unreadOf(customer, quiet)], [{ [order.id]: 1 }, 0])
  const note = messages.find(({ internal }: Unchecked) => internal)
  assert.is((await customer.post(`${pathOf(order)}/read`, { until: note.id })).status, 404)
  // A new vendor has read none of it.
  const next = await app.vendor()
  await app.admin.post(`/api/orders/${order.id}/assign`, { vendorId: next.id })
  assert.equal([await inLists(next), await inLists(vendor)], [{ [order.id]: 5 }, {}])
})

test('pages follow each other, also over internal notes', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  for (let n = 0; n < 7; n++) await write(vendor, order, `m${n}`, { internal: n % 3 !== 0 })
  async function all(person: Person, limit: number) {
    const texts: string[] = []
    let cursor = ''
    do {
      const { body } = await person.get(`${pathOf(order)}?limit=${limit}${cursor && `&cursor=${cursor}`}`)
      texts.push(...body.messages.map(({ text }: Unchecked) => text))
      cursor = body.nextCursor ?? ''
    } while (cursor)
    return texts
  }
  assert.equal(await all(vendor, 2), ['m6', 'm5', 'm4', 'm3', 'm2', 'm1', 'm0'])
  assert.equal(await all(customer, 1), ['m6', 'm3', 'm0'])
  assert.is((await customer.get(`${pathOf(order)}?cursor=nonsense`)).body.code, 'invalid_cursor')
})

test('an order takes messages until a day after it has ended', async ({ app, clock }) => {
  const { customer, vendor, order } = await job(app)
  assert.is((await customer.get(pathOf(order))).body.closesAt, null)
  await customer.set(order, 'cancelled', { reason: 'Mended' })
  const { closesAt } = (await customer.get(pathOf(order))).body
  assert.is(Date.parse(closesAt), clock.now() + 24 * 3_600_000)
  assert.is((await write(vendor, order, 'You left your keys')).status, 201)
  const stays = await write(customer, order, 'Thanks', { id: 'last' })
  clock.set(Date.parse(closesAt) - clock.now())
  const closed = await write(app.admin, order, 'Too late')
  assert.equal([closed.status, closed.body.code], [409, 'messages_closed'])
  assert.equal((await write(customer, order, 'Thanks', { id: 'last' })).body, stays.body, 'a repetition is answered')
  assert.is((await textsFor(customer, order)).length, 2, 'what was written stays')
})

test('a device writes the bare text or {text}, and receives the messages of its vendor’s orders', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const { login } = await vendor.device()
  const van = await vendor.connect('tcp', login)
  await van.subscribe('orders/+/messages')
  await van.subscribe(`users/${vendor.id}/replies`)
  const topic = `orders/${order.id}/messages`
  await van.publish(topic, 'On my way')
  await van.publish(topic, { text: 'Five minutes', id: 'v1' })
  await van.publish(topic, { text: 'Five minutes', id: 'v1' })
  await van.publish(topic, '4711')
  await van.until(({ payload }) => payload.text === '4711')
  assert.equal(await textsFor(customer, order), ['4711', 'Five minutes', 'On my way'])
  await write(customer, order, 'See you')
  const { payload } = await van.until((message) => message.payload.text === 'See you')
  assert.equal([payload.orderId, payload.by.role], [order.id, 'customer'])
  const ofOther = await app.order(customer)
  await van.publish(`orders/${ofOther.id}/messages`, 'Hello')
  await van.publish(topic, ' ')
  await van.publish(topic, '{"text":')
  await van.until((message) => message.payload.code === 'invalid_request' && /JSON/.test(message.payload.detail))
  const replies = van.messages.filter((message) => 'ok' in message.payload).map((message) => message.payload)
  assert.equal(
    replies.map(({ ok, code }) => code ?? ok),
    [true, true, true, true, 'not_found', 'invalid_request', 'invalid_request'],
  )
  assert.is(replies[1]?.commandId, 'v1')
  await van.end()
})

test('an integration writes in its own name; a dashboard reads; a token without contact details gets nothing', async ({
  app,
}) => {
  const { customer, order } = await job(app)
  const as = async (scope: object) => {
    const { secret } = (await app.admin.post('/api/tokens', { name: 'ERP', ...scope })).body
    const headers = { authorization: `Bearer ${secret}` }
    return {
      get: () => app.call('GET', pathOf(order), undefined, headers),
      post: () => app.call('POST', pathOf(order), { text: 'From the office' }, headers),
    }
  }
  const [erp, wall, display] = [
    await as({ scope: 'integration' }),
    await as({ scope: 'dashboard' }),
    await as({ scope: 'dashboard', contact: false }),
  ]
  assert.equal((await erp.post()).body.by.name, 'ERP')
  assert.is((await wall.get()).body.messages[0].text, 'From the office')
  assert.equal(
    [(await wall.post()).status, (await display.get()).status, (await display.post()).status],
    [403, 403, 403],
  )
  assert.equal(await textsFor(customer, order), ['From the office'])
})

test('the other side is notified once per message, until it has read them', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const [page, desk] = [await vendor.connect(), await app.admin.connect()]
  await page.subscribe(`users/${vendor.id}/notifications`)
  await desk.subscribe(`users/${app.admin.id}/notifications`)
  const { body } = await write(customer, order, 'Is Ana coming?')
  const { payload } = await page.until(({ payload: { event } }) => event === 'message.received')
  assert.equal(
    [payload.order.id, payload.by.name, payload.note, payload.read],
    [order.id, customer.user.name, 'Is Ana coming?', false],
  )
  await vendor.post(`${pathOf(order)}/read`, { until: body.id })
  await page.until((message) => message.payload.id === payload.id && message.payload.read)
  // A vendor’s internal note is for the desk, and so is a message that no vendor can read yet.
  await write(vendor, order, 'He is angry', { internal: true })
  await desk.until((message) => message.payload.note === 'He is angry')
  const untaken = await app.order(customer)
  await write(customer, untaken, 'Please hurry')
  await desk.until((message) => message.payload.note === 'Please hurry')
  const events = (await customer.get('/api/notifications')).body.notifications.map(({ event }: Unchecked) => event)
  assert.not.ok(events.includes('message.received'))
  await Promise.all([page.end(), desk.end()])
})

test('a person who leaves takes along what they wrote, and of a customer what was written to them', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  await write(customer, order, 'My bell is broken')
  await write(vendor, order, 'The customer’s home is red')
  await write(vendor, order, 'A note', { internal: true })
  const exported = (await customer.get('/api/account/export')).body
  assert.equal(
    exported.messages.map(({ text }: Unchecked) => text),
    ['The customer’s home is red', 'My bell is broken'],
  )
  await customer.set(order, 'cancelled', { reason: 'Mended' })
  assert.is((await customer.post('/api/account/erase', { password: app.password })).status, 202)
  const until = async (wanted: number) => {
    while ((await textsFor(app.admin, order)).length > wanted) await new Promise(setImmediate)
  }
  await until(0)
  for (;;) {
    const { body } = await vendor.get('/api/notifications')
    if (!body.notifications.some(({ event }: Unchecked) => event === 'message.received')) break
    await new Promise(setImmediate)
  }
})

test.run()
