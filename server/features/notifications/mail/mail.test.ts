import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deliveryRecords } from '../../../storage/definitions/deliveries.ts'
import type { Order } from '#shared/orders.ts'
import { topics } from '#shared/topics.ts'
import { startApp, type Person, type TestApp } from '../../../testing/app.ts'
import { startSmtpServer, type ReceivedMail, type SmtpReceiver } from '../../../testing/smtp.ts'
import { StillClock } from '../../../testing/clock.ts'
import { anOrder } from '../../../testing/records.ts'
import { emptyStore, withStoreOf } from '../../../testing/store.ts'
import { createCustomersService } from '../../../services/customers.service.ts'
import { createMailChannel } from './mail-channel.ts'

const test = suite<{ app: TestApp; smtp: SmtpReceiver }>('e-mails')

const publicUrl = 'https://orders.example.com/desk'
const settings = (smtpUrl: string) => ({
  SMTP_URL: smtpUrl,
  MAIL_FROM: 'Callout <orders@example.com>',
  PUBLIC_URL: publicUrl,
  CURRENCY: 'EUR',
})

test.before(async (context) => {
  context.smtp = await startSmtpServer()
  context.app = await startApp({ env: settings(context.smtp.url) })
})
test.after(async ({ app, smtp }) => {
  await app.stop()
  await smtp.close()
})

const subject = ({ headers }: ReceivedMail) => headers.get('subject') ?? ''
const mailsTo = ({ received }: SmtpReceiver, { user }: Person) => received.filter(({ to }) => to === user.email)
const readsIn = (person: Person, language: string, timeZone = 'Europe/Berlin') =>
  person.post('/api/notifications/locale', { language, timeZone })

test('a customer who is away gets every mail of an order, in English', async ({ app, smtp }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor('Ben')]
  await readsIn(customer, 'en-GB')
  const order = await app.order(customer)
  for (const status of ['accepted', 'on_the_way', 'in_progress']) await vendor.set(order, status)
  await vendor.set(order, 'completed', { note: 'Key is <in> the box' })
  await app.drain()
  const mails = mailsTo(smtp, customer)
  assert.equal(mails.map(subject), [
    `Order ${order.number} received`,
    `Ben has taken your order ${order.number}`,
    'Ben is on the way to you',
    `Receipt for order ${order.number}`,
  ])
  const receipt = mails.at(-1)
  assert.match(receipt?.text ?? '', /Note from Ben: Key is <in> the box/)
  assert.match(receipt?.html ?? '', /Key is &lt;in&gt; the box/)
  assert.not.match(receipt?.html ?? '', /<in>/)
  const [item] = order.items
  const total = `€${((item?.unitPrice ?? 0) / 50).toFixed(2)}`
  assert.ok(receipt?.text.includes(`2 × ${item?.name}: ${total}\nTotal: ${total}`), receipt?.text)
  assert.ok(receipt?.text.includes(`${publicUrl}/orders/${order.id}`))
  assert.ok(receipt?.html.includes(`href="${publicUrl}/orders/${order.id}"`))
  assert.is(receipt?.headers.get('auto-submitted'), 'auto-generated')
  assert.is(receipt?.headers.get('from'), 'Callout <orders@example.com>')
})

test('a customer without an account gets the tracking link, in every mail the same, and in the text to copy', async ({
  app,
  smtp,
}) => {
  const [service] = await app.services()
  const [phone, email] = ['+49 30 5550142', 'rosa@example.com']
  const contact = { phone, address: 'Ahornweg 3' }
  const items = [{ serviceId: service?.id, quantity: 1 }]
  const body = { customer: { name: 'Rosa', phone, email }, items, contact }
  const { body: order } = await app.admin.post<Order>('/api/orders', body)
  await (await app.vendor('Ben')).set(order, 'accepted')
  await app.drain()
  const mails = smtp.received.filter(({ to }) => to === email)
  const { body: link } = await app.admin.post(`/api/orders/${order.id}/tracking`)
  assert.is(mails.length, 2)
  assert.match(link.url, `${publicUrl}/t/#trk_${order.id}.`)
  for (const { text, html } of mails) assert.ok(text.includes(link.url) && html.includes(`href="${link.url}"`), text)
  const { body: copied } = await app.admin.get(`/api/notifications/preview?orderId=${order.id}`)
  assert.ok(copied.text.includes(link.url))
  const answer = await app.call('GET', '/api/tracking', undefined, { authorization: `Bearer ${link.token}` })
  assert.is(answer.body.orderId, order.id)
})

