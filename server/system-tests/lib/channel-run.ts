import { setTimeout as sleep } from 'node:timers/promises'
import { placeOrder, type Answer, type Person } from '../../testing/app.ts'
import { LocalPushService } from '../../testing/push-service.ts'
import { startMailReceiver, startWebhookReceiver, type Received } from './channel-receivers.ts'
import { seeded } from './numbers.ts'
import { dataFolder, freePorts, startServer, type TestServer } from './server.ts'
import { eventually } from './waiting.ts'

export interface ChannelRunOptions {
  kills: number
  seed: number
  onProgress(text: string): void
}

/** What one channel's receiver got. `missing`, `twice`: what it was told too seldom, and under more than one id. */
export interface ChannelResult {
  messages: number
  repeated: number
  missing: string[]
  twice: string[]
}

const steps = ['accepted', 'on_the_way', 'in_progress', 'completed'] as const
/** By default a phone is not rung when the work starts. */
const pushed = ['order.accepted', 'order.on_the_way', 'order.completed']
/** A customer gets mails when the order is received, accepted, on the way and completed. */
const mailsPerOrder = 4
const workers = 2
/** More than the pause after two refusals and the time after which an attempt of a killed process counts as lost. */
const settleWithin = 180_000

/**
 * Places and works orders while the server is killed again and again at random moments, and while the receivers of
 * webhooks, e-mails and push messages refuse some of them. Then compares what each got with the acknowledged changes.
 */
export async function runChannels({ kills, seed, onProgress }: ChannelRunOptions) {
  const random = seeded(seed)
  const { dir, remove } = await dataFolder()
  const [webhook, mail, push] = await Promise.all([
    startWebhookReceiver(random),
    startMailReceiver(random),
    LocalPushService.open(),
  ])
  const ports = await freePorts()
  const env = {
    ...ports,
    PUBLIC_URL: `http://127.0.0.1:${ports.PORT}`,
    SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    MAIL_FROM: 'orders@example.com',
    WEBHOOKS_ALLOW_PRIVATE: 'true',
    ACCESS_TOKEN_TTL: '6h',
  }
  let server: TestServer = await startServer(dir, env)
  const work = { ended: false }
  try {
    const { admin } = server
    const [customer, vendor, service] = await Promise.all([server.customer(), server.vendor(), server.service()])
    const events = ['order.placed', ...steps.map((status) => `order.${status}`)]
    expect(await admin.post('/api/webhooks', { url: `http://127.0.0.1:${webhook.port}/`, events }), 201)
    const subscription = push.subscription()
    expect(await customer.post('/api/push/subscriptions', subscription), 201)

    const orders: string[] = []
    const working = Promise.all(
      Array.from({ length: workers }, async () => {
        while (!work.ended) orders.push(await workOneOrder(customer, vendor, service))
      }),
    )
    for (let kill = 1; kill <= kills; kill++) {
      await sleep(20 + random.below(600))
      server.kill('SIGKILL')
      await server.exited
      push.answers.set(subscription.endpoint, random.chance(0.1) ? 503 : 201)
      server = await startServer(dir, env)
      onProgress(`${kill} of ${kills} kills, ${webhook.received.length} requests, ${mail.received.length} mails`)
    }
    work.ended = true
    await working
    push.answers.clear()

    const pushes = (): Received[] =>
      push.received.map(({ message: { id, order, event } }) => ({ id, about: `${order?.id} ${event}` }))
    const changes = (from: readonly string[]) => orders.flatMap((id) => from.map((event) => `${id} ${event}`))
    const results = () => ({
      webhook: compare(webhook.received, changes(events), 1),
      push: compare(pushes(), changes(pushed), 1),
      mail: compare(mail.received, orders, mailsPerOrder),
    })
    await eventually(() => Object.values(results()).every(({ missing }) => missing.length === 0), settleWithin)
    const refused = webhook.refused() + mail.refused()
    return { orders: orders.length, changes: changes(events).length, kills, refused, ...results() }
  } finally {
    work.ended = true
    await server.end('SIGKILL')
    await Promise.all([webhook.stop(), mail.stop(), push.close()])
    await remove()
  }
}

/** `about`: what there must be messages about, `count` each. */
function compare(received: readonly Received[], about: readonly string[], count: number): ChannelResult {
  const ids = new Map<string, Set<string>>()
  for (const one of received) ids.set(one.about, (ids.get(one.about) ?? new Set()).add(one.id))
  const told = (one: string) => ids.get(one)?.size ?? 0
  const distinct = new Set(received.map(({ id }) => id)).size
  return {
    messages: distinct,
    repeated: received.length - distinct,
    missing: about.filter((one) => told(one) < count),
    twice: about.filter((one) => told(one) > count),
  }
}

/** Places an order and completes it. Resolves to its id once every change is acknowledged. */
async function workOneOrder(customer: Person, vendor: Person, service: string): Promise<string> {
  const key = { 'idempotency-key': crypto.randomUUID() }
  const placed = await untilAnswered(() => customer.post('/api/orders', placeOrder(service), key))
  const order = expect(placed, 201, 200)
  for (const status of steps) {
    const { status: code, body } = await untilAnswered(() => vendor.set(order, status))
    // 409: it was applied, and the kill came before the answer.
    if (code !== 200 && !(code === 409 && body.code === 'invalid_transition')) throw new Error(JSON.stringify(body))
  }
  return order.id
}

/** Repeats a request while the server is down. */
async function untilAnswered(request: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await request().catch(() => null)
    if (answer && answer.status < 500) return answer
    await sleep(50)
  }
}

function expect({ status, body }: Answer, ...expected: number[]) {
  if (!expected.includes(status)) throw new Error(`answered ${status} ${JSON.stringify(body)}`)
  return body
}
