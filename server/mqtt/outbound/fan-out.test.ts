import { Socket } from 'node:net'
import { Writable } from 'node:stream'
import type { Client } from 'aedes'
import { generate, parser, type IPublishPacket } from 'mqtt-packet'
import { QlobberDedup } from 'qlobber'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packetsOf, quietClient } from '../../system-tests/lib/clients.ts'
import type { Via } from '../../system-tests/lib/wire.ts'
import { startBroker } from '../../testing/broker.ts'
import { createFanOut, type FanOut } from './fan-out.ts'
import { discardTopic } from '../discard-topic.ts'
import { clientsOf } from '../transport/aedes-internals.ts'

const test = suite('fan-out')

type App = Awaited<ReturnType<typeof startBroker>>

interface Subscribing {
  via?: Via
  qos?: 0 | 1
  filter?: string
}

// Views are tested in system-tests/matrix.system.ts: here every subscriber may read everything.
const topic = 'vendor/status'

/** A subscriber, and how to wait for so many publications. */
async function subscriber(app: App, { via = 'websocket', qos = 1, filter = topic }: Subscribing = {}) {
  const wire = await quietClient(app, via, { token: 'any' })
  const received: IPublishPacket[] = []
  let look = () => {}
  const subscribed = new Promise<void>((resolve) =>
    packetsOf(wire, (packet) => {
      if (packet.cmd === 'suback') resolve()
      if (packet.cmd === 'publish') received.push(packet)
      look()
    }),
  )
  wire.send(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos }] }))
  await subscribed
  return {
    received,
    async untilReceived(count: number) {
      while (received.length < count) await new Promise<void>((resolve) => (look = resolve))
      return received.map(({ payload }) => String(payload))
    },
    destroy: wire.destroy,
  }
}

/** A binary frame without a mask, as a server sends it (RFC 6455, 5.2). */
const isServerFrame = ([first = 0, second = 0]: Buffer) => first === 0x82 && second < 0x80

/** The buffers of frames written to sockets by the server during `work`. */
async function written(work: (soFar: readonly Buffer[]) => Promise<void>): Promise<Buffer[]> {
  const { write } = Socket.prototype
  const pieces: Buffer[] = []
  Socket.prototype.write = function (...values: unknown[]) {
    const [bytes] = values
    if (Buffer.isBuffer(bytes) && isServerFrame(bytes)) pieces.push(bytes)
    return Reflect.apply(write, this, values)
  }
  try {
    await work(pieces)
  } finally {
    Socket.prototype.write = write
  }
  return pieces
}

const publish = (
  { broker }: App,
  payload: string,
  { qos = 1, retain = false }: { qos?: 0 | 1; retain?: boolean } = {},
) => broker.aedes.publish({ cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain, dup: false }, () => {})
const clientsIn = ({ broker }: App) => clientsOf(broker.aedes)

test('a publication is encoded once per transport and QoS', async () => {
  const app = await startBroker()
  const screens = await Promise.all(Array.from({ length: 3 }, () => subscriber(app, { qos: 0 })))
  const careful = await Promise.all(Array.from({ length: 2 }, () => subscriber(app, { filter: 'vendor/#' })))
  const devices = [await subscriber(app, { via: 'tcp' }), await subscriber(app, { via: 'tcp', qos: 0 })]
  const all = [...screens, ...careful, ...devices]
  const pieces = await written(async () => {
    publish(app, 'one')
    await Promise.all(all.map((one) => one.untilReceived(1)))
  })
  // The same buffer: Aedes would have encoded one per receiver.
  assert.is(new Set(pieces).size, 2)
  assert.is(pieces.length, screens.length + careful.length)
  assert.equal(
    all.map(({ received }) =>
      received.map((packet) => [packet.topic, String(packet.payload), packet.qos, packet.retain, packet.dup]),
    ),
    all.map((_, n) => [['vendor/status', 'one', n < 3 || n === 6 ? 0 : 1, false, false]]),
  )
  publish(app, 'two', { qos: 0 })
  await Promise.all(all.map((one) => one.untilReceived(2)))
  assert.ok(all.every(({ received }) => received[1]?.qos === 0))
  for (const one of all) one.destroy()
  await app.stop()
})

test('concurrent publications reach each subscriber in one write, in order, up to the size of a round', async () => {
  const app = await startBroker()
  const screens = await Promise.all(Array.from({ length: 3 }, () => subscriber(app)))
  const names = Array.from({ length: 20 }, (_, n) => `${n}`)
  const pieces = await written(async () => {
    for (const name of names) publish(app, name)
    for (const screen of screens) assert.equal(await screen.untilReceived(20), names)
  })
  assert.is(pieces.length, 3)

  const large = await written(async () => {
    for (const name of names) publish(app, name.padEnd(20_000, ' '))
    for (const screen of screens) await screen.untilReceived(40)
  })
  assert.ok(large.length > 3 * 5)
  assert.ok(large.every(({ length }) => length < 64 * 1024))
  for (const one of screens) one.destroy()
  await app.stop()
})

