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

const test = suite<{ dir: string }>('persistence')

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

/** A persistence on disk, with one session. */
async function onDisk(dir: string) {
  const database = new ClassicLevel<string, Buffer>(dir, { valueEncoding: 'buffer' })
  await database.open()
  const engine = createLevelPersistence(database)
  const persistence = createPersistence({
    createEngine: () => ({ engine, queues: createOfflineQueues(engine) }),
    orderPayloads: createOrderPayloads(),
    log: pino({ level: 'silent' }),
  })
  await persistence.setup({})
  persistence.beginSession(van.id)
  return {
    persistence,
    database,
    subscribe(topics: string[], client = van) {
      const subscriptions = topics.map((one): StoredSubscription => ({ topic: one, qos: 1 }))
      for (const subscription of subscriptions) persistence.grant(subscription)
      return persistence.addSubscriptions(client, subscriptions)
    },
    publish: async (n: number) =>
      persistence.outgoingEnqueueCombi(await persistence.subscriptionsByTopic(topic), packet(n)),
    async waiting() {
      const numbers: number[] = []
      for await (const { payload } of persistence.outgoingStream(van) as AsyncIterable<Packet>)
        numbers.push(Number(String(payload)))
      return numbers
    },
    keys: () => database.keys().all(),
  }
}

const upTo = (last: number) => Array.from({ length: limits.queued }, (_, index) => last - limits.queued + 1 + index)

test('a full queue drops the oldest messages and survives a restart; ending the session deletes it', async ({
  dir,
}) => {
  const first = await onDisk(dir)
  await first.subscribe([topic])
  const many = limits.queued + 50
  for (let n = 1; n <= many; n++) await first.publish(n)
  assert.equal(await first.waiting(), upTo(many))
  await first.persistence.destroy()

  const second = await onDisk(dir)
  assert.equal(await second.waiting(), upTo(many))
  await second.publish(many + 1)
  assert.equal(await second.waiting(), upTo(many + 1))
  await second.persistence.endSession(van.id)
  assert.equal([await second.waiting(), await second.keys()], [[], []])
  await second.persistence.destroy()
})

test('a queue stays bounded while messages are added, sent and acknowledged concurrently', async ({ dir }) => {
  const { persistence, subscribe, publish, waiting, keys } = await onDisk(dir)
  await subscribe([topic])
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
  await Promise.all(range(1, limits.queued).map(publish))
  const more = range(limits.queued + 1, limits.queued + 500)
  await Promise.all([
    ...more.map(publish),
    // Meanwhile the device is connected: messages get packet ids, and some are acknowledged.
    ...range(1, 300).map((n) => persistence.outgoingUpdate(van, packet(n, n))),
    ...range(1, 100).map((n) => persistence.outgoingClearMessageId(van, packet(n, n))),
  ])
  const remaining = await waiting()
  assert.is(remaining.length, await persistence.waiting(van.id))
  assert.ok(remaining.length <= limits.queued)
  assert.equal(remaining.slice(-500), more)
  await persistence.endSession(van.id)
  assert.equal(await keys(), [])
  await persistence.destroy()
})

test('nothing is stored for a client id without a session, even while a client is connected with it', async ({
  dir,
}) => {
  const { persistence, subscribe, publish, waiting, keys } = await onDisk(dir)
  await subscribe([topic])
  await persistence.endSession(van.id)
  await subscribe([topic])
  assert.equal(await keys(), [])
  persistence.beginSession(van.id)
  await subscribe([topic])
  // Writes that run while the session ends leave nothing behind.
  await Promise.all([publish(1), publish(2), persistence.endSession(van.id), publish(3), subscribe(['orders/new'])])
  assert.equal([await waiting(), await keys()], [[], []])
  await persistence.destroy()
})

