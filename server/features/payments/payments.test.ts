import { createHmac, randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { createEventBus } from '../../services/domain-events.ts'
import { createOrderAmendments } from '../../services/order-amendments.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { recordedLines } from '../../testing/recorded-lines.ts'
import { emptyStore } from '../../testing/store.ts'
import { createPaymentStore, paymentRecords } from './payment-records.ts'
import { createPaymentsService } from './payments.service.ts'
import { startApp, type Person, type TestApp } from '../../testing/app.ts'

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes or so').toString('base64').replace(/=+$/, '')}`

const test = suite<{ app: TestApp; customer: Person; vendor: Person }>('payments')

test.before(async (context) => {
  const PAYMENT_LINK =
    'https://pay.example/{orderId}?sum={amount}&decimal={amountDecimal}&tip={tip}&in={currency}&n={number}'
  context.app = await startApp({ env: { PAYMENT_LINK, PAYMENT_SECRET: secret, BUSINESS_NAME: 'Roof Ltd' } })
  context.customer = await context.app.customer('Mia Wong')
  context.vendor = await context.app.vendor('Bob')
})
test.after(({ app }) => app.stop())

const pay = (who: Person, { id }: { id: string }, body: object) => who.call('PUT', `/api/orders/${id}/payment`, body)
const paymentOf = async ({ admin }: TestApp, { id }: { id: string }) =>
  (await admin.get(`/api/orders/${id}`)).body.payment
const versionOf = async ({ admin }: TestApp, { id }: { id: string }) =>
  (await admin.get(`/api/orders/${id}`)).body.version

async function accepted({ app, customer, vendor }: { app: TestApp; customer: Person; vendor: Person }) {
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  return order
}

/** Posts an event as the provider does. */
function told(app: TestApp, event: object, { key = secret, at = new Date() } = {}) {
  const body = JSON.stringify(event)
  const id = `msg_${randomUUID()}`
  return app.call('POST', '/api/payments/webhook', body, {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(key).sign(id, at, body),
  })
}

const event = (
  type: 'paid' | 'refunded',
  { id, totalAmount, currency }: Order,
  reference: string,
  more: object = {},
) => ({
  type: `payment.${type}`,
  data: { orderId: id, amount: totalAmount, currency, reference, ...more },
})

test('a vendor says that an order was paid, at the visit and not before, and gives no money back', async (context) => {
  const { app, customer, vendor } = context
  const order = await accepted(context)
  const early = await pay(vendor, order, { status: 'paid', method: 'cash' })
  assert.equal([early.status, early.body.code], [409, 'payment_refused'])
  await vendor.set(order, 'on_the_way')
  assert.is((await pay(customer, order, { status: 'paid' })).status, 403)
  assert.is((await pay(await app.vendor(), order, { status: 'paid' })).status, 404)
  for (const body of [{}, { status: 'free' }, { status: 'paid', tip: -1 }, { status: 'paid', method: 'gold' }])
    assert.is((await pay(vendor, order, body)).status, 400, JSON.stringify(body))
  const { status, body } = await pay(vendor, order, { status: 'paid', method: 'cash', tip: 500 })
  assert.is(status, 200)
  const { at, ...payment } = body.payment
  assert.equal(payment, { status: 'paid', method: 'cash', amount: order.totalAmount, tip: 500 })
  assert.equal(body.history.at(-1).changed, [{ field: 'payment', from: null, to: { ...payment, at } }])
  assert.is(body.history.at(-1).by.id, vendor.id)
  assert.is(body.totalAmount, order.totalAmount, 'the tip is no part of the total')

  const again = await pay(vendor, order, { status: 'paid', method: 'cash', tip: 500 })
  assert.equal([again.status, again.body.version], [200, body.version], 'told again, it changes nothing')
  for (const wanted of [{ status: 'refunded' }, { status: 'unpaid' }, { status: 'paid', tip: 900 }])
    assert.is((await pay(vendor, order, wanted)).status, 409, JSON.stringify(wanted))
  assert.equal((await customer.get(`/api/orders/${order.id}`)).body.payment, { ...payment, at })
})

test('an admin sets any payment, and corrects it', async (context) => {
  const { app } = context
  const order = await accepted(context)
  assert.is((await pay(app.admin, order, { status: 'refunded' })).status, 409, 'nothing was paid')
  assert.is((await pay(app.admin, order, { status: 'unpaid' })).body.version, 2, 'it is')
  assert.is((await pay(app.admin, order, { status: 'paid', method: 'transfer' })).body.payment.method, 'transfer')
  const corrected = (await pay(app.admin, order, { status: 'paid', method: 'card', tip: 100 })).body.payment
  assert.equal([corrected.method, corrected.tip], ['card', 100])
  const refunded = (await pay(app.admin, order, { status: 'refunded' })).body.payment
  assert.equal([refunded.status, refunded.method, refunded.amount], ['refunded', 'card', order.totalAmount])
  const unpaid = (await pay(app.admin, order, { status: 'unpaid' })).body.payment
  assert.equal([unpaid.status, unpaid.amount, unpaid.tip], ['unpaid', 0, undefined])
})

test('the link has the values of the order, for its customer and admins while it is unpaid', async (context) => {
  const { app, customer, vendor } = context
  const order = await accepted(context)
  const path = `/api/orders/${order.id}/payment`
  const { body } = await customer.get(`${path}?tip=250`)
  const { id, number, totalAmount, currency } = order
  const decimal = ((totalAmount + 250) / 100).toFixed(2)
  const link = `https://pay.example/${id}?sum=${totalAmount + 250}&decimal=${decimal}&tip=250&in=${currency}&n=${number}`
  assert.equal(body, { payment: null, amount: totalAmount, currency, business: 'Roof Ltd', link })
  assert.ok((await app.admin.get(path)).body.link)
  assert.is((await vendor.get(path)).body.link, null)
  assert.is((await (await app.customer()).get(path)).status, 404)
  assert.is((await customer.get(`${path}?tip=-1`)).status, 400)
  await pay(app.admin, order, { status: 'paid' })
  assert.is((await customer.get(path)).body.link, null)
  const other = await app.order(customer)
  await customer.set(other, 'cancelled', { reason: 'No longer needed' })
  assert.is((await customer.get(`/api/orders/${other.id}/payment`)).body.link, null)
})

test('the provider tells of a payment with its tip, once, however often it tells it', async (context) => {
  const { app } = context
  const order = await accepted(context)
  const paid = event('paid', order, 'p1', { amount: order.totalAmount + 300, method: 'card' })
  const first = await told(app, paid)
  assert.equal([first.status, first.body], [200, { result: 'changed' }])
  const { at, ...payment } = await paymentOf(app, order)
  assert.ok(at)
  assert.equal(payment, { status: 'paid', method: 'card', amount: order.totalAmount, tip: 300, reference: 'p1' })
  const version = await versionOf(app, order)
  const repeated = await Promise.all([told(app, paid), told(app, paid), told(app, paid)])
  assert.equal(
    repeated.map(({ body }) => body.result),
    ['repeated', 'repeated', 'repeated'],
  )
  assert.is(await versionOf(app, order), version)
  // The order is corrected afterwards: the payment that was told of is still what it was.
  assert.is((await told(app, paid)).body.result, 'repeated')
})

test('concurrent events of one payment make one version', async (context) => {
  const { app } = context
  const order = await accepted(context)
  const results = await Promise.all(Array.from({ length: 8 }, () => told(app, event('paid', order, 'p2'))))
  assert.equal(
    results.map(({ status }) => status),
    Array(8).fill(200),
  )
  assert.is(results.filter(({ body }) => body.result === 'changed').length, 1)
  assert.is(await versionOf(app, order), order.version + 2)
})

test('a refund counts whenever it is told, and an old payment told again does not undo it', async (context) => {
  const { app } = context
  const order = await accepted(context)
  await told(app, event('paid', order, 'p3'))
  assert.is((await told(app, event('refunded', order, 'p3', { amount: 1 }))).body.result, 'partial')
  assert.is((await told(app, event('refunded', order, 'p3', { amount: 300 }))).body.result, 'partial')
  for (const amount of [300, 1])
    assert.is((await told(app, event('refunded', order, 'p3', { amount }))).body.result, 'repeated')
  const part = await paymentOf(app, order)
  assert.equal([part.status, part.refunded], ['paid', 300], 'a part was given back')
  assert.is((await told(app, event('paid', order, 'p3'))).body.result, 'repeated')
  assert.is((await paymentOf(app, order)).refunded, 300)
  assert.is((await told(app, event('refunded', order, 'p3'))).body.result, 'changed')
  assert.is((await told(app, event('paid', order, 'p3'))).body.result, 'repeated')
  assert.is((await told(app, event('refunded', order, 'p3'))).body.result, 'repeated')
  const { status: whole, refunded } = await paymentOf(app, order)
  assert.equal([whole, refunded], ['refunded', undefined])

  // Paid anew: what is told of the first payment says nothing of the second.
  assert.is((await told(app, event('paid', order, 'p4'))).body.result, 'changed')
  assert.is((await told(app, event('refunded', order, 'p3'))).body.result, 'outdated')
  assert.is((await told(app, event('paid', order, 'p3'))).body.result, 'outdated')
  const { status, reference } = await paymentOf(app, order)
  assert.equal([status, reference], ['paid', 'p4'])

  // The refund before its payment.
  const other = await accepted(context)
  await told(app, event('refunded', other, 'p5'))
  assert.is((await told(app, event('paid', other, 'p5'))).body.result, 'repeated')
  assert.equal((await paymentOf(app, other)).status, 'refunded')
})

test('a second payment of a paid order changes nothing, and is in the audit log', async (context) => {
  const { app, vendor } = context
  const order = await accepted(context)
  await vendor.set(order, 'on_the_way')
  await pay(vendor, order, { status: 'paid', method: 'cash' })
  assert.is((await told(app, event('paid', order, 'p6'))).body.result, 'already_paid')
  assert.is((await paymentOf(app, order)).method, 'cash')
  const { body } = await app.admin.get('/api/audit')
  assert.ok(body.entries.some(({ action }: { action: string }) => action === 'payment paid: already_paid'))
})

test('a wrong amount, currency, order or signature is refused and changes nothing', async (context) => {
  const { app } = context
  const [order, other] = [await accepted(context), await accepted(context)]
  const wrong = [
    event('paid', order, 'w1', { amount: order.totalAmount - 1 }),
    event('paid', order, 'w2', { currency: 'JPY' }),
    event('paid', order, 'w3', { amount: order.totalAmount + 300, tip: 200 }),
    event('paid', order, 'w4', { tip: 200 }),
  ]
  for (const one of wrong) {
    const { status, body } = await told(app, one)
    assert.equal([status, body.code], [422, 'wrong_amount'], JSON.stringify(one))
  }
  assert.is((await told(app, event('paid', { ...order, id: 'no-such-order' }, 'w5'))).status, 404)
  assert.is((await told(app, event('paid', order, ''))).status, 400)
  assert.is((await told(app, { type: 'payment.lost', data: {} })).status, 400)
  const good = event('paid', order, 'w6')
  const forged = await told(app, good, {
    key: `whsec_${Buffer.from('some other secret, not ours').toString('base64')}`,
  })
  assert.equal([forged.status, forged.body.code], [401, 'bad_signature'])
  assert.is((await told(app, good, { at: new Date(Date.now() - 3_600_000) })).status, 401, 'an hour old')
  assert.is((await app.call('POST', '/api/payments/webhook', JSON.stringify(good))).status, 401, 'unsigned')
  assert.is((await app.call('POST', '/api/payments/webhook', '{"type":')).status, 401)
  assert.is((await app.call('POST', '/api/payments/webhook', 'x'.repeat(300_000))).status, 413)
  assert.is(await paymentOf(app, order), undefined)
  // A reference belongs to one order.
  await told(app, event('paid', order, 'w7'))
  assert.is((await told(app, event('paid', other, 'w7'))).body.result, 'not_ours')
  assert.is(await paymentOf(app, other), undefined)
})

/** As Stripe signs: HMAC-SHA256 of timestamp and body. */
function byStripe(app: TestApp, payload: object, { key = secret, at = Date.now() } = {}) {
  const body = JSON.stringify(payload)
  const t = Math.floor(at / 1000)
  const v1 = createHmac('sha256', key).update(`${t}.${body}`).digest('hex')
  return app.call('POST', '/api/payments/stripe', body, { 'stripe-signature': `t=${t},v1=${v1}` })
}

const stripeEvent = (type: string, object: object) => ({
  id: `evt_${randomUUID()}`,
  object: 'event',
  created: Math.floor(Date.now() / 1000),
  type,
  data: { object },
})

test('Stripe tells of checkouts and refunds, in either order, verified by its own library', async (context) => {
  const { app } = context
  const checkout = (order: Order, intent: string, more: object = {}) =>
    stripeEvent('checkout.session.completed', {
      id: 'cs_1',
      object: 'checkout.session',
      client_reference_id: order.id,
      payment_status: 'paid',
      payment_intent: intent,
      amount_total: order.totalAmount,
      currency: order.currency.toLowerCase(),
      metadata: {},
      ...more,
    })
  const refund = (order: Order, intent: string, more: object = {}) =>
    stripeEvent('charge.refunded', {
      id: 'ch_1',
      object: 'charge',
      payment_intent: intent,
      amount: order.totalAmount,
      amount_refunded: order.totalAmount,
      currency: order.currency.toLowerCase(),
      refunded: true,
      ...more,
    })
  const order = await accepted(context)
  assert.is((await byStripe(app, checkout(order, 'pi_1'), { key: 'whsec_wrongwrongwrongwrong' })).status, 401)
  assert.is((await byStripe(app, checkout(order, 'pi_1'), { at: Date.now() - 3_600_000 })).status, 401)
  assert.is((await byStripe(app, checkout(order, 'pi_1', { payment_status: 'unpaid' }))).body.result, 'not_ours')
  assert.is((await byStripe(app, checkout(order, 'pi_1', { client_reference_id: null }))).body.result, 'not_ours')
  assert.is((await byStripe(app, stripeEvent('invoice.paid', {}))).body.result, 'not_ours')
  assert.is((await byStripe(app, checkout(order, 'pi_1', { amount_total: 1 }))).body.code, 'wrong_amount')
  const tipped = { amount_total: order.totalAmount + 200, metadata: { tip: '200' } }
  const { status, body } = await byStripe(app, checkout(order, 'pi_1', tipped))
  assert.equal([status, body], [200, { result: 'changed' }])
  const { at, ...payment } = await paymentOf(app, order)
  assert.ok(at)
  assert.equal(payment, { status: 'paid', method: 'link', amount: order.totalAmount, tip: 200, reference: 'pi_1' })
  assert.is(
    (await byStripe(app, refund(order, 'pi_1', { refunded: false, amount_refunded: 5 }))).body.result,
    'partial',
  )
  assert.is((await byStripe(app, refund(order, 'pi_1'))).body.result, 'changed')
  assert.is((await paymentOf(app, order)).status, 'refunded')

  const other = await accepted(context)
  assert.is((await byStripe(app, refund(other, 'pi_2'))).body.result, 'outdated', 'of which order is not known yet')
  assert.is((await byStripe(app, checkout(other, 'pi_2'))).body.result, 'changed')
  assert.is((await paymentOf(app, other)).status, 'refunded')
})

test('views: no offer and no dashboard without contact shows the reference, and a vendor elsewhere sees nothing', async (context) => {
  const { app, customer } = context
  const order = await app.order(customer)
  await told(app, event('paid', order, 'secret-reference'))
  const bystander = await app.vendor()
  const offer = (await bystander.get(`/api/orders/${order.id}`)).body
  assert.is(offer.payment, undefined)
  assert.not.match(JSON.stringify(offer), 'secret-reference')
  const token = (await app.admin.post('/api/tokens', { name: 'Wall', scope: 'dashboard', contact: false })).body
  const reader = { authorization: `Bearer ${token.secret}` }
  const shown = await app.call('GET', `/api/orders/${order.id}`, undefined, reader)
  assert.equal([shown.body.payment.status, shown.body.payment.reference], ['paid', undefined])
  assert.not.match(JSON.stringify(shown.body), 'secret-reference')
  const own = await app.call('GET', `/api/orders/${order.id}/payment`, undefined, reader)
  assert.not.match(JSON.stringify(own.body), 'secret-reference')
  assert.is(own.body.link, null)
  // By their own: nothing is told of a payment by a notification.
  await app.drain()
  const { notifications } = (await customer.get('/api/notifications')).body
  assert.not.match(JSON.stringify(notifications), order.id)
})

test('what was stored of a payment before a crash reaches the order when the provider tells it again', async () => {
  const { store, close } = await emptyStore([paymentRecords])
  const [clock, payments] = [new StillClock(), createPaymentStore(store)]
  const amendments = createOrderAmendments({ store, events: createEventBus(recordedLines().log), clock })
  const crashing = { amend: () => Promise.reject(new Error('killed')) }
  const order = anOrder({ status: 'accepted' })
  await store.orders.create(order)
  const service = (by: Pick<typeof amendments, 'amend'>) =>
    createPaymentsService({ payments, orders: store.orders, amendments: by, linkTemplate: null, business: null, clock })
  const { id: orderId, totalAmount: amount, currency } = order
  const paid = { state: 'paid', reference: 'p9', orderId, amount, currency } as const
  const failed: unknown = await service(crashing)
    .told(paid)
    .catch((error: unknown) => error)
  assert.match(String(failed), 'killed')
  assert.is((await store.orders.byId(orderId))?.payment, undefined)
  assert.equal(await service(amendments).told(paid), { result: 'changed', orderId })
  assert.equal(await service(amendments).told(paid), { result: 'repeated', orderId })
  const stored = await store.orders.byId(orderId)
  assert.equal([stored?.payment?.status, stored?.version], ['paid', order.version + 1])
  await close()
})

test('without the settings there is no link, and no event is taken', async () => {
  const app = await startApp()
  const customer = await app.customer()
  const order = await app.order(customer)
  assert.is((await customer.get(`/api/orders/${order.id}/payment`)).body.link, null)
  assert.is((await told(app, event('paid', order, 'x'))).status, 404)
  assert.is((await byStripe(app, stripeEvent('invoice.paid', {}))).status, 404)
  await app.stop()
})

test.run()
