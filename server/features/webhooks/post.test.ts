import type { ServerResponse } from 'node:http'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { startReceiver } from '../../testing/webhook-receiver.ts'
import { createPost } from './post.ts'

const never = new AbortController().signal
const message = { headers: { 'content-type': 'application/json' }, body: '{"n":1}' }
const allowed = createPost({ allowPrivate: true, clock: systemClock })
const filtered = createPost({ allowPrivate: false, clock: systemClock })

/** The outcome of one request to a receiver that answers so. */
async function outcomeOf(answer: (response: ServerResponse) => void, post = allowed) {
  const receiver = await startReceiver()
  receiver.answer(answer)
  const { at: _at, ...outcome } = await post({ ...message, url: receiver.url }, never)
  assert.is(receiver.received[0]?.body, message.body)
  await receiver.stop()
  return outcome
}

test('a 2xx status is a delivery, and the answer is kept', async () => {
  const { durationMs, ...outcome } = await outcomeOf((response) => response.writeHead(201).end('thanks'))
  assert.equal(outcome, { status: 201, error: null, detail: null, response: 'thanks' })
  assert.ok(durationMs < 5_000)
})

test('another status is a failure', async () => {
  const { status, error, response } = await outcomeOf((answer) => answer.writeHead(500).end('broken'))
  assert.equal([status, error, response], [500, 'status', 'broken'])
})

test('a redirect is a failure, and is not followed, to the metadata address or anywhere', async () => {
  const second = await startReceiver()
  for (const location of ['http://169.254.169.254/latest/meta-data/', second.url]) {
    const { status, error } = await outcomeOf((answer) => answer.writeHead(307, { location }).end())
    assert.equal([status, error], [307, 'redirect'])
  }
  assert.is(second.received.length, 0)
  await second.stop()
})

test('of an answer of 10 MB at most 64 kB are read, then the connection is closed', async () => {
  let [written, closed] = [0, Promise.resolve()]
  const chunk = Buffer.alloc(65_536, 'x')
  const outcome = await outcomeOf((response) => {
    closed = new Promise((resolve) => void response.on('close', resolve))
    response.writeHead(200)
    const write = () => {
      while (written < 160 && !response.destroyed) {
        written++
        if (!response.write(chunk)) return void response.once('drain', write)
      }
      response.end()
    }
    write()
  })
  await closed
  assert.equal([outcome.status, outcome.error, outcome.response?.length], [200, null, 1_000])
  assert.ok(written < 160, `${written} of 160 parts were written`)
})

test('an answer that never begins is a timeout; one that never ends is cut off, and its status counts', async () => {
  const hasty = createPost({ allowPrivate: true, clock: systemClock, answerWithin: 200 })
  const silent = await outcomeOf(() => {}, hasty)
  assert.equal([silent.status, silent.error], [null, 'timeout'])
  const endless = await outcomeOf((response) => void response.writeHead(200).write('and so on'), hasty)
  assert.equal([endless.status, endless.error, endless.response], [200, null, 'and so on'])
})

test('a certificate that is not trusted is a failure, and the request is not sent', async () => {
  const receiver = await startReceiver({ tls: true })
  const { error, detail } = await allowed({ ...message, url: receiver.url }, never)
  assert.is(error, 'certificate')
  assert.match(detail ?? '', /self-signed certificate/)
  assert.is(receiver.received.length, 0)
  await receiver.stop()
})

test('private, loopback and link-local addresses are refused, whatever names or notations stand for them', async () => {
  const receiver = await startReceiver()
  const { port } = receiver
  const hosts = [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    '[::]',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[64:ff9b::7f00:1]',
  ]
  for (const host of hosts) {
    const { href } = new URL(`http://${host}:${port}/`)
    const { status, error } = await filtered({ ...message, url: href }, never)
    assert.equal([status, error], [null, 'private_address'], host)
  }
  assert.is(receiver.received.length, 0)
  await receiver.stop()
})

test('a refused connection, a receiver that hangs up and an unknown name are failures', async () => {
  const receiver = await startReceiver()
  receiver.answer((response) => void response.destroy())
  assert.is((await allowed({ ...message, url: receiver.url }, never)).error, 'connection')
  await receiver.stop()
  assert.is((await allowed({ ...message, url: receiver.url }, never)).error, 'connection')
  assert.is((await allowed({ ...message, url: 'http://receiver.invalid/' }, never)).error, 'unknown_host')
})

test.run()