test('a customer who is away gets one mail for messages until they have read them', async ({ app, smtp }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor('Ben')]
  await readsIn(customer, 'en-GB')
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  const path = `/api/orders/${order.id}/messages`
  const told = () => mailsTo(smtp, customer).filter((mail) => subject(mail).startsWith('New message about order'))
  async function write(text: string) {
    await vendor.post(path, { text })
    // Who is told by e-mail is decided before the page is told.
    for (let isTold = false; !isTold;) {
      const { body } = await customer.get('/api/notifications')
      isTold = body.notifications.some(({ note }: { note: string }) => note === text)
    }
  }
  await write('I am there at ten')
  await write('Or at eleven')
  await customer.post(`${path}/read`, {})
  await vendor.post(path, { text: 'He is angry', internal: true })
  await write('Please open the gate')
  await smtp.mail(customer.user.email, () => told().length > 1)
  // Sent after every mail that was owed before.
  await vendor.set(order, 'on_the_way')
  await smtp.mail(customer.user.email, (mail) => subject(mail) === 'Ben is on the way to you')
  assert.equal(told().map(subject), Array(2).fill(`New message about order ${order.number}`))
  assert.ok(told()[0]?.text.includes(`${publicUrl}/orders/${order.id}`))
  assert.not.match(
    told()
      .map(({ text }) => text)
      .join(),
    /at ten|gate|angry/,
  )
})

test('a scheduled order is told with day, time and zone, in German', async ({ app, smtp }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor('Jörg Groß')]
  await readsIn(customer, 'de-DE')
  const year = new Date().getUTCFullYear() + 1
  const order = await app.order(customer, { scheduledFor: `${year}-01-15T09:30:00.000Z` })
  await vendor.set(order, 'accepted')
  await app.drain()
  const [received, taken] = mailsTo(smtp, customer)
  const when = new RegExp(`15\\. Jan\\. ${year}.*10:30 MEZ`)
  assert.match(received ? subject(received) : '', new RegExp(`^Bestellung ${order.number} eingegangen für .*`))
  assert.match(taken ? subject(taken) : '', when)
  assert.match(taken?.text ?? '', new RegExp(`^Jörg Groß kommt am .*${when.source}`))
  assert.match(received?.text ?? '', /Summe: [\d.]+,\d\d\s€/)
  assert.match(taken?.html ?? '', /<html lang="de">/)
})

test('mails tell of a cancellation with its reason, of a release, and that no vendor could come', async ({
  app,
  smtp,
}) => {
  const [customer, vendor] = [await app.customer(), await app.vendor('Ben')]
  const released = await app.order(customer)
  await vendor.set(released, 'accepted')
  await vendor.set(released, 'pending', { reason: 'The van is broken' })
  await app.admin.set(released, 'cancelled', { reason: 'Storm & flood' })
  await customer.set(await app.order(customer), 'cancelled', { reason: 'Changed my mind' })
  await app.drain()
  const mails = mailsTo(smtp, customer)
  assert.equal(
    mails.map(subject).filter((text) => !text.startsWith('Order ') || text.includes('cancelled')),
    [
      `Ben has taken your order ${released.number}`,
      `We’re looking for another vendor for order ${released.number}`,
      `Order ${released.number} was cancelled`,
    ],
  )
  assert.match(mails.find((mail) => subject(mail).includes('cancelled'))?.text ?? '', /Reason: Storm & flood/)
})

test('a mail to a customer who looks at the page is not sent; a hidden page and an admin do not look', async ({
  app,
  smtp,
}) => {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const [page, desk] = [await customer.connect('websocket'), await app.admin.connect()]
  const orders = topics.customerOrders(customer.id)
  await page.subscribe(orders)
  await desk.subscribe(orders)
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  await app.drain()
  assert.equal(mailsTo(smtp, customer), [])
  await page.client.unsubscribeAsync(orders)
  await vendor.set(order, 'on_the_way')
  await smtp.mail(customer.user.email)
  await app.drain()
  assert.is(mailsTo(smtp, customer).length, 1)
  await page.end()
  await desk.end()
})

