import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Webhook } from 'standardwebhooks'
import { NewApiToken } from '#shared/api-tokens.ts'
import type { Order } from '#shared/orders.ts'
import { Person, startApp, type TestApp } from '../testing/app.ts'
import { Probe } from '../testing/probe.ts'
import { figures } from './lib/report.ts'

const secret = `whsec_${Buffer.from('thirty-two bytes of a secret, ok').toString('base64').replace(/=+$/, '')}`
const test = suite<{ app: TestApp }>('the permission matrix: where a house is, how it was paid, what its customer says')

test.before(async (context) => {
  context.app = await startApp({ env: { PAYMENT_SECRET: secret } })
})
test.after(({ app }) => app.stop())

/** The decimals of exact positions, and words that only some may read. */
const exact = /510371|410482|520593|420604/
const words = /Marktext|markref/
const statuses = ['accepted', 'on_the_way', 'in_progress', 'completed']

/** Resolves when everything sent so far has arrived. */
const settled = (probe: Probe) => probe.subscribe('nothing/at/all')

async function display(app: TestApp): Promise<Person> {
  const { body } = await app.admin.post('/api/tokens', { name: 'Wall', scope: 'dashboard', contact: false })
  const { token, secret: accessToken } = NewApiToken.parse(body)
  return new Person(app, { user: { ...app.admin.user, id: token.id }, accessToken, expiresIn: Infinity })
}

function pay(app: TestApp, { id: orderId, totalAmount: amount, currency }: Order, reference: string) {
  const body = JSON.stringify({ type: 'payment.paid', data: { orderId, amount, currency, reference } })
  const now = new Date()
  return app.call('POST', '/api/payments/webhook', body, {
    'webhook-id': reference,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(reference, now, body),
  })
}

/** Every order in an answer: of a list, or the answer itself. */
const ordersIn = (body: { orders?: Order[] } & Partial<Order>) => body.orders ?? (body.id === undefined ? [] : [body])

test('only offers say roughly where a house is, and none exactly; payment references and the text of ratings reach neither other vendors nor dashboards without contact', async ({
  app,
}) => {
  const [mia, tom] = [await app.customer('Mia'), await app.customer('Tom')]
  const [ana, ben, cleo] = [await app.vendor('Ana'), await app.vendor('Ben'), await app.vendor('Cleo')]
  const wall = await display(app)
  const { login } = await ben.device('Van')
  const device = await Probe.connect(app.mqtt, { ...login, clean: false })
  await device.subscribe('orders/new')
  await device.subscribe('orders/update')
  await device.end()
  const live: [Person, Probe][] = []
  for (const person of [ana, ben, cleo, wall]) {
    const probe = await person.connect()
    for (const filter of ['orders/new', 'orders/update']) assert.is(await probe.subscribe(filter), 1)
    live.push([person, probe])
  }
  const since = async (person: Person) => (await person.get('/api/orders?limit=1')).body.syncCursor
  const cursors = new Map<Person, string>()
  for (const person of [ana, ben, cleo, wall, tom]) cursors.set(person, await since(person))

  const contact = {
    phone: '+49 30 5550177',
    address: 'Lindenstraße 9, Berlin',
    area: 'Mitte',
    lat: 52.510371,
    lng: 13.410482,
  }
  const [open, done, moved] = [
    await app.order(mia, { contact }),
    await app.order(mia, { contact }),
    await app.order(mia, { contact }),
  ]
  assert.is((await pay(app, open, 'markref-open')).status, 200)
  await cleo.set(open, 'rejected', { reason: 'Too far' })
  for (const status of statuses) await ana.set(done, status)
  assert.is((await pay(app, done, 'markref-done')).status, 200)
  assert.is((await mia.call('PUT', `/api/orders/${done.id}/rating`, { stars: 2, text: 'Marktext' })).status, 200)
  // The position is corrected while one vendor has it; then it is an offer again, with the correction in its history.
  await ana.set(moved, 'accepted')
  const corrected = await mia.patch(`/api/orders/${moved.id}`, { contact: { lat: 52.520593, lng: 13.420604 } })
  assert.is(corrected.status, 200)
  await ana.set(moved, 'pending', { reason: 'Flat tyre' })
  await app.drain()
  const queued = await Probe.connect(app.mqtt, { ...login, clean: false })
  await Promise.all([queued, ...live.map(([, probe]) => probe)].map(settled))

  const all = [open, done, moved]
  const searches = [
    '52.510371',
    '13.410482',
    '52.520593',
    'Marktext',
    'markref-done',
    ...all.map(({ number }) => number),
  ]
  let [answers, offers] = [0, 0]
  async function seenBy(person: Person) {
    const paths = [
      '/orders?limit=200',
      `/orders?limit=200&since=${cursors.get(person)}`,
      ...searches.map((q) => `/orders?q=${q}`),
      ...all.flatMap(({ id }) => [`/orders/${id}`, `/orders/${id}/payment`, `/orders/${id}/rating`]),
      '/orders/export.csv',
    ]
    const found: unknown[] = []
    for (const path of paths) {
      const { body } = await person.get(`/api${path}`)
      // The answer to a search repeats no word of it, so that a match is one of an order.
      found.push(body)
      answers++
    }
    return found
  }

  for (const [person, probe] of [...live, [ben, queued] as const]) {
    const isHers = person === ana
    const bodies = [...probe.messages.map(({ payload }) => payload), ...(await seenBy(person))]
    for (const body of bodies) {
      const orders = typeof body === 'object' && body !== null ? ordersIn(body) : []
      for (const order of orders) {
        const isOffer = person !== wall && order.status === 'pending' && !('gone' in order)
        assert.is('near' in order, isOffer, `${person.user.name} ${order.status} near`)
        offers += Number(isOffer)
        if (isOffer) assert.equal(Object.keys(order.contact ?? {}), ['area'])
        // Ana had or has these; she may know.
        if (isHers && order.vendor?.id === ana.id) continue
        assert.not.match(JSON.stringify(order), exact, `${person.user.name} ${order.status}`)
        assert.not.match(JSON.stringify(order), words, `${person.user.name} ${order.status}`)
      }
      if (!isHers) {
        assert.not.match(JSON.stringify(body), exact, person.user.name)
        assert.not.match(JSON.stringify(body), words, person.user.name)
      }
    }
  }
  assert.ok(offers > 10, `${offers} offers were seen`)
  for (const body of await seenBy(tom)) {
    assert.not.match(JSON.stringify(body), exact, 'another customer')
    assert.not.match(JSON.stringify(body), words, 'another customer')
  }
  // They are there for those who may read them.
  for (const person of [mia, app.admin]) {
    const text = JSON.stringify(await Promise.all(all.map(({ id }) => person.get(`/api/orders/${id}`))))
    for (const mark of ['510371', '520593', 'Marktext', 'markref-open', 'markref-done']) assert.match(text, mark)
    assert.not.match(text, '"near"')
  }
  assert.match(String((await app.admin.get('/api/orders/export.csv')).body), '52.510371')
  // Nothing of an order is retained.
  const late = await ben.connect()
  for (const filter of ['orders/new', 'orders/update']) await late.subscribe(filter)
  await settled(late)
  assert.equal(
    late.messages.filter(({ topic }) => topic.startsWith('orders/')),
    [],
  )
  figures('positions, payments, ratings', { answers, offers, queued: queued.messages.length })
  await Promise.all([late, queued, ...live.map(([, probe]) => probe)].map((probe) => probe.end()))
})

test.run()
