import { randomUUID } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Webhook } from 'standardwebhooks'
import type { Order } from '#shared/orders.ts'
import { call, placeOrder, type Person } from '../testing/app.ts'
import { seeded } from './lib/numbers.ts'
import { figures } from './lib/report.ts'
import { again, dataFolder, freePorts, startServer, type TestServer } from './lib/server.ts'

const test = suite('payments, ratings and follow-up orders that are stored while the server is killed')

// KILL_SEED repeats a run, except for timing.
const seed = Number(process.env.KILL_SEED ?? 20_261_129)
const rounds = 8
const ordersEach = 12
const secret = `whsec_${Buffer.from('thirty-two bytes of a secret, ok').toString('base64').replace(/=+$/, '')}`

interface Sent {
  order: Order
  reference: string
  stars: number
  paid: boolean
  rated: boolean
  /** The id of the follow-up order, once it is acknowledged. */
  followUp: string | null
}

/** As a payment provider: the same event with the same id, however often. */
function tell({ app }: TestServer, { order, reference }: Sent) {
  const { id: orderId, totalAmount: amount, currency } = order
  const body = JSON.stringify({ type: 'payment.paid', data: { orderId, amount, currency, reference } })
  const id = `msg_${reference}`
  const now = new Date()
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, now, body),
  }
  return call(app, 'POST', '/api/payments/webhook', body, headers)
}

/** Sends what has no answer yet; true when all of it is acknowledged. What fails with the server is sent again after its start. */
async function send(
  server: TestServer,
  customer: Person,
  admin: Person,
  sent: Sent,
  heard = () => {},
): Promise<boolean> {
  const path = `/api/orders/${sent.order.id}`
  await Promise.allSettled([
    (async () => {
      if (sent.paid) return
      sent.paid = (await tell(server, sent)).status === 200
      if (sent.paid) heard()
    })(),
    (async () => {
      const rating = { stars: sent.stars, text: sent.reference }
      if (sent.rated) return
      sent.rated = (await customer.call('PUT', `${path}/rating`, rating)).status === 200
      if (sent.rated) heard()
    })(),
    (async () => {
      if (sent.followUp) return
      const { status, body } = await admin.post(`${path}/follow-up`, {})
      if (status !== 200 && status !== 201) return
      sent.followUp = body.id
      heard()
    })(),
  ])
  return sent.paid && sent.rated && sent.followUp !== null
}

test(`${rounds} kill -9: what was acknowledged is stored, once (seed ${seed})`, async () => {
  const random = seeded(seed)
  const { dir, remove } = await dataFolder()
  const env = { ...(await freePorts()), PAYMENT_SECRET: secret }
  let server = await startServer(dir, env)
  try {
    let customer = await server.demo('customer@example.com')
    const vendor = await server.vendor()
    const all: Sent[] = []
    let under: Promise<boolean[]> = Promise.resolve([])
    let [interrupted, acknowledged] = [0, 0]
    for (let round = 0; round < rounds; round++) {
      const service = await server.service()
      const begun: Sent[] = []
      for (let n = 0; n < ordersEach; n++) {
        const { body: order } = await customer.post('/api/orders', placeOrder(service))
        for (const status of ['accepted', 'on_the_way', 'in_progress', 'completed'])
          assert.is((await again(vendor, server.app).set(order, status)).status, 200)
        const reference = randomUUID()
        begun.push({ order, reference, stars: 1 + (n % 5), paid: false, rated: false, followUp: null })
      }
      all.push(...begun)
      const { admin } = server
      // Killed once some of the three answers for each order are there, while the others are on their way.
      let wanted = 1 + Math.floor(random.next() * ordersEach * 2)
      await new Promise<void>((resolve) => {
        const heard = () => {
          if (--wanted === 0) resolve()
        }
        under = Promise.all(begun.map((one) => send(server, customer, admin, one, heard)))
      })
      await server.end('SIGKILL')
      const done = await under
      acknowledged += begun.reduce(
        (sum, one) => sum + Number(one.paid) + Number(one.rated) + Number(one.followUp !== null),
        0,
      )
      interrupted += done.filter((one) => !one).length
      const before = begun.map((one) => ({ ...one }))
      server = await startServer(dir, env)
      customer = again(customer, server.app)
      for (const one of before) await check(server, one)
      // The provider tells it again, and so do the people; the follow-up order is the same one.
      for (const one of begun) assert.ok(await send(server, customer, server.admin, one))
    }
    assert.ok(interrupted > 0 && acknowledged > 0, 'kills came between the requests and their answers')
    for (const one of all) await check(server, one)
    const { body } = await server.admin.get<{ orders: Order[] }>('/api/orders?limit=200')
    const followUps = body.orders.flatMap(({ followUpOf }) => followUpOf?.id ?? [])
    assert.equal(followUps.length, new Set(followUps).size, 'no order has two follow-up orders')
    const { vendors } = (
      await server.admin.get<{ vendors: { id: string; rating?: { count: number } }[] }>('/api/vendors')
    ).body
    assert.is(vendors.find(({ id }) => id === vendor.id)?.rating?.count, all.length, 'each rating counts once')
    figures('payments, ratings, follow-ups', { orders: all.length, kills: rounds, interrupted, acknowledged })
  } finally {
    await server.end('SIGKILL')
    await remove()
  }
})

/** What is acknowledged of an order is there; what is not may be, and then once. */
async function check({ admin }: TestServer, { order, reference, stars, paid, rated, followUp }: Sent): Promise<void> {
  const { body } = await admin.get<Order>(`/api/orders/${order.id}`)
  if (paid) assert.equal([body.payment?.status, body.payment?.reference], ['paid', reference])
  if (rated) assert.equal([body.rating?.stars, body.rating?.text], [stars, reference])
  if (followUp !== null) {
    assert.is(body.followUp?.id, followUp, 'the order leads to its follow-up order')
    const { body: next } = await admin.get<Order>(`/api/orders/${followUp}`)
    assert.is(next.followUpOf?.id, order.id)
  }
  for (const field of ['payment', 'rating', 'followUp'])
    assert.ok(
      body.history.filter(({ changed }) => changed?.some((one) => one.field === field)).length <= 1,
      `${field} was set once`,
    )
  assert.is(body.version, body.history.length)
}

test.run()