test('a mail that the preferences exclude is not sent; its language is that of the profile', async ({ app, smtp }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor('Ben')]
  assert.equal((await customer.get('/api/notifications/preferences')).body.channels, ['page', 'push', 'email'])
  await readsIn(customer, 'en')
  const chosen = { events: { 'order.placed': { email: false } }, quietHours: null }
  await customer.call('PUT', '/api/notifications/preferences', chosen)
  await customer.patch('/api/auth/me', { language: 'de' })
  const order = await app.order(customer)
  await vendor.set(order, 'accepted')
  await app.drain()
  assert.equal(mailsTo(smtp, customer).map(subject), [`Ben hat Ihre Bestellung ${order.number} übernommen`])
})

test('the unsubscribe link of a mail asks on GET, and ends all mails of its owner on POST, without a sign-in', async ({
  app,
  smtp,
}) => {
  const [customer, other] = [await app.customer(), await app.customer()]
  await app.order(customer)
  const mail = await smtp.mail(customer.user.email)
  assert.is(mail.headers.get('list-unsubscribe-post'), 'List-Unsubscribe=One-Click')
  const header = mail.headers.get('list-unsubscribe') ?? ''
  const link = header.slice(1, -1)
  assert.ok(link.startsWith(`${publicUrl}/api/notifications/unsubscribe?`), header)
  assert.ok(mail.text.includes(link))
  const path = link.slice(publicUrl.length)
  const emailOf = async (person: Person) =>
    Object.values<{ email?: boolean }>((await person.get('/api/notifications/preferences')).body.events).flatMap(
      ({ email }) => (email === undefined ? [] : [email]),
    )

  const asked = await fetch(app.http + path)
  assert.equal([asked.status, asked.headers.get('content-type')], [200, 'text/html; charset=utf-8'])
  assert.match(await asked.text(), /<form method="post">/)
  assert.ok(
    (await emailOf(customer)).every((on) => on),
    'a GET changes nothing',
  )

  const forged = new URLSearchParams(path.slice(path.indexOf('?')))
  const refused = [
    path.replace(customer.id, other.id),
    path.replace(/signature=..../, 'signature=AAAA'),
    path.replace(/&signature=.*/, ''),
    path.replace(/signature=.*/, `signature=${forged.get('signature')?.slice(0, 10)}`),
  ]
  for (const wrong of refused) {
    const { status } = await fetch(app.http + wrong, { method: 'POST' })
    assert.ok(status === 404 || status === 400, `${status} ${wrong}`)
  }
  assert.ok([...(await emailOf(customer)), ...(await emailOf(other))].every((on) => on))

  const oneClick = await fetch(app.http + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  })
  assert.is(oneClick.status, 200)
  assert.ok((await emailOf(customer)).every((on) => !on))
  assert.ok((await emailOf(other)).every((on) => on))
  await app.order(customer)
  await app.order(other)
  await app.drain()
  assert.equal([mailsTo(smtp, customer).length, mailsTo(smtp, other).length], [1, 1])
})

test('an admin reads the text of the newest message, or of a kind; no other role does', async ({ app }) => {
  const [customer, vendor] = [await app.customer('Ana'), await app.vendor('Ben')]
  await readsIn(customer, 'de')
  const order = await app.order(customer)
  const path = `/api/notifications/preview?orderId=${order.id}`
  const subjectNow = async (query = '') => (await app.admin.get(path + query)).body.subject
  assert.is(await subjectNow(), `Bestellung ${order.number} eingegangen`)
  await vendor.set(order, 'accepted')
  await vendor.set(order, 'pending', { reason: 'Flat tyre' })
  assert.is(await subjectNow(), `Wir suchen einen anderen Dienstleister für Bestellung ${order.number}`)
  await vendor.set(order, 'accepted')
  for (const status of ['on_the_way', 'in_progress']) await vendor.set(order, status)
  assert.is(await subjectNow(), 'Ben ist auf dem Weg zu Ihnen')
  const { status, body } = await app.admin.get(`${path}&event=order.accepted`)
  assert.equal([status, body.language, body.to.email], [200, 'de', customer.user.email])
  assert.match(body.text, /^Ben hat Ihre Bestellung übernommen/)
  assert.not.match(body.text, /unsubscribe|abbestellen/)
  assert.is((await app.admin.get(`${path}&event=order.cancelled`)).status, 404)
  assert.is((await app.admin.get('/api/notifications/preview?orderId=none')).status, 404)
  for (const person of [customer, vendor]) assert.is((await person.get(path)).status, 403)
})

