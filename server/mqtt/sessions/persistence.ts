import createMemoryPersistence, {
  type Named,
  type Packet,
  type Persistence,
  type StoredSubscription,
} from 'aedes-persistence'
import { isOrderTopic } from '#shared/topics.ts'
import type { Log } from '../../lib/log.ts'
import { createKeyedMutex } from '../../lib/keyed-mutex.ts'
import { counterOf } from '../../lib/metrics.ts'
import type { OrderPayloads } from '../outbound/order-payloads.ts'
import type { OfflineQueues } from './offline-queues.ts'

/** The part of an Aedes persistence that stores device sessions. */
export type SessionEngine = Pick<
  Persistence,
  | 'setup'
  | 'addSubscriptions'
  | 'removeSubscriptions'
  | 'subscriptionsByClient'
  | 'subscriptionsByTopic'
  | 'cleanSubscriptions'
  | 'outgoingUpdate'
  | 'outgoingStream'
  | 'destroy'
>

/** One of Aedes' persistences (aedes-persistence-level, aedes-persistence-redis) and the queue of each device in it. */
export interface DeviceEngine {
  engine: SessionEngine
  queues: OfflineQueues
  /** Removes what deleted messages have left in files of this process; absent without such files. */
  compact?(): Promise<void>
}

export interface PersistenceDependencies {
  /** Creates the engine that stores device sessions across restarts. */
  createEngine: () => DeviceEngine
  orderPayloads: OrderPayloads
  log: Log
}

