import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import createMemoryPersistence, { type Packet, type Persistence, type StoredSubscription } from 'aedes-persistence'
import createLevelPersistence from 'aedes-persistence-level'
import { ClassicLevel } from 'classic-level'
import { generate, type ISubackPacket } from 'mqtt-packet'
import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packetsOf, quietClient } from '../../system-tests/lib/clients.ts'
import { subscribePacket } from '../../system-tests/lib/packets.ts'
import { anIdentity, somePersistence, startBroker } from '../../testing/broker.ts'
import { limits } from '../limits.ts'
import { createOrderPayloads } from '../outbound/order-payloads.ts'
import { createPersistence } from './persistence.ts'
import { createOfflineQueues } from './offline-queues.ts'
import { storedSessions } from './stored-sessions.ts'

const test = suite<{ dir: string }>('what the broker keeps')

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'callout-sessions-'))
})
test.after.each(({ dir }) => rm(dir, { recursive: true }))

const van = { id: 'ana:d1:van', clean: false }
const topic = 'users/ana/notifications'

const packet = (n: number, messageId?: number): Packet & { cmd: string } => ({
  cmd: 'publish',
  topic,
  payload: Buffer.from(String(n)),
  qos: 1,
  retain: false,
  brokerId: 'node-1',
  brokerCounter: n,
  ...(messageId === undefined ? {} : { messageId }),
})

/** Kept on disk, with one session begun. */
async function onDisk(dir: string) {
  const database = new ClassicLevel<string, Buffer>(dir, { valueEncoding: 'buffer' })
  await database.open()
  const engine = createLevelPersistence(database)
  const kept = createPersistence({
    createEngine: () => ({ engine, queues: createOfflineQueues(engine) }),
    orderPayloads: createOrderPayloads(),
    log: pino({ level: 'silent' }),
  })
  await kept.setup({})
  kept.beginSession(van.id)
  return {
    kept,
    database,
    subscribe(topics: string[], client = van) {
      const subscriptions = topics.map((one): StoredSubscription => ({ topic: one, qos: 1 }))
      for (const subscription of subscriptions) kept.grant(subscription)
      return kept.addSubscriptions(client, subscriptions)
    },
    publish: async (n: number) => kept.outgoingEnqueueCombi(await kept.subscriptionsByTopic(topic), packet(n)),
    async waiting() {
      const numbers: number[] = []
      for await (const { payload } of kept.outgoingStream(van) as AsyncIterable<Packet>)
        numbers.push(Number(String(payload)))
      return numbers
    },
    keys: () => database.keys().all(),
  }
}

const upTo = (last: number) => Array.from({ length: limits.queued }, (_, index) => last - limits.queued + 1 + index)

test('of what waits for a device the newest stays, through a restart; an ended session has nothing', async ({
  dir,
}) => {
  const first = await onDisk(dir)
  await first.subscribe([topic])
  const many = limits.queued + 50
  for (let n = 1; n <= many; n++) await first.publish(n)
  assert.equal(await first.waiting(), upTo(many))
  await first.kept.destroy()

  const second = await onDisk(dir)
  assert.equal(await second.waiting(), upTo(many))
  await second.publish(many + 1)
  assert.equal(await second.waiting(), upTo(many + 1))
  await second.kept.endSession(van.id)
  assert.equal([await second.waiting(), await second.keys()], [[], []])
  await second.kept.destroy()
})

test('a queue is as bounded when messages come, are sent and are acknowledged all at once', async ({ dir }) => {
  const { kept, subscribe, publish, waiting, keys } = await onDisk(dir)
  await subscribe([topic])
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
  await Promise.all(range(1, limits.queued).map(publish))
  const more = range(limits.queued + 1, limits.queued + 500)
  await Promise.all([
    ...more.map(publish),
    // Meanwhile the device is awake: what is about to go is given a packet id, and some is acknowledged.
    ...range(1, 300).map((n) => kept.outgoingUpdate(van, packet(n, n))),
    ...range(1, 100).map((n) => kept.outgoingClearMessageId(van, packet(n, n))),
  ])
  const left = await waiting()
  assert.is(left.length, await kept.waiting(van.id))
  assert.ok(left.length <= limits.queued)
  assert.equal(left.slice(-500), more)
  await kept.endSession(van.id)
  assert.equal(await keys(), [])
  await kept.destroy()
})

test('nothing is stored for a client id without a session, even while a client is connected with it', async ({
  dir,
}) => {
  const { kept, subscribe, publish, waiting, keys } = await onDisk(dir)
  await subscribe([topic])
  await kept.endSession(van.id)
  await subscribe([topic])
  assert.equal(await keys(), [])
  kept.beginSession(van.id)
  await subscribe([topic])
  // What is on its way as the session ends does not outlive it.
  await Promise.all([publish(1), publish(2), kept.endSession(van.id), publish(3), subscribe(['orders/new'])])
  assert.equal([await waiting(), await keys()], [[], []])
  await kept.destroy()
})

test('every session that is stored is found, by its subscriptions or by what waits for it', async ({ dir }) => {
  const { kept, database, subscribe, publish } = await onDisk(dir)
  const other = { id: 'ana:d2:välfärd/1', clean: false }
  kept.beginSession(other.id)
  await subscribe([topic, 'orders/new'])
  await subscribe(['orders/new'], other)
  await publish(1)
  const found = []
  for await (const id of storedSessions(database)) found.push(id)
  assert.equal(found, [van.id, other.id, van.id])
  await kept.destroy()
})

