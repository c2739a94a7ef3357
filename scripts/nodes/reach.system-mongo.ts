import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Received } from '../channels/compare.ts'
import { startMailReceiver, startPushReceiver, startWebhookReceiver } from '../channels/receivers.ts'
import { createClockFile, steppedClock, type ClockFile } from '../chaos/clock-file.ts'
import { figures } from '../../server/system-tests/lib/report.ts'
import type { TestServer } from '../../server/system-tests/lib/server.ts'
import { eventually } from '../../server/system-tests/lib/waiting.ts'
import { call, Person, placeOrder } from '../../server/testing/app.ts'
import { Probe } from '../../server/testing/probe.ts'
import { erasedName } from '#shared/erasure.ts'
import { SignedIn } from '#shared/users.ts'
import { at, startThreeNodes, three, type ThreeNodes } from './three-nodes.ts'

type Receivers = Record<'webhook' | 'mail' | 'push', { received(): readonly Received[] }>

interface Context extends ThreeNodes {
  clock: ClockFile
  receivers: Receivers
  /** While it is set, receivers keep what they get unanswered until it resolves, and then refuse it. */
  hold: { until: Promise<void> | null; held: number }
  subscription: object
  webhookUrl: string
  stopReceivers(): Promise<unknown>
}

const test = suite<Context>('several nodes: notifications and accounts')

test.before(async (context) => {
  const hold: Context['hold'] = { until: null, held: 0 }
  const refuses = async () => {
    if (!hold.until) return false
    hold.held++
    await hold.until
    return true
  }
  const options = { refuses, process: () => 1 }
  const [webhook, mail, push] = await Promise.all([
    startWebhookReceiver(options),
    startMailReceiver(options),
    startPushReceiver(options),
  ])
  const clock = createClockFile(join(tmpdir(), `callout-nodes-clock-${process.pid}`))
  const nodes = await startThreeNodes({
    NODE_OPTIONS: `--import=${steppedClock}`,
    CLOCK_FILE: clock.path,
    PUBLIC_URL: 'https://orders.example.com',
    SMTP_URL: mail.url,
    MAIL_FROM: 'orders@example.com',
    WEBHOOKS_ALLOW_PRIVATE: 'true',
  })
  Object.assign(context, nodes, { clock, hold, receivers: { webhook, mail, push } })
  Object.assign(context, { subscription: push.subscription, webhookUrl: webhook.url })
  context.stopReceivers = () => Promise.all([webhook.stop(), mail.stop(), push.stop()])
})
test.after(async (context) => {
  await context.stop()
  await context.stopReceivers()
  context.clock.remove()
})

const events = ['order.placed', 'order.accepted']
const idsOf = (received: readonly Received[]) => received.map(({ id }) => id)
const isDistinct = (ids: readonly string[]) => new Set(ids).size === ids.length

test('each node tells of the changes of every node, once', async (context) => {
  const nodes = three(context)
  const [a, b, c] = nodes
  const { receivers } = context
  // A customer who looks at the page gets no mail.
  const [reader, absent, vendor] = await Promise.all([a.customer(), a.customer(), a.vendor()])
  const service = await a.service()
  assert.is((await at(b, a.admin).post('/api/webhooks', { url: context.webhookUrl, events })).status, 201)
  assert.is((await at(c, absent).post('/api/push/subscriptions', context.subscription)).status, 201)
  const page = await at(b, reader).connect('websocket')
  await page.subscribe(`users/${reader.id}/notifications`)
  await page.subscribe(`customers/${reader.id}/orders`)

  const rounds = 6
  for (let n = 0; n < rounds; n++) {
    for (const customer of [reader, absent]) {
      const { body } = await at(nodes[n % 3], customer).post('/api/orders', placeOrder(service))
      assert.is((await at(nodes[(n + 1) % 3], vendor).set(body, 'accepted')).status, 200)
    }
  }
  const expected = { webhook: 2 * 2 * rounds, mail: 2 * rounds, push: rounds }
  const complete = () =>
    Object.entries(expected).every(([name, count]) => receivers[name as keyof Receivers].received().length >= count)
  assert.ok(await eventually(complete, 10_000), counts(receivers))
  await page.settled()

  const told = page.messages.filter(({ topic }) => topic === `users/${reader.id}/notifications`)
  assert.equal(
    told.map(({ payload }) => payload.event),
    Array.from({ length: rounds }, () => 'order.accepted'),
  )
  for (const node of nodes) {
    const { body } = await at(node, reader).get('/api/notifications')
    assert.equal(
      body.notifications.map(({ id }: { id: string }) => id).sort(),
      told.map(({ payload }) => payload.id).sort(),
    )
  }
  assert.is((await at(c, reader).post('/api/notifications/read', { all: true })).status, 204)
  await page.until(({ payload }) => payload.read === true)
  for (const [name, count] of Object.entries(expected)) {
    const ids = idsOf(receivers[name as keyof Receivers].received())
    assert.is(ids.length, count, name)
    assert.ok(isDistinct(ids), `${name}: an id twice`)
  }
  await page.end()
})