test('a refused recipient is not tried again; the customer’s next mail is sent', async ({ app, smtp }) => {
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  await app.drain() // mails of the tests before
  const before = smtp.attempts()
  smtp.refusals.push({ code: 550, text: 'No such user' })
  const order = await app.order(customer)
  await app.drain()
  assert.is(smtp.attempts(), before + 1)
  const [failed] = await deliveriesOf(app, order)
  assert.equal([failed?.state, failed?.attempts], ['failed', 1])
  assert.match(failed?.result ?? '', /No such user/)
  await vendor.set(order, 'accepted')
  await app.drain()
  assert.equal(mailsTo(smtp, customer).map(subject).length, 1)
})

test('a mail waits for an SMTP server that fails, also over a restart, and arrives once', async ({ smtp }) => {
  const clock = new StillClock()
  const app = await startApp({ env: settings(smtp.url), clock })
  const [customer, vendor] = [await app.customer(), await app.vendor('Ben')]
  smtp.refusals.push({ code: 421, text: 'Try again later' })
  const order = await app.order(customer)
  await app.drain()
  assert.equal(
    (await deliveriesOf(app, order)).map(({ state, attempts }) => [state, attempts]),
    [['waiting', 1]],
  )
  clock.advance(5_000)
  const first = await smtp.mail(customer.user.email)
  const id = first.headers.get('x-callout-delivery') ?? ''
  assert.match(id, /^mail-[\w-]{22}$/)
  assert.is(first.headers.get('message-id'), `<${id}@orders.example.com>`)

  smtp.refusals.push({ code: 451, text: 'Greylisted' })
  await vendor.set(order, 'accepted')
  await app.drain()
  await app.stop({ keep: true })
  assert.is(mailsTo(smtp, customer).length, 1)
  clock.advance(60_000)
  const restarted = await startApp({ env: { ...settings(smtp.url), DATA_DIR: app.dataDir }, clock })
  await smtp.mail(customer.user.email, (mail) => subject(mail).startsWith('Ben has taken'))
  await restarted.drain()
  assert.is(mailsTo(smtp, customer).length, 2)
  await restarted.stop()
})

test('a change that is published again is told once, and not when it is older than a day', async () => {
  const { store, close } = await emptyStore([])
  const added: string[] = []
  const clock = new StillClock()
  const channel = createMailChannel({
    store,
    customers: createCustomersService({ store, clock, country: 'US' }),
    outbox: { add: async ({ id }) => void added.push(id) },
    mailer: { send: () => Promise.reject(new Error('nothing is sent here')) },
    preferences: {
      wanted: async (_channel, told) => told,
      localeOf: async () => ({ language: 'en', timeZone: 'UTC' }),
    },
    isWatching: async () => false,
    trackingUrl: async () => null,
    publicUrl: () => publicUrl,
    unsubscribeUrl: () => publicUrl,
    clock,
  })
  const order = anOrder()
  await channel.orderPlaced(order, 0)
  await channel.orderPlaced(order, 0)
  assert.is(new Set(added).size, 1, 'the outbox recognises the id')
  await channel.orderPlaced(anOrder(), 1)
  clock.advance(24 * 3_600_000)
  await channel.orderPlaced(anOrder(), 0)
  assert.is(added.length, 2)
  await close()
})

const deliveriesOf = (app: TestApp, { id }: Pick<Order, 'id'>) =>
  withStoreOf(app.dataDir, async (store) =>
    (await store.collection(deliveryRecords).list()).filter(({ payload }) => JSON.stringify(payload).includes(id)),
  )

test.run()