test('of a SUBSCRIBE what was granted is stored, in one go, and it alone', async () => {
  const stored: StoredSubscription[][] = []
  const persistence = somePersistence({
    async addSubscriptions(_client: unknown, subscriptions: readonly StoredSubscription[]) {
      stored.push([...subscriptions])
    },
  })
  persistence.beginSession('v:d:van')
  const identify = async () => anIdentity({ id: 'v', role: 'vendor', deviceId: 'd', sessionId: null })
  const app = await startBroker({ persistence, identify })
  const wire = await quietClient(app, 'tcp', { token: 'any' }, { clientId: 'van', clean: false })
  const suback = new Promise<ISubackPacket>((resolve) => packetsOf(wire, (one) => one.cmd === 'suback' && resolve(one)))
  wire.send(subscribePacket('orders/new', 'orders/#', 'users/v/replies', 'x'.repeat(300), 'users/w/replies'))
  assert.equal((await suback).granted, [1, 128, 1, 128, 128])
  assert.equal(
    stored.map((one) => one.map(({ topic: name }) => name)),
    [['orders/new', 'users/v/replies']],
  )
  // Aedes itself closes on a filter that is none, after it has asked for those before it.
  wire.send(subscribePacket('orders/update', 'users/v/a#'))
  await wire.closed
  assert.equal(
    stored
      .slice(1)
      .flat()
      .map(({ topic: name }) => name),
    ['orders/update'],
  )
  await app.stop()
})

test('what came at QoS 2 is forgotten with its connection, though its session is kept', async () => {
  const kept = somePersistence()
  const left = new Set<string>()
  const persistence: typeof kept = {
    ...kept,
    async incomingStorePacket(client, one) {
      left.add(`${client.id} ${one.messageId}`)
      await kept.incomingStorePacket(client, one)
    },
  }
  const identify = async () => anIdentity({ id: 'v', role: 'vendor', deviceId: 'd', sessionId: null })
  const app = await startBroker({ persistence, identify })
  const wire = await quietClient(app, 'tcp', { token: 'any' }, { clientId: 'van', clean: false })
  const received = new Promise<void>((resolve) => packetsOf(wire, ({ cmd }) => cmd === 'pubrec' && resolve()))
  const halfOpen = (messageId: number) =>
    generate({ cmd: 'publish', topic: 'x', payload: 'y', qos: 2, messageId, retain: false, dup: false })
  wire.send(Buffer.concat([1, 2, 3].map(halfOpen)))
  await received
  const gone = new Promise<void>((resolve) => app.broker.aedes.once('clientDisconnect', () => resolve()))
  wire.destroy()
  await gone
  await app.broker.drain()
  await app.stop()
  assert.ok(left.size > 0)
  for (const messageId of [1, 2, 3]) {
    const found = await persistence.incomingGetPacket({ id: 'v:d:van' }, packet(1, messageId)).catch(() => null)
    assert.is(found, null)
  }
  // One that Aedes comes with when the connection is gone already is not kept at all.
  await kept.incomingStorePacket({ id: 'late', closed: true }, packet(1, 9))
  assert.is(await kept.incomingGetPacket({ id: 'late' }, packet(1, 9)).catch(() => null), null)
  await kept.incomingStorePacket({ id: 'ended' }, packet(1, 9))
  await kept.endSession('ended')
  assert.is(await kept.incomingGetPacket({ id: 'ended' }, packet(1, 9)).catch(() => null), null)
})

/** Of engines that each new beginning makes: the first is set up at once, the others when `goOn` is called. */
function engines() {
  const states: string[] = []
  const subscribed: string[][] = []
  let goOn = () => {}
  const mayGoOn = new Promise<void>((resolve) => (goOn = resolve))
  const kept = createPersistence({
    createEngine() {
      const own = states.push('made') - 1
      subscribed[own] = []
      const engine: Persistence = {
        ...createMemoryPersistence(),
        async setup() {
          if (own > 0) await mayGoOn
          states[own] = 'set up'
        },
        async addSubscriptions(_client, subscriptions) {
          subscribed[own]?.push(...subscriptions.map((one) => one.topic))
        },
        async destroy() {
          states[own] = states[own] === 'set up' ? 'destroyed' : 'destroyed too early'
        },
      }
      return { engine, queues: createOfflineQueues(engine) }
    },
    orderPayloads: createOrderPayloads(),
    log: pino({ level: 'silent' }),
  })
  return { kept, states, subscribed, goOn: () => goOn() }
}

test('what is destroyed while it begins anew leaves nothing open, and destroys nothing that is not set up', async () => {
  const { kept, states, goOn } = engines()
  await kept.setup({})
  const renewed = kept.swapEngine()
  await kept.destroy()
  goOn()
  await renewed
  assert.equal(states, ['destroyed', 'destroyed'])
})

test('what is subscribed while it begins anew is known to the one that comes', async () => {
  const { kept, subscribed, goOn } = engines()
  await kept.setup({})
  kept.beginSession(van.id)
  const renewed = kept.swapEngine()
  const subscription: StoredSubscription = { topic, qos: 1 }
  kept.grant(subscription)
  const stored = kept.addSubscriptions(van, [subscription])
  await new Promise(setImmediate)
  goOn()
  await Promise.all([renewed, stored])
  assert.equal(subscribed, [[], [topic]])
})

test.run()
