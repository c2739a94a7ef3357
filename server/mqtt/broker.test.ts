import { once } from 'node:events'
import { createConnection } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type TestApp } from '../testing/app.ts'
import { Probe, type Message } from '../testing/probe.ts'

const test = suite<{ app: TestApp }>('broker')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

const about = (order: { id: string }, version: number) => (message: Message) =>
  message.payload.id === order.id && message.payload.version === version

test('an order is on every screen, over TCP and WebSocket, in the view of its receiver', async ({ app }) => {
  const [customer, ana, ben] = await Promise.all([app.customer('Mia'), app.vendor('Ana'), app.vendor('Ben')])
  const [admins, anas, bens, mias] = await Promise.all([
    app.admin.connect('websocket'),
    ana.connect('websocket'),
    ben.connect('tcp'),
    customer.connect('websocket'),
  ])
  await admins.subscribe('orders/#')
  for (const vendor of [anas, bens]) {
    await vendor.subscribe('orders/new')
    await vendor.subscribe('orders/update')
  }
  await mias.subscribe(`customers/${customer.id}/orders`)

  const order = await app.order(customer)
  const [atAdmin, atAna, , atMia] = await Promise.all(
    [admins, anas, bens, mias].map((probe) => probe.until(about(order, 1))),
  )
  const { nextStatuses, ...placed } = order
  assert.equal(nextStatuses, ['cancelled'])
  assert.is(atAdmin?.topic, 'orders/new')
  assert.equal(atAdmin?.payload, placed)
  assert.equal(atMia?.payload, placed)
  assert.equal(atAna?.payload, {
    ...placed,
    contact: null,
    customer: { id: customer.id, name: null },
    history: [{ ...placed.history[0], by: { id: customer.id, name: null, role: 'customer' } }],
  })

  await ana.set(order, 'accepted')
  // Otherwise the version sent to Ben may not be marked as published yet, and he would receive it twice.
  await app.drain()
  await ana.set(order, 'on_the_way')
  await Promise.all([admins, anas, mias].map((probe) => probe.until(about(order, 3))))
  const { payload } = await bens.until(about(order, 2))
  assert.equal(payload, { id: order.id, version: 2, status: 'accepted', gone: true })
  assert.is((await anas.until(about(order, 2))).payload.contact.phone, '+49 30 123456')
  await app.drain()
  await bens.settled()
  const seenByBen = bens.messages.filter((message) => message.payload.id === order.id)
  assert.equal(
    seenByBen.map((message) => message.payload.version),
    [1, 2],
  )
  assert.not.match(JSON.stringify(bens.messages), /Lindenstra|Mia/)
  await Promise.all([admins, anas, bens, mias].map((probe) => probe.end()))
})

test('a subscription is granted if every topic it can match is permitted, and refused with 128 otherwise', async ({
  app,
}) => {
  const [customer, other, vendor] = await Promise.all([app.customer(), app.customer(), app.vendor()])
  const granted: [typeof customer, string[]][] = [
    [customer, [`customers/${customer.id}/orders`, `customers/${customer.id}/+`, `users/${customer.id}/notifications`]],
    [vendor, ['orders/new', 'orders/update', `vendor/status/${vendor.id}`, `users/${vendor.id}/replies`]],
    [app.admin, ['orders/#', 'orders/+', 'customers/+/orders', 'vendor/status', 'vendor/status/+', 'vendor/#']],
  ]
  const refused: [typeof customer, string[]][] = [
    [
      customer,
      ['orders/#', 'orders/new', '#', '+/new', 'customers/+/orders', `customers/${other.id}/orders`, 'vendor/status'],
    ],
    [
      vendor,
      ['orders/#', '#', 'orders/+', '+/+', 'vendor/status', 'vendor/status/+', `customers/${customer.id}/orders`],
    ],
    [app.admin, ['#', '+/#', '$SYS/#', '$share/g/orders/new', `users/${vendor.id}/replies`, 'users/+/replies']],
  ]
  for (const [person, filters] of granted) {
    const probe = await person.connect()
    for (const filter of filters) assert.is(await probe.subscribe(filter), 1, `${person.user.role} ${filter}`)
    await probe.end()
  }
  for (const [person, filters] of refused) {
    const probe = await person.connect()
    for (const filter of filters) assert.is(await probe.subscribe(filter), 128, `${person.user.role} ${filter}`)
    await probe.end()
  }
})