const wildcard = /[+#]/

/** Aedes only calls `pipe` on the stream of retained messages. An empty one needs no stream. */
const emptyStream = { pipe() {} }

export type BrokerPersistence = ReturnType<typeof createPersistence>

/**
 * The persistence of Aedes. Only device sessions are stored in the engine: retained messages are the vendors' statuses,
 * the catalogue and the alerts, which every start publishes again, and every other session is clean. Acknowledgements of clean
 * sessions are not looked up: aedes-persistence would allocate about 120 bytes for each client that ever sent one.
 *
 * A session is stored from `beginSession` to `endSession`. Nothing is stored for other client ids, although a connection
 * of an earlier session may still be open. An order is stored in the view of the device's vendor, as it would be
 * delivered. A write that fails is logged and does not stop the delivery to other receivers.
 */
export function createPersistence({ createEngine, orderPayloads, log }: PersistenceDependencies) {
  const memory = createMemoryPersistence()
  const retained = new Map<string, Buffer>()
  const sessions = new Set<string>()
  const granted = new WeakSet<StoredSubscription>()
  const storing = new WeakMap<readonly StoredSubscription[], Promise<void>>()
  let { engine, queues, compact } = createEngine()
  let broker: unknown = null
  let destroyed = false
  let dropped = 0
  /** Subscription changes wait for a pending engine swap. */
  let pendingSwap = Promise.resolve()
  // Per client id: serialises all engine changes of one device.
  const withLock = createKeyedMutex()

  /** A device's client id is `<vendor>:<device>:<its own>` (hooks/authenticate.ts). */
  const vendorOf = (clientId: string) => ({ id: clientId.split(':', 1)[0] ?? '', role: 'vendor' }) as const

  const logFailure = (what: string) => (error: unknown) =>
    log.error({ error }, `${what} of a device could not be stored`)

  /** The packet as the device's vendor may read it; null if the vendor may not read it. */
  function packetInView(clientId: string, packet: Packet): Packet | null {
    if (!isOrderTopic(packet.topic)) return packet
    const payload = orderPayloads.payloadFor(vendorOf(clientId), packet.payload)
    return payload && { ...packet, payload }
  }

  async function enqueue(clientId: string, packet: Packet) {
    const visible = packetInView(clientId, packet)
    if (!visible) return
    await withLock(clientId, async () => {
      if (sessions.has(clientId) && (await queues.add({ id: clientId }, visible))) dropped++
    })
  }

  async function store(client: Named, subscriptions: readonly StoredSubscription[]) {
    // Aedes authorizes the filters of a SUBSCRIBE in one turn, but requests storage after the first: wait for all grants.
    await Promise.resolve()
    const allowed = subscriptions.filter((subscription) => granted.has(subscription))
    await pendingSwap
    await withLock(client.id, async () => {
      if (sessions.has(client.id)) await engine.addSubscriptions(client, allowed)
    })
  }

  async function swapEngine() {
    const next = createEngine()
    await next.engine.setup(broker)
    if (destroyed) return next.engine.destroy()
    const old = engine
    ;({ engine, queues, compact } = next)
    await old.destroy()
  }

  const persistence = {
    async setup(running: unknown) {
      broker = running
      await memory.setup(broker)
      await engine.setup(broker)
    },

    async storeRetained(packet: Packet) {
      if (packet.payload.length > 0) retained.set(packet.topic, packet.payload)
      else retained.delete(packet.topic)
      await memory.storeRetained(packet)
    },
    /** Whether this payload is still the retained one of its topic. */
    isCurrent: ({ topic, payload }: { topic: string; payload: unknown }) => retained.get(topic) === payload,
    /** The retained payload of a topic. */
    retainedPayload: (topic: string): Buffer | undefined => retained.get(topic),
    retainedTopics: (): string[] => [...retained.keys()],
    createRetainedStreamCombi: (filters: string[]) =>
      filters.some((filter) => retained.has(filter) || wildcard.test(filter))
        ? memory.createRetainedStreamCombi(filters)
        : emptyStream,

    /** Marks one subscription of a SUBSCRIBE as permitted. */
    grant: (subscription: StoredSubscription) => void granted.add(subscription),
    /** Aedes passes the whole SUBSCRIBE once per permitted filter, including refused filters. Those must not be stored. */
    addSubscriptions(client: Named, subscriptions: readonly StoredSubscription[]): Promise<void> {
      const stored = storing.get(subscriptions) ?? store(client, subscriptions)
      storing.set(subscriptions, stored)
      return stored
    },
    async removeSubscriptions(client: Named, topics: readonly string[]) {
      await pendingSwap
      await withLock(client.id, () => engine.removeSubscriptions(client, topics))
    },
    subscriptionsByClient: (client: Named) => engine.subscriptionsByClient(client),
    subscriptionsByTopic: (topic: string) => engine.subscriptionsByTopic(topic),
    /** Clean sessions store none; those of a device are deleted by `endSession`. */
    async cleanSubscriptions() {},

    async outgoingEnqueueCombi(subscriptions: readonly { clientId: string; qos: number }[], packet: Packet) {
      const receivers = new Set(subscriptions.filter(({ qos }) => qos > 0).map(({ clientId }) => clientId))
      await Promise.all([...receivers].map((id) => enqueue(id, packet).catch(logFailure('a message'))))
    },
    async outgoingUpdate(client: Named, packet: Packet) {
      const update = withLock(client.id, () => engine.outgoingUpdate(client, packet))
      // A message that was just dropped from a full queue is delivered nevertheless.
      await update.catch((error: unknown) => log.debug({ error }, 'no longer stored'))
    },
    async outgoingClearMessageId(client: Named & { clean?: boolean; closed?: boolean }, { messageId }: Packet) {
      // When a connection is lost during delivery, `authorizeForward` refuses the rest of the queue, and Aedes would delete
      // it. It stays stored, so the next connection receives it.
      if (client.clean !== false || client.closed || messageId === undefined) return undefined
      return withLock(client.id, () => queues.clear(client, messageId))
    },
    /** Aedes reads the queue of every connection with `pipeline()`, which accepts an array: clean sessions need no stream. */
    outgoingStream: (client: Named & { clean?: boolean }): Iterable<Packet> | AsyncIterable<Packet> =>
      client.clean === false ? engine.outgoingStream(client) : [],

    // Inbound QoS 2, which no topic needs, is stored until the connection closes. Aedes may call this after the close.
    async incomingStorePacket(client: Named & { closed?: boolean }, packet: Packet) {
      if (!client.closed) await memory.incomingStorePacket(client, packet)
    },
    incomingGetPacket: memory.incomingGetPacket.bind(memory),
    incomingDelPacket: memory.incomingDelPacket.bind(memory),
    cleanIncoming: memory.cleanIncoming.bind(memory),

    // Aedes holds a will in memory with its connection. Stored wills would all be published after a crash, although every
    // vendor is offline at a start anyway.
    async putWill() {},
    async delWill() {},
    async *streamWill() {},

    /** Starts storing a session under this client id. */
    beginSession: (clientId: string) => void sessions.add(clientId),

    /** Deletes the session of this client id and its queue. */
    async endSession(clientId: string) {
      sessions.delete(clientId)
      const client = { id: clientId }
      await memory.cleanIncoming(client)
      await withLock(clientId, async () => {
        await engine.cleanSubscriptions(client)
        await queues.end(client)
      })
    },

    /** The length of this client id's queue. */
    waiting: (clientId: string) => withLock(clientId, () => queues.count({ id: clientId })),

    /** Deletes the queued messages that `matches` finds, of every session. */
    async discard(matches: (packet: Packet) => Promise<boolean>) {
      for (const id of sessions) await withLock(id, () => queues.discard({ id }, matches))
      await compact?.()
    },

    /** Another node has ended the session of this client id. */
    forgetSession: (clientId: string) => void sessions.delete(clientId),

    /** Replaces the engine after its database was unavailable: other nodes may have changed the data meanwhile. */
    swapEngine(): Promise<void> {
      const swapped = swapEngine()
      pendingSwap = swapped.catch(() => {})
      return swapped
    },

    metric: counterOf(
      {
        name: 'callout_mqtt_queued_messages_dropped_total',
        help: 'Messages that left the full queue of an offline device.',
      },
      () => dropped,
    ),

    /** During an engine swap, `swapEngine` destroys the new engine, because an engine cannot be destroyed before its setup. */
    destroy() {
      destroyed = true
      return engine.destroy()
    },
  }
  return persistence
}