test('a publication has the same packet id for all; those of Aedes are below', async () => {
  const app = await startBroker()
  const screens = [await subscriber(app), await subscriber(app), await subscriber(app, { via: 'tcp' })]
  publish(app, 'one')
  publish(app, 'kept', { retain: true })
  for (const screen of screens) await screen.untilReceived(2)
  const idsOf = ({ received }: (typeof screens)[number]) => received.map(({ messageId = 0 }) => messageId)
  const [ids = [], ...others] = screens.map(idsOf)
  assert.ok(ids.every((id) => id >= 32_768) && ids[0] !== ids[1], ids.join())
  for (const other of others) assert.equal(other, ids)

  // Aedes sends the retained message, and counts on from where it was, up to half of its ids.
  const [client] = clientsIn(app)
  assert.ok(client)
  const retained = () => screens.flatMap(({ received }) => received).filter(({ retain }) => retain)
  for (const [next, filter] of Object.entries({ 16_000: 'vendor/+', 17_000: 'vendor/#' })) {
    Object.assign(client, { _nextId: Number(next) })
    const before = retained().length
    client.subscribe({ topic: filter, qos: 1 }, () => {})
    while (retained().length === before) await new Promise(setImmediate)
  }
  const [first = 0, second = 0] = retained().map(({ messageId = 0 }) => messageId)
  assert.ok(first >= 16_000 && first < 16_010 && second > 0 && second < 10, `${first} ${second}`)
  for (const one of screens) one.destroy()
  await app.stop()
})

test('packet ids stay between those of Aedes and the largest, and only repeat after all of them', async () => {
  const fanOut = createFanOut()
  fanOut.serve(
    (_client, forwarded) => forwarded,
    () => {},
  )
  const ids: number[] = []
  const incoming = parser()
  incoming.on('packet', ({ messageId = 0 }) => ids.push(messageId))
  subscribeStream(fanOut, (bytes, done) => (incoming.parse(bytes), done()), 1)
  const count = 32_768 + 2
  await new Promise<void>((resolve) => {
    for (let n = 1; n <= count; n++)
      fanOut.mq.emit({ ...packet, qos: 1, payload: Buffer.from('x') }, () => n === count && resolve())
  })
  assert.equal([ids.length, new Set(ids).size], [count, 32_768])
  assert.equal([Math.min(...ids), Math.max(...ids)], [32_768, 65_535])
  assert.equal(ids.slice(0, 2), ids.slice(-2))
})

test('a client whose filters overlap receives one copy, with the highest QoS', async () => {
  const app = await startBroker()
  const screen = await subscriber(app, { qos: 0 })
  const [client] = clientsIn(app)
  const subscriptions = ['vendor/+', '#'].map((filter, n) => ({ topic: filter, qos: n === 0 ? 1 : 0 }) as const)
  for (const subscription of subscriptions)
    await new Promise<void>((resolve) => client?.subscribe(subscription, () => resolve()))
  for (const name of ['one', 'two']) publish(app, name)
  assert.equal(await screen.untilReceived(2), ['one', 'two'])
  assert.equal(
    screen.received.map(({ qos }) => qos),
    [1, 1],
  )
  screen.destroy()
  await app.stop()
})

test('a client that unsubscribes at once is not referenced any longer', async () => {
  const app = await startBroker()
  const wire = await quietClient(app, 'websocket', { token: 'any' })
  const done = new Promise<void>((resolve) => packetsOf(wire, ({ cmd }) => cmd === 'pingresp' && resolve()))
  const subscribe = generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
  const unsubscribe = generate({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: [topic] })
  wire.send(Buffer.concat([subscribe, unsubscribe, subscribe, unsubscribe, generate({ cmd: 'pingreq' })]))
  await done
  wire.destroy()
  await app.stop()
})

test('a client that is closed at the time of sending receives nothing, and takes nothing from the others', async () => {
  const app = await startBroker()
  const [goes, stays] = [await subscriber(app), await subscriber(app)]
  const [going] = clientsIn(app)
  const pieces = await written(async () => {
    publish(app, 'one')
    going?.close()
    publish(app, 'two')
    assert.equal(await stays.untilReceived(2), ['one', 'two'])
  })
  assert.equal([pieces.length, goes.received.length], [1, 0])
  for (const one of [stays, goes]) one.destroy()
  await app.stop()
})

test('a publication is done when it has been written to every subscriber', async () => {
  const app = await startBroker()
  const screens = await Promise.all(Array.from({ length: 250 }, () => subscriber(app)))
  const pieces = await written(
    () =>
      new Promise<void>((resolve) => {
        const packet = { cmd: 'publish', topic, payload: Buffer.from('x'), qos: 1, retain: false, dup: false } as const
        app.broker.aedes.publish(packet, () => resolve())
      }),
  )
  assert.is(pieces.length, 250)
  for (const one of screens) one.destroy()
  await app.stop()
})

