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

async function opened({ other, links }: Context, take: (payload: string) => Promise<void>, password = 'hush') {
  const env = { MQTT_BROKER_URL: other.url, MQTT_BROKER_USERNAME: 'callout', MQTT_BROKER_PASSWORD: password }
  let closed = () => {}
  const gone = new Promise<void>((resolve) => (closed = resolve))
  const made = createLink({
    broker: readConfig(env).bridge!,
    clientId: 'callout',
    onMessage: ({ payload }) => take(payload.toString()),
    onClose: () => closed(),
    clock: systemClock,
  })
  links.push(made)
  const { sessionPresent } = await made.open()
  return { ...made, sessionPresent, gone }
}

/** Collects what is taken; `until` resolves when it is so many. */
function collector() {
  const taken: string[] = []
  let look = () => {}
  return {
    taken,
    add(payload: string) {
      taken.push(payload)
      look()
    },
    async until(count: number) {
      while (taken.length < count) await new Promise<void>((resolve) => (look = resolve))
    },
  }
}

test('a message is not acknowledged before it is stored: when the connection breaks sooner it comes again', async (context) => {
  const { taken, add, until } = collector()
  const first = await opened(context, async (payload) => {
    add(payload)
    await first.gone
  })
  await first.subscribe(['a/+'])
  const device = await context.other.connect()
  await device.publish('a/b', 'one')
  await until(1)
  // Whatever was acknowledged has arrived when this has.
  await device.publish('x/y', 'a round trip')
  await device.publish('x/y', 'and another')
  context.other.cut()
  await first.gone
  const second = await opened(context, async (payload) => add(payload))
  assert.ok(second.sessionPresent)
  await until(2)
  assert.equal(taken, ['one', 'one'])
  await second.end()
  // Now it is acknowledged.
  const third = await opened(context, async (payload) => add(payload))
  await third.subscribe(['a/+'])
  const other = await context.other.connect()
  await other.publish('a/b', 'two')
  await until(3)
  assert.equal(taken.slice(2), ['two'])
  await other.end()
})

test('after one that could not be stored nothing is taken; all of them come again over the next link, in order', async (context) => {
  const { taken, add, until } = collector()
  const first = await opened(context, async (payload) => {
    add(payload)
    if (payload === '3') throw new Error('the disk is full')
  })
  await first.subscribe(['a/+'])
  const device = await context.other.connect()
  await Promise.all(Array.from({ length: 6 }, (_, n) => device.publish('a/b', String(n + 1))))
  await first.gone
  await first.settled()
  assert.equal(taken, ['1', '2', '3'])
  await opened(context, async (payload) => add(payload))
  await until(7)
  assert.equal(taken, ['1', '2', '3', '3', '4', '5', '6'])
  await device.end()
})

test('a link that refuses acknowledges nothing any more, and ends when what it was taking is stored', async (context) => {
  const { taken, add, until } = collector()
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
  assert.equal(taken, ['1', '2'])
  await device.end()
})

test('what waits for an acknowledgement fails with the link, and after that nothing is sent', async (context) => {
  const { publish, gone, connected, abort } = await opened(context, async () => {})
  const published = publish('a/b', Buffer.from('x'))
  abort('enough')
  const why = await published.catch((error: Error) => error.message)
  assert.is(why, 'enough')
  await gone
  assert.not(connected())
  assert.is(await publish('a/b', Buffer.from('x')).catch((error: Error) => error.message), 'enough')
})

test('an acknowledgement that was read behind what is still being taken does no harm once the link is cut', async ({
  links,
}) => {
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

test('a refused connection says so, without the password', async (context) => {
  const why = await opened(context, async () => {}, 'wrong-one').then(String, (error: Error) => error.message)
  assert.match(why, /Not authorized/)
  assert.not.match(why, 'wrong-one')
})

test.run()