test('what a killed node was sending another node sends, under the same id', async (context) => {
  const [a, b, c] = three(context)
  const { receivers, hold, clock } = context
  const before = Object.values(receivers).map(({ received }) => received().length)
  let release = () => {}
  hold.until = new Promise((resolve) => (release = resolve))
  hold.held = 0
  const [customer, vendor] = await Promise.all([a.customer(), a.vendor()])
  await at(b, customer).post('/api/push/subscriptions', context.subscription)
  const { body } = await at(c, customer).post('/api/orders', placeOrder(await a.service()))
  assert.is((await at(c, vendor).set(body, 'accepted')).status, 200)
  assert.ok(await eventually(() => hold.held >= 3, 10_000), `${hold.held} attempts`)
  await c.end('SIGKILL')
  hold.until = null
  release()
  const begun = performance.now()
  clock.step(31_000)
  const arrived = () => Object.values(receivers).map(({ received }, n) => received().length - (before[n] ?? 0))
  assert.ok(await eventually(() => arrived().join() === '2,2,1', 15_000), arrived().join())
  figures('a node killed while it sends', { 'sent by another after ms': performance.now() - begun })
  for (const [name, { received }] of Object.entries(receivers)) assert.ok(isDistinct(idsOf(received())), name)
  context.nodes[2] = await context.start()
})

test('sessions that end on one node end on every node within a second', async (context) => {
  const nodes = three(context)
  const [a, b] = nodes
  const person = await a.customer()
  const others = await Promise.all(nodes.map((node) => signIn(node, person.user.email)))
  const probes = await Promise.all(others.map((other, n) => at(nodes[n], other).connect('websocket')))
  const own = await at(b, person).connect('websocket')
  const begun = performance.now()
  const changed = { current: password, password: 'another correct horse' }
  assert.is((await at(b, person).post('/api/auth/password', changed)).status, 204)
  const answered = performance.now()
  await Promise.all(probes.map(({ closed }) => closed))
  const now = performance.now()
  const refused = await Promise.all(
    nodes.map(async (node, n) => (await at(node, others[n] ?? person).get('/api/auth/me')).status),
  )
  figures('sessions ended', { 'answered after ms': answered - begun, 'closed ms after the answer': now - answered })
  assert.ok(now - answered < 1_000)
  assert.equal(refused, [401, 401, 401])
  assert.is((await at(a, person).get('/api/auth/me')).status, 200)
  await own.end()
})

test('a tracking link of one node works on every node, and ends on every node within a second', async (context) => {
  const nodes = three(context)
  const [a, b, c] = nodes
  const customer = await a.customer()
  const body = placeOrder(await a.service())
  const order = (await customer.post('/api/orders', body)).body
  const other = (await at(b, customer).post('/api/orders', body)).body
  const { token } = (await at(b, customer).post(`/api/orders/${order.id}/tracking`)).body
  const again = (await at(c, customer).post(`/api/orders/${order.id}/tracking`)).body
  assert.is(again.token, token)
  const [holder, staying] = [token, (await at(a, customer).post(`/api/orders/${other.id}/tracking`)).body.token]
  const connect = (secret: string) =>
    Promise.all(nodes.map(({ app }) => Probe.connect(app.mqtt, { username: 'link', password: secret })))
  const [probes, others] = [await connect(holder), await connect(staying)]
  const live = await Promise.all([...probes, ...others].map((one) => one.subscribe(`customers/${customer.id}/orders`)))
  assert.ok(live.every((granted) => granted === 1))
  await at(c, customer).patch(`/api/orders/${order.id}`, { notes: 'Ring twice' })
  for (const probe of probes) await probe.until(({ payload }) => payload.notes === 'Ring twice')
  const begun = performance.now()
  const closed = Promise.all(probes.map((probe) => probe.closed.then(() => performance.now() - begun)))
  assert.is((await at(c, customer).call('DELETE', `/api/orders/${order.id}/tracking`)).status, 204)
  const answeredAfter = performance.now() - begun
  const times = await closed
  const statuses = await Promise.all(
    nodes.map(async ({ app }) => {
      const headers = { authorization: `Bearer ${holder}` }
      return (await call(app, 'GET', `/api/orders/${order.id}`, undefined, headers)).status
    }),
  )
  assert.equal(statuses, [401, 401, 401])
  assert.ok(Math.max(...times) - answeredAfter < 1_000, String(times))
  assert.ok(others.every(({ client }) => client.connected && client.options.password === staying))
  assert.ok(others.every(({ messages }) => messages.every(({ payload }) => payload.id === other.id)))
  figures('tracking link', { 'last closed after ms': Math.max(...times), 'answered after ms': answeredAfter })
  await Promise.all(others.map((probe) => probe.end()))
})