test('a connection without a valid token, a username or the right subprotocol is refused', async ({ app }) => {
  const refuses = async (options: object, code: number) => {
    const error = await Probe.connect(app.mqtt, options).then(
      () => null,
      (reason: { code?: number }) => reason,
    )
    assert.is(error?.code, code)
  }
  await refuses({ username: 'x', password: 'not a token' }, 4)
  await refuses({ username: 'x' }, 4)
  await refuses({}, 4)
  await refuses({ username: '', password: app.admin.token }, 4)
})

test('presence follows the connections: two open, one closes, still online; the last one closes, offline', async ({
  app,
}) => {
  const [vendor, watching] = await Promise.all([app.vendor('Ana'), app.admin.connect()])
  await watching.subscribe('vendor/status/+')
  await watching.subscribe('vendor/status')
  const own = (status: string) => (message: Message) =>
    message.topic === `vendor/status/${vendor.id}` && message.payload.status === status
  assert.ok((await watching.until(own('offline'))).retain)

  const [first, second] = await Promise.all([vendor.connect('tcp'), vendor.connect('websocket')])
  const { payload } = await watching.until(own('online'))
  assert.equal([payload.vendorId, payload.name], [vendor.id, 'Ana'])
  await first.end()
  await second.publish('vendor/status', 'break')
  await watching.until(own('break'))
  await second.publish('vendor/status', { status: 'online' })
  await watching.until((message) => message.topic === 'vendor/status' && message.payload.status === 'online')

  await app.drain()
  await watching.settled()

  watching.messages.length = 0
  second.kill()
  await watching.until(own('offline'))
  assert.ok(!watching.messages.some(own('online')))
  const row = (await app.admin.get('/api/vendors')).body.vendors.find((v: { id: string }) => v.id === vendor.id)
  assert.equal([row.status, row.activeOrders], ['offline', 0])
  assert.ok(row.lastSeenAt)
  await watching.end()
})

test('a new subscriber receives every vendor’s status at once', async ({ app }) => {
  const vendor = await app.vendor()
  const open = await vendor.connect()
  await app.drain()
  const late = await app.admin.connect()
  await late.subscribe('vendor/status/+')
  const { payload } = await late.until((message) => message.topic === `vendor/status/${vendor.id}`)
  assert.is(payload.status, 'online')
  await Promise.all([open.end(), late.end()])
})

test('the retained status has a renamed vendor’s new name, and that of a deactivated vendor is removed', async ({
  app,
}) => {
  const [vendor, watching] = await Promise.all([app.vendor('Old name'), app.admin.connect()])
  const topic = `vendor/status/${vendor.id}`
  await watching.subscribe('vendor/status/+')
  const open = await vendor.connect()
  await app.admin.patch(`/api/users/${vendor.id}`, { name: 'New name' })
  await open.publish('vendor/status', 'break')
  const { payload } = await watching.until((message) => message.topic === topic && message.payload.status === 'break')
  assert.is(payload.name, 'New name')

  await app.admin.patch(`/api/users/${vendor.id}`, { active: false })
  await open.closed
  await app.drain()
  const late = await app.admin.connect()
  await late.subscribe('vendor/status/+')
  await late.settled()
  assert.not(late.messages.some((message) => message.topic === topic))
  await Promise.all([late.end(), watching.end()])
})