test('the subscribers of a topic are cached until a subscription changes', async () => {
  const app = await startBroker()
  const screen = await subscriber(app)
  const { match } = QlobberDedup.prototype
  let looked = 0
  QlobberDedup.prototype.match = function (name) {
    if (name === topic) looked++
    return Reflect.apply(match, this, [name])
  }
  for (let n = 0; n < 300; n++) publish(app, 'before')
  await screen.untilReceived(300)
  assert.is(looked, 1)
  const late = await subscriber(app)
  publish(app, 'after')
  await screen.untilReceived(301)
  assert.equal(await late.untilReceived(1), ['after'])
  assert.is(looked, 2)
  QlobberDedup.prototype.match = match
  for (const one of [screen, late]) one.destroy()
  await app.stop()
})

/** Subscribes a stream without a broker. */
function subscribeStream(
  fanOut: FanOut,
  write: (bytes: Buffer, done: () => void) => void,
  qos: 0 | 1 = 0,
  audience = 'all',
) {
  const conn = new Writable({ write: (bytes: Buffer, _encoding, done) => write(bytes, done) })
  const deliver = () => {}
  const client = { clean: true, closed: false, conn, subscriptions: { [topic]: { func: deliver } }, _nextId: 1 }
  fanOut.mq.on(topic, deliver)
  fanOut.admit(client as unknown as Client, [{ topic, qos }], audience)
}

const packet = { cmd: 'publish', topic, qos: 0, retain: false, dup: false, brokerId: 'b', brokerCounter: 1 } as const

test('other work runs between two slices; while HTTP is idle there is one slice', async () => {
  let idle = false
  const fanOut = createFanOut({ isIdle: () => idle })
  fanOut.serve(
    (_client, forwarded) => forwarded,
    () => {},
  )
  let receivedCount = 0
  for (let n = 0; n < 450; n++) subscribeStream(fanOut, (_bytes, done) => (receivedCount++, done()))
  /** The number of subscribers written to, counted once per event-loop turn. */
  async function looks() {
    receivedCount = 0
    const counts = new Set<number>()
    let over = false
    fanOut.mq.emit({ ...packet, payload: Buffer.from('x') }, () => (over = true))
    while (!over || receivedCount < 450) {
      await new Promise(setImmediate)
      counts.add(receivedCount)
    }
    return [...counts]
  }
  assert.equal(await looks(), [0, 200, 400, 450])
  idle = true
  assert.equal(await looks(), [0, 450])
})

test('all receivers share one buffer, also while one of them is blocked', async () => {
  const fanOut = createFanOut()
  fanOut.serve(
    (_client, forwarded) => forwarded,
    () => {},
  )
  const buffers: Buffer[] = []
  const reads = (bytes: Buffer, done: () => void) => (buffers.push(bytes), done())
  const isBlocked = (bytes: Buffer) => void buffers.push(bytes)
  for (const write of [reads, isBlocked, reads]) subscribeStream(fanOut, write, 1)
  const publication = { ...packet, qos: 1, payload: Buffer.from('x') } as const
  await new Promise<void>((resolve) => fanOut.mq.emit(publication, () => resolve()))
  assert.equal([buffers.length, new Set(buffers).size], [3, 1])
})

test('permission is asked once for each audience and publication; who may not read it receives nothing', async () => {
  const fanOut = createFanOut()
  const received: string[] = []
  const audiences = ['admin', 'admin', 'ana', 'ben']
  for (const audience of audiences)
    subscribeStream(fanOut, (_bytes, done) => (received.push(audience), done()), 0, audience)
  let asked = 0
  let sent = 0
  fanOut.serve(
    (_client, forwarded) => (++asked === 3 ? null : forwarded),
    (packets) => (sent += packets),
  )
  await new Promise<void>((resolve) => fanOut.mq.emit({ ...packet, payload: Buffer.from('x') }, () => resolve()))
  assert.equal([asked, sent, received], [3, 3, ['admin', 'admin', 'ana']])
})

test('packets that Aedes is about to write precede later publications', async () => {
  const fanOut = createFanOut()
  const out: string[] = []
  fanOut.serve(
    (_client, forwarded) => forwarded,
    () => {},
  )
  subscribeStream(fanOut, (bytes, done) => {
    out.push(bytes.includes('newer') ? 'newer' : 'other')
    done()
  })
  fanOut.mq.emit({ ...packet, payload: Buffer.from('other') })
  setImmediate(() => out.push('retained'))
  await new Promise<void>((resolve) => fanOut.mq.emit({ ...packet, payload: Buffer.from('newer') }, () => resolve()))
  await new Promise(setImmediate)
  assert.is(out[0], 'retained')
})

test('a publication without subscribers does not wait for a round', async () => {
  const app = await startBroker()
  const screens = await Promise.all(Array.from({ length: 450 }, () => subscriber(app, { qos: 0 })))
  let before = -1
  await written(async (soFar) => {
    publish(app, 'for all')
    const discarded = { cmd: 'publish', topic: discardTopic, payload: '', qos: 0, retain: false, dup: false } as const
    app.broker.aedes.publish(discarded, () => (before = soFar.length))
    await Promise.all(screens.map((one) => one.untilReceived(1)))
  })
  assert.ok(before >= 0 && before < 450, `after ${before}`)
  for (const one of screens) one.destroy()
  await app.stop()
})

test.run()
