import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Reply } from '#shared/device-messages.ts'
import { topicTable } from '#shared/topic-table.ts'
import { inboundTopics, type InboundTopic } from '#shared/topics.ts'
import { anIdentity } from '../testing/broker.ts'
import { StillClock } from '../testing/clock.ts'
import { combineHandlers, type TopicSender, type TopicHandlers } from './topic-handlers.ts'
import { createInboundRouter } from '../mqtt/inbound/router.ts'

const test = suite('inbound handlers')

const calls: unknown[] = []
const record = (name: InboundTopic): Partial<TopicHandlers> => ({
  [name]: async ({ id }: TopicSender, parameters: object, payload: unknown) =>
    void calls.push([id, parameters, payload]),
})
const others = inboundTopics.filter((name) => name !== 'orderStatus').map(record)
const orderStatus: Partial<TopicHandlers> = {
  orderStatus: async ({ id, reply }, { orderId }, payload) => {
    calls.push([id, orderId, payload])
    reply({ ok: true, topic: 'orders/o1/status' })
  },
}
const handlers = combineHandlers([...others, orderStatus])
const replies: Reply[] = []
const publisher = { reply: (_userId: string, reply: Reply) => void replies.push(reply) }
const logged: string[] = []
const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })
const clock = new StillClock()
const router = createInboundRouter({ handlers, publisher, clock, log })
const sender = { id: 'c1', identity: anIdentity({ role: 'vendor', id: 'ana' }) }
const publication = (topic: string, payload: string) => ({
  topic,
  payload: Buffer.from(payload),
  retain: false,
  qos: 1,
})

test.before.each(() => {
  calls.length = 0
  replies.length = 0
  logged.length = 0
})

test('every topic that clients publish to has exactly one handler', () => {
  assert.throws(() => combineHandlers(others), /orderStatus has no handler/)
  assert.throws(() => combineHandlers([handlers, orderStatus]), /orderStatus has two handlers/)
  const inbound = Object.entries(topicTable).filter(([, { publishers }]) => publishers.length > 0)
  assert.equal(inbound.map(([name]) => name).sort(), Object.keys(handlers).sort())
  assert.ok(inbound.every(([, { accepted }]) => accepted !== null))
})

test('the handler of the topic gets the sender, the parameters and the parsed payload', async () => {
  await router.route(sender, publication('vendor/status', 'online'))
  await router.route(sender, publication('vendor/location', '{"lat":1,"lng":2}'))
  await router.route(sender, publication('orders/o1/status', 'accepted'))
  assert.equal(calls, [
    ['c1', {}, { status: 'online' }],
    ['c1', {}, { lat: 1, lng: 2 }],
    ['c1', 'o1', { status: 'accepted' }],
  ])
  assert.equal(replies, [{ ok: true, topic: 'orders/o1/status' }])
})

test('a payload that does not parse reaches no handler, and its sender gets a reply', async () => {
  await router.route(sender, publication('orders/o1/status', '{"status":"flying"}'))
  assert.equal(calls, [])
  const [{ ok, code, orderId, topic } = { ok: true }] = replies
  assert.equal([ok, code, orderId, topic], [false, 'invalid_request', 'o1', 'orders/o1/status'])
})

test('each refusal is replied to and logged with topic, code, reason and user, ten lines a minute for one client and code', async () => {
  clock.advance(60_000)
  for (let n = 0; n < 15; n++) await router.route(sender, publication('vendor/status', 'asleep'))
  router.refuse(
    sender,
    { topic: 'orders/new' },
    { code: 'forbidden', detail: 'A vendor may not publish to this topic.' },
  )
  assert.is(replies.length, 16)
  assert.is(logged.length, 11)
  const { msg, topic, code, user } = JSON.parse(logged[0] ?? '')
  assert.equal([msg, topic, code, user], ['publication refused', 'vendor/status', 'invalid_request', 'ana'])
  assert.match(logged[10] ?? '', /"code":"forbidden"/)
  clock.advance(60_000)
  await router.route(sender, publication('vendor/status', 'asleep'))
  assert.is(JSON.parse(logged[11] ?? '').suppressed, 5)
})

test('a topic that no client may publish to is an error', async () => {
  for (const topic of ['orders/new', 'users/ana/replies', 'elsewhere']) {
    const error = await router.route(sender, publication(topic, 'online')).catch((caught: unknown) => caught)
    assert.instance(error, Error, topic)
  }
  assert.equal([calls, replies], [[], []])
})

test.run()
