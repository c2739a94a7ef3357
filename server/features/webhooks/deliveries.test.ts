import { Webhook } from 'standardwebhooks'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nextVersion } from '#shared/apply-transition.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { createOutbox } from '../../services/outbox.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { emptyStore } from '../../testing/store.ts'
import { startReceiver } from '../../testing/webhook-receiver.ts'
import { createWebhookDeliveries } from './deliveries.service.ts'
import { channelName, createWebhookMessages } from './messages.ts'
import { createPost } from './post.ts'
import { newSecret, redactSecrets } from './signature.ts'
import { createCurrentWebhooks } from './webhook-list.ts'
import { createWebhookLog, createWebhookStore, webhookDeliveryRecords, webhookRecords } from './webhook-records.ts'
import { createWebhooksService } from './webhooks.service.ts'

const unlogged: Log = { debug() {}, info() {}, warn() {}, error() {} }
const [minute, hour] = [60_000, 3_600_000]
const events = ['order.placed', 'order.accepted', 'order.on_the_way'] as const
const ben = { id: 'ben', name: 'Ben', role: 'vendor' } as const

/** What one node has. */
function aNode(store: Store, clock: StillClock, severalNodes = false) {
  const webhooks = createWebhookStore(store)
  const log = createWebhookLog(store)
  const current = createCurrentWebhooks({ webhooks, severalNodes, clock })
  const service = createWebhooksService({ webhooks, current, allowPrivate: true, clock })
  const outbox = createOutbox({ store, sharesStore: true, clock, log: unlogged })
  const { orderChanged } = createWebhookMessages({ current, log, outbox, clock })
  const post = createPost({ allowPrivate: true, clock })
  const deliveries = createWebhookDeliveries({ webhooks, service, log, store, outbox, post, clock })
  outbox.channel(channelName, { send: deliveries.send })
  return { service, outbox, orderChanged, deliveries }
}

async function setUp() {
  const { store, close } = await emptyStore([webhookRecords, webhookDeliveryRecords])
  const clock = new StillClock()
  const receiver = await startReceiver()
  const nodes: ReturnType<typeof aNode>[] = []
  return {
    store,
    clock,
    receiver,
    node(severalNodes = false) {
      const node = aNode(store, clock, severalNodes)
      nodes.push(node)
      return node
    },
    /** Lets the time pass until each sweep has sent what was due. */
    async pass(ms: number, step = 5_000) {
      for (let passed = 0; passed < ms; passed += step) {
        clock.advance(step)
        await clock.waitedFor(5_000)
        for (const { outbox } of nodes) await outbox.drain()
      }
    },
    async end() {
      for (const { outbox } of nodes) await outbox.stop()
      await receiver.stop()
      await close()
    },
  }
}

const timeOf = (clock: StillClock) => new Date(clock.now()).toISOString()

function placed(clock: StillClock): OrderRecord {
  const at = timeOf(clock)
  const by = { id: 'ana', name: 'Ana', role: 'customer' } as const
  const history = [{ status: 'pending', at, by, note: null, vendor: null }] as const
  return anOrder({ createdAt: at, updatedAt: at, history: [...history] })
}

const moved = (order: OrderRecord, status: 'accepted' | 'on_the_way', clock: StillClock) =>
  nextVersion(order, { status, vendor: ben, note: null }, ben, timeOf(clock))

test('a receiver that is down for an hour gets every event afterwards, once and in order, and the log tells', async () => {
  const { clock, receiver, node, pass, end } = await setUp()
  const { service, outbox, orderChanged, deliveries } = node()
  await outbox.start()
  const { webhook } = await service.create({ url: receiver.url, events: [...events] })
  const start = clock.now()
  const taken: string[] = []
  receiver.answer((response, { body }) => {
    const isUp = clock.now() - start >= hour
    if (isUp) taken.push(JSON.parse(body).type)
    response.writeHead(isUp ? 200 : 503).end()
  })
  const first = placed(clock)
  await orderChanged(first, 0)
  await outbox.drain()
  await pass(10 * minute)
  const second = moved(first, 'accepted', clock)
  await orderChanged(second, 1)
  await pass(20 * minute)
  await orderChanged(moved(second, 'on_the_way', clock), 2)
  await outbox.drain()
  assert.equal([taken, (await service.byId(webhook.id)).failingSince], [[], new Date(start).toISOString()])
  await pass(75 * minute)
  assert.equal(taken, [...events])
  assert.is((await service.byId(webhook.id)).failingSince, null)
  const log = await deliveries.list(webhook.id, {})
  const seconds = log.deliveries.at(-1)?.attempts.map(({ at, status }) => [(Date.parse(at) - start) / 1000, status])
  assert.equal(seconds, [...[0, 5, 35, 155, 755, 2555].map((offset) => [offset, 503]), [6155, 200]])
  assert.equal(
    log.deliveries.map(({ state, attempts }) => [state, attempts.length]),
    [
      ['delivered', 1],
      ['delivered', 1],
      ['delivered', 7],
    ],
  )
  await end()
})