test('every stored session is found by its subscriptions or its queue', async ({ dir }) => {
  const { persistence, database, subscribe, publish } = await onDisk(dir)
  const other = { id: 'ana:d2:välfärd/1', clean: false }
  persistence.beginSession(other.id)
  await subscribe([topic, 'orders/new'])
  await subscribe(['orders/new'], other)
  await publish(1)
  const found = []
  for await (const id of storedSessions(database)) found.push(id)
  assert.equal(found, [van.id, other.id, van.id])
  await persistence.destroy()
})

test('the granted filters of a SUBSCRIBE are stored in one write, and no refused ones', async () => {
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
  // Aedes closes the connection at an invalid filter, after it has authorized the filters before it.
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

test('incoming QoS 2 packets are deleted with their connection, although its session stays stored', async () => {
  const base = somePersistence()
  const storedIds = new Set<string>()
  const persistence: typeof base = {
    ...base,
    async incomingStorePacket(client, one) {
      storedIds.add(`${client.id} ${one.messageId}`)
      await base.incomingStorePacket(client, one)
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
  const disconnected = new Promise<void>((resolve) => app.broker.aedes.once('clientDisconnect', () => resolve()))
  wire.destroy()
  await disconnected
  await app.broker.drain()
  await app.stop()
  assert.ok(storedIds.size > 0)
  for (const messageId of [1, 2, 3]) {
    const found = await persistence.incomingGetPacket({ id: 'v:d:van' }, packet(1, messageId)).catch(() => null)
    assert.is(found, null)
  }
  // A packet that Aedes stores after the connection has closed is ignored.
  await base.incomingStorePacket({ id: 'late', closed: true }, packet(1, 9))
  assert.is(await base.incomingGetPacket({ id: 'late' }, packet(1, 9)).catch(() => null), null)
  await base.incomingStorePacket({ id: 'ended' }, packet(1, 9))
  await base.endSession('ended')
  assert.is(await base.incomingGetPacket({ id: 'ended' }, packet(1, 9)).catch(() => null), null)
})

/** A persistence with fake engines: the setup of the first ends at once, that of later ones when `finishSetup` is called. */
function engines() {
  const states: string[] = []
  const subscribed: string[][] = []
  let finishSetup = () => {}
  const setupFinished = new Promise<void>((resolve) => (finishSetup = resolve))
  const persistence = createPersistence({
    createEngine() {
      const index = states.push('made') - 1
      subscribed[index] = []
      const engine: Persistence = {
        ...createMemoryPersistence(),
        async setup() {
          if (index > 0) await setupFinished
          states[index] = 'set up'
        },
        async addSubscriptions(_client, subscriptions) {
          subscribed[index]?.push(...subscriptions.map((one) => one.topic))
        },
        async destroy() {
          states[index] = states[index] === 'set up' ? 'destroyed' : 'destroyed too early'
        },
      }
      return { engine, queues: createOfflineQueues(engine) }
    },
    orderPayloads: createOrderPayloads(),
    log: pino({ level: 'silent' }),
  })
  return { persistence, states, subscribed, finishSetup: () => finishSetup() }
}

test('destroy during an engine swap destroys both engines, each after its setup', async () => {
  const { persistence, states, finishSetup } = engines()
  await persistence.setup({})
  const swapped = persistence.swapEngine()
  await persistence.destroy()
  finishSetup()
  await swapped
  assert.equal(states, ['destroyed', 'destroyed'])
})

test('a subscription during an engine swap is stored in the new engine', async () => {
  const { persistence, subscribed, finishSetup } = engines()
  await persistence.setup({})
  persistence.beginSession(van.id)
  const swapped = persistence.swapEngine()
  const subscription: StoredSubscription = { topic, qos: 1 }
  persistence.grant(subscription)
  const stored = persistence.addSubscriptions(van, [subscription])
  await new Promise(setImmediate)
  finishSetup()
  await Promise.all([swapped, stored])
  assert.equal(subscribed, [[], [topic]])
})

test.run()
