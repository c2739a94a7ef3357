import sharp from 'sharp'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { UploadedFile } from '#shared/file-input.ts'
import { NewApiToken } from '#shared/api-tokens.ts'
import type { Order } from '#shared/orders.ts'
import { Person, startApp, type TestApp } from '../testing/app.ts'
import type { Message, Probe } from '../testing/probe.ts'
import { seeded } from './lib/numbers.ts'
import { figures } from './lib/report.ts'

const test = suite<{ app: TestApp }>('the permission matrix')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

/** Topic matching [MQTT-4.7], independent of the code under test. */
function matches(filter: string, topic: string): boolean {
  if (/^[+#]/.test(filter) && topic.startsWith('$')) return false
  const [wanted, levels] = [filter.split('/'), topic.split('/')]
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return levels.length >= index
    if (levels[index] === undefined || (level !== '+' && level !== levels[index])) return false
  }
  return wanted.length === levels.length
}

/** The programs whose tokens read no contact details. */
const displays = new Set<string>()

/** An API token, and the connections of its program. */
async function program(app: TestApp, name: string, scope: object): Promise<Person> {
  const { body } = await app.admin.post('/api/tokens', { name, ...scope })
  const { token, secret } = NewApiToken.parse(body)
  if (!token.contact) displays.add(token.id)
  const user = { ...app.admin.user, id: token.id, name }
  return new Person(app, { user, accessToken: secret, expiresIn: Infinity })
}

/** The contract's table of subscriptions. */
function mayHear({ id, user: { role } }: Person, topic: string): boolean {
  const [first, second] = topic.split('/')
  if (displays.has(id)) return /^((services|vendor|alerts)(\/.*)?|orders\/(new|update))$/.test(topic)
  if (first === 'services') return true
  if (first === 'users') return second === id
  // Each receiver gets only the messages of its own orders.
  if (first === 'orders' && /^orders\/[^/]+\/messages$/.test(topic)) return true
  if (first === 'customers') return role === 'admin' || (role === 'customer' && second === id)
  if (first === 'orders') return role === 'admin' || (role === 'vendor' && /^orders\/(new|update)$/.test(topic))
  if (first === 'alerts') return role === 'admin'
  if (first === 'vendor') return role === 'admin' || (role === 'vendor' && topic === `vendor/status/${id}`)
  return false
}

/** Whether a message, or an internal note, is for this person. */
function mayReadMessage(person: Person, { internal }: { internal: boolean }, order: Order | undefined): boolean {
  if (!order || displays.has(person.id)) return false
  if (person.user.role === 'customer') return order.customer.id === person.id && !internal
  return person.user.role === 'admin' || order.vendor?.id === person.id
}

const declinedBy = ({ history }: Order) =>
  history
    .filter(({ status }, index) => index > 0 && status === 'pending' && history[index - 1]?.status === 'pending')
    .map(({ by }) => by.id)

/** The contract's views, derived from the full orders that an admin received. */
function shown(person: Person, order: Order, before: Order | undefined): unknown {
  if (displays.has(person.id)) {
    const noPerson = { id: null, name: null }
    const history = order.history.map((entry) => ({
      ...entry,
      by: { ...entry.by, ...(entry.by.role === 'customer' && noPerson) },
      note: null,
    }))
    return { ...order, customer: noPerson, contact: null, notes: '', history }
  }
  if (person.user.role !== 'vendor') return order
  const sees = (one: Order | undefined) => {
    if (!one) return null
    if (one.vendor) return one.vendor.id === person.id ? 'full' : null
    return one.status === 'pending' && !declinedBy(one).includes(person.id) ? 'offer' : null
  }
  const view = sees(order)
  if (view === 'full') return order
  const { id, version, status } = order
  if (!view) return sees(before) ? { id, version, status, gone: true } : null
  const history = order.history.map((entry) =>
    entry.by.role === 'customer' ? { ...entry, by: { ...entry.by, name: null } } : entry,
  )
  const area = order.contact?.area
  return {
    ...order,
    contact: area === undefined ? null : { area },
    customer: { id: order.customer.id, name: null },
    history,
  }
}

/** Resolves when everything sent so far has arrived: a round trip with a filter that is refused. */
const settled = (probe: Probe) => probe.subscribe('nothing/at/all')

const sorted = (messages: { topic: string; payload: unknown }[]) =>
  messages.map(({ topic, payload }) => `${topic} ${JSON.stringify(payload)}`).sort()

test('three roles and three API tokens, 200 filters each: subscriptions follow the table, payloads follow viewFor, and no forged message arrives', async ({
  app,
}) => {
  const [mia, tom] = [await app.customer('Mia'), await app.customer('Tom')]
  const [ana, ben] = [await app.vendor('Ana'), await app.vendor('Ben')]
  const programs = [
    await program(app, 'Dashboard', { scope: 'dashboard' }),
    await program(app, 'Display', { scope: 'dashboard', contact: false }),
    await program(app, 'ERP', { scope: 'integration' }),
  ]
  const people = [mia, tom, ana, ben, app.admin]
  const ids = people.map(({ id }) => id)
  const words = [
    ['orders', 'customers', 'alerts', 'vendor', 'users', 'services', '$SYS', '$share', 'elsewhere'],
    ['new', 'update', 'status', 'location', 'accept', 'o1', ...ids],
    ['orders', 'tracking', 'status', 'replies', 'notifications', 'messages', 'x', ...ids],
  ] as const
  const universe = words[0].flatMap((one) => [
    one,
    ...words[1].flatMap((two) => [
      `${one}/${two}`,
      ...words[2].flatMap((three) => [`${one}/${two}/${three}`, `${one}/${two}/${three}/deep`]),
    ]),
  ])

  const { below, chance, pick } = seeded(20260304)
  const filters = new Set([
    '#',
    '+',
    '+/+',
    '+/#',
    'orders/#',
    'orders/+',
    'orders/new',
    'orders/update',
    'orders/+/status',
    'orders/+/messages',
    'services',
    'services/#',
    'alerts/#',
    'alerts/accept/+',
  ])
  for (const more of [
    'vendor/#',
    'vendor/status',
    'vendor/status/+',
    'vendor/location',
    'customers/#',
    'customers/+/orders',
  ])
    filters.add(more)
  for (const id of ids)
    for (const own of [
      `customers/${id}/#`,
      `customers/${id}/orders`,
      `users/${id}/replies`,
      `users/${id}/notifications`,
      `vendor/status/${id}`,
      `users/${id}/#`,
    ])
      filters.add(own)
  while (filters.size < 200) {
    const levels = words.slice(0, 1 + below(3)).map((choice) => (chance(0.25) ? '+' : pick(choice)))
    filters.add([...levels, ...(chance(0.25) ? ['#'] : [])].join('/'))
  }

  // One connection per filter, so that each message is attributed to its filter.
  const watched: { person: Person; filter: string; probe: Probe }[] = []
  let [grants, refusals] = [0, 0]
  for (const person of [mia, ana, ben, app.admin, ...programs]) {
    for (const [index, filter] of [...filters].entries()) {
      const probe = await person.connect(index % 2 ? 'tcp' : 'websocket')
      const qos = ([0, 1, 2] as const)[index % 3] ?? 1
      const granted = await probe.subscribe(filter, qos)
      const topics = universe.filter((topic) => matches(filter, topic))
      const allowed = !filter.startsWith('$') && topics.length > 0 && topics.every((topic) => mayHear(person, topic))
      assert.is(granted, allowed ? qos : 128, `${person.user.name} ${filter}`)
      if (allowed) grants++
      else refusals++
      watched.push({ person, filter, probe })
    }
  }
  const truth: Probe[] = []
  for (const [who, filter] of [
    [app.admin, 'orders/#'],
    [app.admin, 'customers/#'],
    [app.admin, 'vendor/#'],
    [app.admin, 'services'],
    ...people.map((person) => [person, `users/${person.id}/#`] as const),
  ] as const) {
    const probe = await who.connect()
    await probe.subscribe(filter)
    truth.push(probe)
  }
  await app.drain()
  await Promise.all([...truth, ...watched.map(({ probe }) => probe)].map((probe) => settled(probe)))
  const retained = new Map(
    truth.flatMap((probe) => probe.messages.filter(({ retain }) => retain)).map((message) => [message.topic, message]),
  )
  for (const { filter, person, probe } of watched) {
    const expected = [...retained.keys()].filter((topic) => matches(filter, topic) && mayHear(person, topic))
    const got = probe.messages.filter(({ retain }) => retain).map(({ topic }) => topic)
    const granted = universe.filter((topic) => matches(filter, topic)).every((topic) => mayHear(person, topic))
    assert.equal(got.sort(), granted ? expected.sort() : [], `retained: ${person.user.name} ${filter}`)
  }
  for (const probe of [...truth, ...watched.map((one) => one.probe)]) probe.messages.length = 0

  // Orders whose histories go through every view.
  const contact = { phone: '+49 30 123456', address: 'Lindenstraße 9, Berlin', area: 'Kreuzberg' }
  const first = await app.order(mia, { contact })
  await ben.set(first, 'rejected', { reason: 'Too far' })
  await ana.set(first, 'accepted')
  await ana.set(first, 'on_the_way')
  const van = await ana.connect()
  await van.publish('vendor/location', { lat: 1, lng: 2 })
  await van.publish('vendor/status', 'break')
  await van.publish('vendor/status', 'nonsense')
  await van.publish(`orders/${first.id}/status`, { status: 'in_progress', commandId: 'm1' })
  await ana.set(first, 'completed')
  const second = await app.order(tom)
  await ben.set(second, 'accepted')
  await ben.set(second, 'pending', { reason: 'Flat tyre' })
  // While no vendor has the order, while one has it, and after it was given to another.
  const writes: [Person, Order, object][] = [
    [tom, second, { text: 'M 1 of Tom' }],
    [app.admin, second, { text: 'M 2, internal', internal: true }],
    [app.admin, first, { text: 'M 3 to Mia and Ana' }],
    [ana, first, { text: 'M 4, internal', internal: true }],
    [mia, first, { text: 'M 5 of Mia' }],
  ]
  for (const [author, { id }, body] of writes)
    assert.is((await author.post(`/api/orders/${id}/messages`, body)).status, 201)
  await van.publish(`orders/${first.id}/messages`, 'M 6 of the van')
  await van.publish(`orders/${second.id}/messages`, 'refused')
  await app.admin.post(`/api/orders/${second.id}/assign`, { vendorId: ana.id })
  await app.admin.patch(`/api/orders/${second.id}/status`, { status: 'cancelled', reason: 'No answer' })
  const [service] = await app.services()
  await app.admin.patch(`/api/services/${service?.id}`, { price: 1 })

  // Forbidden publications: on every topic, at every QoS, retained or not, and as a last will.
  let forged = 0
  const wills = { left: 0, refused: 0 }
  const targets = [
    ...new Set([
      ...universe.filter((topic) => !/^vendor\/(status|location)$/.test(topic) && chance(0.06)),
      'orders/new',
      'orders/update',
      'services',
      'vendor/location',
      'vendor/status',
      `customers/${mia.id}/orders`,
      `users/${ana.id}/replies`,
      `users/${ana.id}/notifications`,
      `vendor/status/${ben.id}`,
    ]),
  ].slice(-60)
  for (const person of [mia, ana, app.admin, ...programs]) {
    for (const topic of targets) {
      const commands =
        person.user.role === 'vendor' && /^(vendor\/(status|location)|orders\/[^/]+\/(status|messages))$/.test(topic)
      const probe = await person.connect()
      for (const qos of [0, 1, 2] as const)
        for (const retain of [false, true]) {
          // This is an allowed report of the vendor; QoS 2 and the retain flag change nothing.
          if (commands) continue
          await probe.publish(topic, 'FORGED', { qos, retain })
          forged++
        }
      await probe.end()
      for (const qos of [0, 1, 2] as const)
        for (const retain of [false, true]) {
          const will = { topic, payload: Buffer.from('FORGED'), qos, retain }
          // 5: not authorized [MQTT-3.2.2.3].
          const returnCode = await person.connect('tcp', { will }).then(
            // An allowed will is not sent, because the client disconnects normally.
            (left) => left.end().then(() => 0),
            (error: { code?: number }) => error.code,
          )
          const allowed = person.user.role === 'vendor' && /^vendor\/(status|location)$/.test(topic)
          assert.is(returnCode, allowed ? 0 : 5, `will: ${person.user.role} ${topic} at QoS ${qos}, retain ${retain}`)
          wills[allowed ? 'left' : 'refused']++
        }
    }
  }
  await app.drain()
  await Promise.all([...truth, ...watched.map(({ probe }) => probe)].map((probe) => settled(probe)))

  const events = truth.flatMap((probe) => probe.messages)
  const orders = new Map<string, Map<number, Order>>()
  for (const { topic, payload } of truth[0]?.messages ?? []) {
    if (!/^orders\/(new|update)$/.test(topic)) continue
    const versions = orders.get(payload.id) ?? new Map<number, Order>()
    orders.set(payload.id, versions.set(payload.version, payload))
  }
  const expectedBy = (person: Person, filter: string) =>
    events.flatMap(({ topic, payload }: Message) => {
      if (!matches(filter, topic) || !mayHear(person, topic)) return []
      if (/^orders\/[^/]+\/messages$/.test(topic)) {
        const versions = orders.get(payload.orderId)
        const then = [...(versions?.values() ?? [])].findLast(({ updatedAt }) => updatedAt <= payload.at)
        return mayReadMessage(person, payload, then) ? [{ topic, payload }] : []
      }
      if (!/^(orders\/(new|update)|customers\/[^/]+\/orders)$/.test(topic)) return [{ topic, payload }]
      const view = shown(person, payload, orders.get(payload.id)?.get(payload.version - 1))
      return view ? [{ topic, payload: view }] : []
    })
  let received = 0
  for (const { person, filter, probe } of watched) {
    const granted = universe.filter((topic) => matches(filter, topic)).every((topic) => mayHear(person, topic))
    const expected = granted && !filter.startsWith('$') ? expectedBy(person, filter) : []
    assert.equal(sorted(probe.messages), sorted(expected), `${person.user.name} ${filter}`)
    received += probe.messages.length
  }
  assert.is(orders.size, 2)
  assert.is(wills.left, 12, 'a vendor may leave a status or a position, at each QoS, retained or not')
  assert.not.match(JSON.stringify(events), /FORGED/)
  assert.is(events.filter(({ topic }) => topic.endsWith('/messages')).length, 6)
  for (const [person, expected] of [
    [mia, 'M 3 to Mia and Ana, M 5 of Mia, M 6 of the van'],
    [tom, 'M 1 of Tom'],
    [ben, null],
  ] as const) {
    const texts: string[] = []
    for (const { id } of [first, second]) {
      const { status, body } = await person.get(`/api/orders/${id}/messages`)
      if (status === 200) texts.push(...body.messages.map(({ text }: { text: string }) => text).toReversed())
      else assert.is(status, 404)
    }
    assert.is(texts.join(', ') || null, expected)
  }
  const late = await app.admin.connect()
  await late.subscribe('orders/#')
  await late.subscribe('vendor/#')
  await settled(late)
  assert.not.match(JSON.stringify(late.messages), /FORGED/)
  figures('matrix', {
    subscriptions: watched.length,
    granted: grants,
    refused: refusals,
    events: events.length,
    received,
    'forged publications': forged,
    'wills refused': wills.refused,
    'wills left': wills.left,
  })
  for (const probe of [...truth, van, late, ...watched.map((one) => one.probe)]) await probe.end()
})

test('a token without contact details gets none of what 200 customers wrote, in any answer, live or retained', async ({
  app,
}) => {
  const marks = /Markname|Marksteig|Markort|Marknote|Markgrund|Markwort|5550177/
  const display = await program(app, 'Wall display', { scope: 'dashboard', contact: false })
  const filters = ['orders/new', 'orders/update', 'vendor/#', 'services', 'alerts/#']
  const closed = ['orders/#', 'orders/+/messages', 'users/#']
  const live = await display.connect('websocket')
  for (const filter of filters) assert.is(await live.subscribe(filter), 1)
  for (const filter of closed) assert.is(await live.subscribe(filter), 128)
  const before = (await display.get('/api/orders?limit=1')).body.syncCursor
  const vendor = await app.vendor('Ana')
  const placed: string[] = []
  let previous = await app.customer('Markname')
  for (let n = 0; n < 200; n++) {
    // A new customer now and then: registrations are slow.
    const customer = n % 20 === 0 ? await app.customer(`Markname ${n}`) : previous
    previous = customer
    const contact = { phone: `+49 30 5550177${n}`, address: `Marksteig ${n}`, area: `Markort ${n}` }
    const order = await app.order(customer, { contact, notes: `Marknote ${n}` })
    if (n % 10 === 0) await customer.post(`/api/orders/${order.id}/messages`, { text: `Markwort ${n}` })
    placed.push(order.id)
    if (n % 2 === 0) await vendor.set(order, 'accepted')
    if (n % 4 === 0) await vendor.set(order, 'pending', { reason: `Markgrund ${n}` })
    if (n % 5 === 0) await customer.set(order, 'cancelled', { reason: `Markgrund ${n}` })
    if (n % 20 === 19) await customer.patch('/api/auth/profile', { name: `Markname again ${n}` })
  }
  await app.drain()
  const late = await display.connect()
  for (const filter of filters) assert.is(await late.subscribe(filter), 1)
  await Promise.all([settled(live), settled(late)])

  const open = app.routes.filter(({ method, tokens }) => method === 'get' && tokens === 'any')
  const every = [
    '/alerts',
    '/areas',
    '/files/:id',
    '/map',
    '/mqtt',
    '/orders',
    '/orders/:id',
    '/orders/:id/payment',
    '/orders/:id/rating',
    '/orders/export.csv',
    '/orders/stats',
    '/positions',
    '/reasons',
    '/services',
    '/services/export.csv',
    '/vendors',
  ]
  assert.equal(open.map(({ path }) => path).sort(), every)
  const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
    .jpeg()
    .toBuffer()
  const files = await Promise.all(
    placed.slice(-5).map(async (id) => {
      const headers = { authorization: `Bearer ${app.admin.token}`, 'content-type': 'image/jpeg' }
      const path = `${app.http}/api/orders/${id}/files?name=Markname`
      const response = await fetch(path, { method: 'POST', headers, body: new Uint8Array(picture) })
      assert.is(response.status, 201)
      return UploadedFile.parse(await response.json()).file.id
    }),
  )
  const paths = [
    ...open.filter(({ path }) => !path.startsWith('/orders/:id') && path !== '/files/:id').map(({ path }) => path),
    ...placed.map((id) => `/orders/${id}`),
    ...files.map((id) => `/files/${id}`),
    ...placed.map((id) => `/orders/${id}/pin`),
    ...placed.slice(0, 20).flatMap((id) => [`/orders/${id}/payment`, `/orders/${id}/rating`]),
    `/orders?since=${before}`,
    ...['pending', 'accepted', 'cancelled'].map((status) => `/orders?status=${status}&limit=200`),
    // Refused, without a word of what was searched for.
    '/orders?q=Markname',
    '/orders?q=5550177',
    '/users?role=customer',
    '/messages/unread',
    `/vendors/${vendor.id}/positions`,
    ...placed.slice(0, 20).map((id) => `/orders/${id}/position`),
    ...placed.slice(0, 20).map((id) => `/orders/${id}/messages`),
  ]
  const answers = await Promise.all(paths.map((path) => display.get(`/api${path}`)))
  for (const id of files) assert.is(answers[paths.indexOf(`/files/${id}`)]?.status, 404)
  const seen = new Set<string>()
  let exported = 0
  for (const [n, { body }] of answers.entries()) {
    assert.not.match(JSON.stringify(body), marks, paths[n])
    for (const { id } of body.orders ?? [body]) seen.add(id)
    if (paths[n] === '/orders/export.csv') exported = String(body).split('\r\n').length
  }
  for (const { messages } of [live, late]) assert.not.match(JSON.stringify(messages), marks)
  const heard = new Set(live.messages.map(({ payload }) => payload.id))
  // More than a page of the list.
  assert.ok(exported > placed.length, 'the file has every order')
  assert.ok(
    placed.every((id) => seen.has(id) && heard.has(id)),
    'it received every order',
  )
  const admins = await Promise.all(placed.map((id) => app.admin.get(`/api/orders/${id}`)))
  assert.ok(
    admins.every(({ body }) => marks.test(JSON.stringify(body))),
    'the marks are in what an admin receives',
  )
  figures('without contact', { orders: placed.length, answers: answers.length, messages: live.messages.length })
  await Promise.all([live.end(), late.end()])
})

test('the holder of a tracking link reads and does nothing but with that order: every topic, every route, forged publications', async ({
  app,
}) => {
  const marks = /Elsewhere|5550188|Hiddenword/
  const [mia, tom, ana] = [await app.customer('Mia'), await app.customer('Elsewhere Tom'), await app.vendor('Ana')]
  const hidden = { contact: { phone: '+49 30 5550188', address: 'Elsewhere 2' }, notes: 'Hiddenword' }
  const [mine, other, toms] = [await app.order(mia), await app.order(mia, hidden), await app.order(tom, hidden)]
  await app.admin.call('PUT', '/api/tracking/settings', { change: true, cancel: true, message: true, rate: true })
  const { token } = (await mia.post(`/api/orders/${mine.id}/tracking`)).body
  const holder = new Person(app, { user: mia.user, accessToken: token, expiresIn: Infinity })
  const own = [`customers/${mia.id}/orders`, `customers/${mia.id}/tracking`, `orders/${mine.id}/messages`]

  const ids = [mia.id, tom.id, ana.id, mine.id, other.id, toms.id]
  const words = [
    ['orders', 'customers', 'alerts', 'vendor', 'users', 'services', '$SYS', 'owntracks', 'elsewhere'],
    ['new', 'update', 'status', 'location', 'accept', ...ids],
    ['orders', 'tracking', 'status', 'replies', 'notifications', 'messages', 'x', ...ids],
  ] as const
  const universe = words[0].flatMap((one) => [
    one,
    ...words[1].flatMap((two) => [`${one}/${two}`, ...words[2].map((three) => `${one}/${two}/${three}`)]),
  ])
  const { below, chance, pick } = seeded(20261129)
  const filters = new Set([...own, '#', '+/#', 'orders/+/messages', `customers/${mia.id}/#`, `customers/${mia.id}/+`])
  for (const topic of [`orders/${other.id}/messages`, 'services', `users/${mia.id}/replies`, `users/${mia.id}/#`])
    filters.add(topic)
  while (filters.size < 200) {
    const levels = words.slice(0, 1 + below(3)).map((choice) => (chance(0.25) ? '+' : pick(choice)))
    filters.add([...levels, ...(chance(0.25) ? ['#'] : [])].join('/'))
  }
  const watched: { filter: string; probe: Probe }[] = []
  let granted = 0
  for (const [index, filter] of [...filters].entries()) {
    const probe = await holder.connect(index % 2 ? 'tcp' : 'websocket')
    const answer = await probe.subscribe(filter)
    const topics = universe.filter((topic) => matches(filter, topic))
    const allowed = topics.length > 0 && topics.every((topic) => own.includes(topic)) && !/[+#]/.test(filter)
    assert.is(answer, allowed ? 1 : 128, filter)
    granted += Number(allowed)
    watched.push({ filter, probe })
  }
  assert.is(granted, own.length)
  const truth = await mia.connect()
  for (const topic of own) await truth.subscribe(topic)

  for (const order of [mine, other, toms]) {
    await ana.set(order, 'accepted')
    await ana.set(order, 'on_the_way')
    const text = order === mine ? 'For Mia' : 'Hiddenword'
    await ana.post(`/api/orders/${order.id}/messages`, { text })
    await ana.post(`/api/orders/${order.id}/messages`, { text: 'Hiddenword', internal: true })
  }
  const van = await ana.connect()
  await van.publish('vendor/location', { lat: 1, lng: 2 })

  const targets = [...own, 'orders/new', 'orders/update', 'services', 'vendor/status', 'vendor/location']
  const commands = [mine, other, toms].flatMap(({ id }) => [`orders/${id}/status`, `orders/${id}/messages`])
  for (const topic of [...targets, ...commands]) {
    const probe = await holder.connect()
    for (const retain of [false, true]) await probe.publish(topic, 'FORGED', { qos: 1, retain })
    await probe.end()
    const will = { topic, payload: Buffer.from('FORGED'), qos: 1, retain: true } as const
    const refusal = await holder.connect('tcp', { will }).then(
      () => null,
      ({ code }: { code?: number }) => code,
    )
    assert.is(refusal, 5, `will: ${topic}`)
  }
  await app.drain()
  await Promise.all([truth, ...watched.map(({ probe }) => probe)].map((probe) => settled(probe)))
  const about = ({ payload }: Message) => payload.orderId ?? payload.id
  for (const { filter, probe } of watched) {
    const expected = truth.messages.filter((message) => message.topic === filter && about(message) === mine.id)
    if (own.includes(filter)) assert.ok(expected.length > 0, filter)
    assert.equal(sorted(probe.messages), sorted(expected), filter)
    assert.not.match(JSON.stringify(probe.messages), marks)
  }
  assert.not.match(JSON.stringify(truth.messages), /FORGED/)

  let [refused, hiddenAnswers] = [0, 0]
  for (const { method, path, link, roles } of app.routes) {
    if (!roles) continue
    for (const { id } of [other, toms]) {
      const answer = await holder.call(
        method.toUpperCase(),
        `/api${path.replace(/:\w+/g, id)}`,
        method === 'get' || method === 'delete' ? undefined : { text: 'x', status: 'cancelled', reason: 'x' },
      )
      assert.not.match(JSON.stringify(answer.body ?? null), marks, path)
      if (!link) assert.equal([answer.status, answer.body.code], [403, 'forbidden'], `${method} ${path}`)
      else if (path.includes(':')) assert.ok([400, 404].includes(answer.status), `${method} ${path}: ${answer.status}`)
      refused += Number(!link)
      hiddenAnswers += Number(Boolean(link))
    }
  }
  for (const path of ['/orders?limit=200', '/orders?q=Elsewhere', '/messages/unread', '/notifications', '/auth/me'])
    assert.is((await holder.get(`/api${path}`)).status, 403, path)
  const { body } = await app.admin.get(`/api/orders/${other.id}`)
  assert.equal([body.status, body.version], ['on_the_way', 3])
  figures('tracking link', { subscriptions: watched.length, granted, 'routes refused': refused, hiddenAnswers })
  for (const probe of [truth, van, ...watched.map((one) => one.probe)]) await probe.end()
})

test.run()