test('an upgrade to another protocol is refused and its socket closed', async ({ app }) => {
  const { port, hostname } = new URL(app.http)
  for (const [path, protocol, answer] of [
    ['/elsewhere', 'mqtt', '404'],
    ['/mqtt', 'chat', '400'],
  ]) {
    // Half-open, like a malicious client: only the server can close it.
    const socket = createConnection({ port: Number(port), host: hostname, allowHalfOpen: true })
    const headers =
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13'
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${headers}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    )
    const [said] = await once(socket, 'data')
    assert.match(String(said), new RegExp(`^HTTP/1.1 ${answer}`))
    // The server has destroyed the socket, so further data gets a TCP reset.
    await new Promise<void>((resolve) => {
      socket.on('error', () => resolve()).on('close', () => resolve())
      const write = () => socket.destroyed || (socket.write('x'), setImmediate(write))
      write()
    })
  }
})

test('a client’s publication is never forwarded unchanged; ten refusals close its connection', async ({ app }) => {
  const [customer, vendor, watching] = await Promise.all([app.customer(), app.vendor(), app.admin.connect()])
  for (const filter of ['orders/#', 'vendor/#', 'customers/#']) await watching.subscribe(filter)
  const probe = await customer.connect()
  await probe.publish('orders/new', { id: 'forged' })
  await probe.publish(`vendor/status/${vendor.id}`, { status: 'online' }, { qos: 1, retain: true })
  await app.drain()
  await watching.settled()
  assert.not.match(JSON.stringify(watching.messages), /forged/)
  assert.ok(
    !watching.messages.some((message) => message.payload.status === 'online' && message.payload.vendorId === vendor.id),
  )
  for (let count = 2; count < 10; count++) await probe.publish('$SYS/x', 'y').catch(() => {})
  await probe.closed

  const own = await vendor.connect()
  await own.subscribe(`users/${vendor.id}/replies`)
  await own.publish('vendor/status', { status: 'asleep' })
  const { payload } = await own.until((message) => message.topic.endsWith('/replies'))
  assert.equal([payload.ok, payload.code, payload.topic], [false, 'invalid_request', 'vendor/status'])
  await Promise.all([own.end(), watching.end()])
})

test('a client id belongs to its user: another user cannot take over the connection with it', async ({ app }) => {
  const [victim, thief] = await Promise.all([app.vendor(), app.vendor()])
  const held = await victim.connect('tcp', { clientId: 'van-7' })
  const taken = await thief.connect('tcp', { clientId: 'van-7' })
  await held.settled()
  assert.ok(held.client.connected && taken.client.connected)
  await Promise.all([held.end(), taken.end()])
})

test('logging out, deactivation and the end of a token close the connections', async ({ app }) => {
  const [leaver, fired] = await Promise.all([app.customer(), app.vendor()])
  const [left, shut] = await Promise.all([leaver.connect('websocket'), fired.connect('tcp')])
  assert.is((await leaver.post('/api/auth/logout')).status, 204)
  await left.closed
  assert.is((await leaver.get('/api/auth/me')).status, 401)
  await app.admin.patch(`/api/users/${fired.id}`, { active: false })
  await shut.closed
  assert.is((await fired.get('/api/auth/me')).status, 401)

  const brief = await startApp({ env: { ACCESS_TOKEN_TTL: '1s' } })
  const customer = await brief.customer()
  const probe = await customer.connect()
  await probe.closed
  await brief.stop()
})

test('1000 messages of mixed QoS in one tick all arrive', async ({ app }) => {
  // Fails with unpatched Aedes: its duplicate check drops publications emitted out of counter order.
  const [vendor, watching] = await Promise.all([app.vendor(), app.admin.connect()])
  await watching.subscribe('vendor/status')
  const open = await vendor.connect()
  const words = Array.from({ length: 1000 }, (_, index) => (index % 2 ? 'online' : 'break'))
  await Promise.all(words.map((word, index) => open.publish('vendor/status', word, { qos: index % 3 ? 1 : 0 })))
  await app.drain()
  await watching.settled()
  const mine = watching.messages.filter((message) => message.payload.vendorId === vendor.id)
  assert.is(mine.length, 1 + words.length)
  await Promise.all([open.end(), watching.end()])
})

test.run()
