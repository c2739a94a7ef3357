import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import { emptyStore } from '../../testing/store.ts'
import { createSmsCount, smsCountRecords } from './sms-count.ts'
import { createSmsSender } from './sms-sender.ts'

const test = suite('text messages')

interface Received {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
}

/** A service that takes text messages; `statuses`: its next answers, 200 without one. */
async function startService() {
  const received: Received[] = []
  const statuses: number[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      const status = statuses.shift() ?? 200
      response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:9/' } : {}).end('taken')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const close = () => {
    server.closeAllConnections()
    server.close()
    return once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}`, received, statuses, close }
}

const signal = new AbortController().signal

test('the templates make a GET, a POST of JSON or of form fields, with the values encoded for each', async () => {
  const service = await startService()
  const text = 'Ben "Q" & Co. is on the way\nhttps://x/?a=1'
  const get = { url: `${service.url}/send?to={phone}&text={text}`, body: null, authorization: 'Bearer secret' }
  assert.is(await createSmsSender(get)('+49 (30) 123-456 ext. 7', text, signal), 'HTTP 200')
  const json = { url: service.url, body: '{"to": "{phone}", "text": "{text}"}', authorization: null }
  await createSmsSender(json)('030 123', `${text} {phone}`, signal)
  const form = { url: service.url, body: 'to={phone}&text={text}', authorization: null }
  await createSmsSender(form)('030 123', text, signal)

  const [first, second, third] = service.received
  const query = new URL(first?.url ?? '', service.url).searchParams
  assert.equal([first?.method, query.get('to'), query.get('text')], ['GET', '+4930123456', text])
  assert.is(first?.headers.authorization, 'Bearer secret')
  assert.equal(JSON.parse(second?.body ?? ''), { to: '030123', text: `${text} {phone}` })
  assert.equal([second?.method, second?.headers['content-type']], ['POST', 'application/json'])
  assert.is(new URLSearchParams(third?.body).get('text'), text)
  await service.close()
})

test('a refused message is not tried again; a failure and a redirect are', async () => {
  const service = await startService()
  const send = createSmsSender({ url: `${service.url}/{phone}/{text}`, body: null, authorization: null })
  const failureOf = async (status: number) => {
    service.statuses.push(status)
    const error: unknown = await send('1', 'x', signal).catch((cause: unknown) => cause)
    return error instanceof Error ? error.constructor.name : error
  }
  assert.equal(
    [await failureOf(422), await failureOf(401), await failureOf(500), await failureOf(302)],
    ['UndeliverableError', 'Error', 'Error', 'TypeError'],
  )
  await service.close()
})

test('at most the limit is sent in a day, by all nodes together', async () => {
  const { store, close } = await emptyStore([smsCountRecords])
  const clock = new StillClock()
  const [one, other] = [createSmsCount({ store, clock }), createSmsCount({ store, clock })]
  const attempts = Array.from({ length: 12 }, (_, n) => (n % 2 ? one : other).add('all', 5))
  assert.is((await Promise.all(attempts)).filter(Boolean).length, 5)
  assert.is(await one.add('phone 1', 5), true)
  clock.advance(24 * 3_600_000)
  assert.is(await other.add('all', 5), true)
  await close()
})

test('a customer gets a text message on the way and at a cancellation; the limit of a day ends them', async () => {
  const service = await startService()
  const app = await startApp({
    env: {
      SMS_URL: `${service.url}/send?to={phone}&text={text}`,
      SMS_PER_DAY: '2',
      PUBLIC_URL: 'https://orders.example.com',
    },
  })
  const [customer, vendor] = [await app.customer(), await app.vendor('Ben')]
  const { body: preferences } = await customer.get('/api/notifications/preferences')
  assert.equal(preferences.channels, ['page', 'push', 'sms'])
  const order = await app.order(customer)
  for (const status of ['accepted', 'on_the_way']) await vendor.set(order, status)
  await app.admin.set(order, 'cancelled', { reason: 'Storm' })
  await app.drain()
  const texts = () => service.received.map(({ url }) => new URL(url, service.url).searchParams.get('text'))
  const link = `https://orders.example.com/orders/${order.id}`
  assert.equal(texts(), [`Ben is on the way to you ${link}`, `Order ${order.number} was cancelled ${link}`])

  const next = await app.order(customer)
  await app.admin.set(next, 'cancelled', { reason: 'Storm' })
  await app.drain()
  assert.is(texts().length, 2)
  await app.stop()
  await service.close()
})

test.run()