test('a change that is told twice, by whatever node and after a crash, is one message; each version as it was', async () => {
  const { clock, receiver, node, end } = await setUp()
  const [killed, one, two] = [node(), node(), node()]
  await killed.service.create({ url: receiver.url, events: [...events] })
  const first = placed(clock)
  const third = moved(moved(first, 'accepted', clock), 'on_the_way', clock)
  // This node is killed before it sends: its outbox is not started.
  await killed.orderChanged(third, 0)
  await one.outbox.start()
  await two.outbox.start()
  for (const published of [0, 2, 1]) {
    await Promise.all([one, two].map(({ orderChanged }) => orderChanged(third, published)))
  }
  await receiver.until(3)
  await one.outbox.drain()
  await two.outbox.drain()
  const bodies = receiver.received.map(({ body }) => JSON.parse(body))
  assert.equal(
    bodies.map(({ type, data }) => [type, data.version, data.status]),
    [
      ['order.placed', 1, 'pending'],
      ['order.accepted', 2, 'accepted'],
      ['order.on_the_way', 3, 'on_the_way'],
    ],
  )
  await end()
})

test('an old version of an order whose published version is not known is not told again', async () => {
  const { store, clock, receiver, node, end } = await setUp()
  const { service, outbox, orderChanged } = node()
  await outbox.start()
  await service.create({ url: receiver.url, events: [...events] })
  const first = placed(clock)
  await orderChanged(first, 0)
  await receiver.until(1)
  await outbox.drain()
  clock.advance(8 * 24 * hour)
  await store.deliveries.sweep(timeOf(clock))
  await orderChanged(moved(first, 'accepted', clock), 0)
  await receiver.until(2)
  await outbox.drain()
  assert.equal(
    receiver.received.map(({ body }) => JSON.parse(body).type),
    ['order.placed', 'order.accepted'],
  )
  await end()
})

test('a webhook that one node has created gets what changes on another node after the answer', async () => {
  const { clock, receiver, node, end } = await setUp()
  const [one, two] = [node(true), node(true)]
  await two.outbox.start()
  await two.orderChanged(placed(clock), 0)
  const created = one.service.create({ url: receiver.url, events: [...events] })
  let answered = false
  void created.then(() => (answered = true))
  await clock.waitedFor(1_000)
  clock.advance(999)
  // A store query takes longer than all that a settled promise has to do.
  await one.service.list()
  assert.is(answered, false)
  clock.advance(1)
  await created
  await two.orderChanged(placed(clock), 0)
  await receiver.until(1)
  await two.outbox.drain()
  assert.is(receiver.received.length, 1)
  await end()
})

test('a former secret signs for 24 hours, and only the last one', async () => {
  const { clock, receiver, node, end } = await setUp()
  const { service, deliveries } = node()
  const { webhook, secret: first } = await service.create({ url: receiver.url, events: [...events] })
  const { secret: second } = await service.rotate(webhook.id)
  const { secret: third } = await service.rotate(webhook.id)
  await deliveries.test(webhook.id)
  clock.advance(24 * hour)
  await deliveries.test(webhook.id)
  const signatures = receiver.received.map(({ headers, body }) => {
    const [id, at] = [String(headers['webhook-id']), new Date(Number(headers['webhook-timestamp']) * 1000)]
    const signers = { first, second, third }
    const sent = String(headers['webhook-signature']).split(' ')
    const valid = Object.entries(signers).filter(([, secret]) => sent.includes(new Webhook(secret).sign(id, at, body)))
    return [valid.map(([name]) => name), sent.length]
  })
  assert.equal(signatures, [
    [['second', 'third'], 2],
    [['third'], 1],
  ])
  assert.is((await service.list())[0]?.oldSecretUntil, null)
  await end()
})

test('an address without TLS needs WEBHOOKS_ALLOW_PRIVATE, and there may be 50 webhooks', async () => {
  const { store, clock, end } = await setUp()
  const webhooks = createWebhookStore(store)
  const current = createCurrentWebhooks({ webhooks, severalNodes: false, clock })
  const service = createWebhooksService({ webhooks, current, allowPrivate: false, clock })
  const refusalOf = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    )
    return error instanceof DomainError ? [error.code, error.more.errors?.[0]?.code] : error
  }
  const plain = { url: 'http://example.com/', events: [...events] }
  const { webhook } = await service.create({ ...plain, url: 'https://example.com/' })
  assert.equal(await refusalOf(service.create(plain)), ['invalid_request', 'https_required'])
  assert.equal(await refusalOf(service.change(webhook.id, { url: plain.url })), ['invalid_request', 'https_required'])
  for (let n = 1; n < 50; n++) await service.create({ ...plain, url: 'https://example.com/' })
  const another = service.create({ ...plain, url: 'https://example.com/' })
  assert.equal(await refusalOf(another), ['invalid_request', undefined])
  await end()
})

test('the log of the server contains no secret', () => {
  const secret = newSecret()
  assert.is(redactSecrets(`{"msg":"${secret}","n":1}`), '{"msg":"whsec_[Redacted]","n":1}')
})

test('the webhooks are read once; where other nodes may change them, at most once a second', async () => {
  for (const [severalNodes, expected] of [
    [false, 1],
    [true, 3],
  ] as const) {
    const clock = new StillClock()
    let queries = 0
    const webhooks = { list: async () => (queries++, []) }
    const current = createCurrentWebhooks({ webhooks, severalNodes, clock })
    const messages = createWebhookMessages({
      current,
      log: { create: async () => assert.unreachable() },
      outbox: { add: async () => assert.unreachable() },
      clock,
    })
    for (let n = 0; n < 25; n++) {
      await messages.orderChanged(placed(clock), 0)
      clock.advance(100)
    }
    assert.is(queries, expected)
  }
})

test.run()