test('a link that one node has sent works once, on any node', async (context) => {
  const [a, b, c] = three(context)
  const { id, user } = await a.customer()
  const { body, status } = await at(a, a.admin).post(`/api/users/${id}/reset`)
  assert.is(status, 201)
  const token = new URL(body.url).hash.slice(1)
  const reset = (node: TestServer) =>
    call(node.app, 'POST', '/api/auth/reset', { token, password: 'a third correct horse' })
  assert.equal([(await reset(b)).status, (await reset(c)).status], [204, 410])
  const answer = await call(c.app, 'POST', '/api/auth/login', { email: user.email, password: 'a third correct horse' })
  assert.is(answer.status, 200)
})

test('a person erased by one node is gone from the orders of every node, and from what waits for devices in Redis', async (context) => {
  const [a, b, c] = three(context)
  const [customer, vendor, other] = await Promise.all([a.customer(), a.vendor(), a.vendor()])
  const { login } = await other.device()
  const device = await Probe.connect(b.app.mqtt, { ...login, clean: false })
  assert.is(await device.subscribe('orders/#'), 128)
  assert.is(await device.subscribe('orders/new'), 1)
  await device.end()
  const desk = await at(c, a.admin).connect('websocket')
  await desk.subscribe('orders/update')
  const order = (await customer.post('/api/orders', placeOrder(await a.service(), { notes: 'Marknote' }))).body
  for (const status of ['accepted', 'on_the_way', 'in_progress', 'completed'])
    assert.is((await at(b, vendor).set(order, status)).status, 200)
  const holds = async () => /Markname|Marknote/.test(await contentOf(context.redis.url))
  assert.ok(await eventually(holds, 5_000), 'the offer waits for the device')

  assert.is((await at(b, a.admin).post(`/api/users/${customer.id}/erase`)).status, 202)
  await desk.until(({ payload }) => payload.id === order.id && payload.customer.name === erasedName)
  for (const node of [a, b, c]) {
    const { body } = await at(node, a.admin).get(`/api/orders/${order.id}`)
    assert.equal([body.customer.name, body.notes, body.contact.phone], [erasedName, '', ''])
    assert.is((await at(node, customer).get('/api/auth/me')).status, 401)
  }
  assert.ok(await eventually(async () => !(await holds()), 5_000), 'nothing of it is in Redis')
  await desk.end()
})

/** All values in Redis, as text. */
async function contentOf(url: string): Promise<string> {
  const redis = new Redis(url)
  const texts: string[] = []
  for (const key of await redis.keys('*')) {
    const type = await redis.type(key)
    if (type === 'string') texts.push((await redis.get(key)) ?? '')
    else if (type === 'list') texts.push(...(await redis.lrange(key, 0, -1)))
    else if (type === 'set') texts.push(...(await redis.smembers(key)))
    else if (type === 'hash') texts.push(JSON.stringify(await redis.hgetall(key)))
    else texts.push(...(await redis.zrange(key, 0, -1)))
  }
  await redis.quit()
  return texts.join('\n')
}

const password = 'correct horse battery'

async function signIn(node: TestServer, email: string): Promise<Person> {
  const { body } = await call(node.app, 'POST', '/api/auth/login', { email, password })
  return new Person(node.app, SignedIn.parse(body))
}

const counts = (receivers: Receivers) =>
  Object.entries(receivers)
    .map(([name, { received }]) => `${name} ${received().length}`)
    .join(', ')

test.run()
