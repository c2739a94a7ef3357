import { createServer } from 'node:net'
import { generate, parser } from 'mqtt-packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { readConfig } from '../../config/config.ts'
import { listen } from '../../net/listen.ts'
import { publishPacket } from '../../system-tests/lib/packets.ts'
import { startOtherBroker, type OtherBroker } from '../../testing/other-broker.ts'
import { createLink } from './link.ts'

const test = suite<{ other: OtherBroker; links: ReturnType<typeof createLink>[] }>('a link to another broker')

test.before.each(async (context) => {
  context.other = await startOtherBroker({ password: 'hush' })
  context.links = []
})
test.after.each(async ({ other, links }) => {
  for (const link of links) link.abort('the test is over')
  await other.stop()
})

interface Context {
  other: Pick<OtherBroker, 'url'>
  links: ReturnType<typeof createLink>[]
}

async function opened({ other, links }: Context, handle: (payload: string) => Promise<void>, password = 'hush') {
  const env = { MQTT_BROKER_URL: other.url, MQTT_BROKER_USERNAME: 'callout', MQTT_BROKER_PASSWORD: password }
  let closed = () => {}
  const gone = new Promise<void>((resolve) => (closed = resolve))
  const link = createLink({
    broker: readConfig(env).bridge!,
    clientId: 'callout',
    onMessage: ({ payload }) => handle(payload.toString()),
    onClose: () => closed(),
    clock: systemClock,
  })
  links.push(link)
  const { sessionPresent } = await link.open()
  return { ...link, sessionPresent, gone }
}

/** Collects received payloads; `until` resolves when there are `count`. */
function collector() {
  const received: string[] = []
  let notify = () => {}
  return {
    received,
    add(payload: string) {
      received.push(payload)
      notify()
    },
    async until(count: number) {
      while (received.length < count) await new Promise<void>((resolve) => (notify = resolve))
    },
  }
}

test('a message is acknowledged after it is stored: if the connection is lost earlier, it is delivered again', async (context) => {
  const { received, add, until } = collector()
  const first = await opened(context, async (payload) => {
    add(payload)
    await first.gone
  })
  await first.subscribe(['a/+'])
  const device = await context.other.connect()
  await device.publish('a/b', 'one')
  await until(1)
  // After these round trips, a PUBACK sent earlier would have arrived.
  await device.publish('x/y', 'a round trip')
  await device.publish('x/y', 'and another')
  context.other.cut()
  await first.gone
  const second = await opened(context, async (payload) => add(payload))
  assert.ok(second.sessionPresent)
  await until(2)
  assert.equal(received, ['one', 'one'])
  await second.end()
  // Now it is acknowledged.
  const third = await opened(context, async (payload) => add(payload))
  await third.subscribe(['a/+'])
  const other = await context.other.connect()
  await other.publish('a/b', 'two')
  await until(3)
  assert.equal(received.slice(2), ['two'])
  await other.end()
})

test('after a message that could not be stored, none is handled; all are delivered again over the next link, in order', async (context) => {
  const { received, add, until } = collector()
  const first = await opened(context, async (payload) => {
    add(payload)
    if (payload === '3') throw new Error('the disk is full')
  })
  await first.subscribe(['a/+'])
  const device = await context.other.connect()
  await Promise.all(Array.from({ length: 6 }, (_, n) => device.publish('a/b', String(n + 1))))
  await first.gone
  await first.settled()
  assert.equal(received, ['1', '2', '3'])
  await opened(context, async (payload) => add(payload))
  await until(7)
  assert.equal(received, ['1', '2', '3', '3', '4', '5', '6'])
  await device.end()
})

test('a link that ends acknowledges no further message, and waits until the current one is stored', async (context) => {
  const { received, add, until } = collector()
  let store = () => {}
  const first = await opened(context, (payload) => {
    add(payload)
    return new Promise((resolve) => (store = resolve))
  })
  await first.subscribe(['a/+'])
  const device = await context.other.connect()
  await device.publish('a/b', '1')
  await until(1)
  await device.publish('a/b', '2')
  const ended = first.end()
  store()
  await ended
  await opened(context, async (payload) => add(payload))
  await until(2)
  assert.equal(received, ['1', '2'])
  await device.end()
})

test('pending publications reject when the link is aborted, and later ones at once', async (context) => {
  const { publish, gone, connected, abort } = await opened(context, async () => {})
  const published = publish('a/b', Buffer.from('x'))
  abort('enough')
  const reason = await published.catch((error: Error) => error.message)
  assert.is(reason, 'enough')
  await gone
  assert.not(connected())
  assert.is(await publish('a/b', Buffer.from('x')).catch((error: Error) => error.message), 'enough')
})

test('a PUBACK read behind a message in progress does not throw after the link is aborted', async ({ links }) => {
  const server = createServer((socket) => {
    const incoming = parser().on('packet', (packet) => {
      if (packet.cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
      if (packet.cmd !== 'publish') return
      const puback = generate({ cmd: 'puback', messageId: packet.messageId })
      socket.write(Buffer.concat([publishPacket('a/b', '1', 1), puback]))
    })
    socket.on('data', (bytes) => void incoming.parse(bytes)).on('error', () => {})
  })
  const port = await listen(server, 0, '127.0.0.1')
  let begin = () => {}
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const link = await opened({ other: { url: `mqtt://127.0.0.1:${port}` }, links }, async () => {
    begin()
    await link.gone
    await new Promise(setImmediate)
  })
  const published = link.publish('x/y', Buffer.from('x')).catch((error: Error) => error.message)
  await begun
  link.abort('enough')
  assert.is(await published, 'enough')
  await link.settled()
  server.close()
})

test('the error of a refused connection contains the reason and no password', async (context) => {
  const reason = await opened(context, async () => {}, 'wrong-one').then(String, (error: Error) => error.message)
  assert.match(reason, /Not authorized/)
  assert.not.match(reason, 'wrong-one')
})

test.run()
