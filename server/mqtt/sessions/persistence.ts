import createMemoryPersistence, {
  type Named,
  type Packet,
  type Persistence,
  type StoredSubscription,
} from 'aedes-persistence'
import { isOrderTopic } from '#shared/topics.ts'
import type { Log } from '../../lib/log.ts'
import { createKeyedMutex } from '../../lib/keyed-mutex.ts'
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
}

export interface PersistenceDependencies {
  /** Makes what keeps the sessions of devices through a restart. */
  createEngine: () => DeviceEngine
  orderPayloads: OrderPayloads
  log: Log
}

const wildcard = /[+#]/

/** All that Aedes does with what is retained is to pipe it: where there is nothing, nothing ever comes. */
const nothingRetained = { pipe() {} }

export type BrokerPersistence = ReturnType<typeof createPersistence>

/**
 * What the broker keeps, between Aedes and its engine. Only devices' sessions go to the engine: retained messages are
 * the vendors' statuses, which every start publishes again, and every other session is clean. Aedes asks for every
 * acknowledgement of theirs, too, and its memory would keep some 120 bytes for each client that ever sent one.
 *
 * A session is kept from `beginSession` to `endSession`: under any other name nothing is, though a connection of an
 * earlier session may still be open. An order is kept in the view of the device's vendor, as it would have been
 * delivered. What the engine cannot keep is logged; it must not keep the others from being told.
 */
export function createPersistence({ createEngine, orderPayloads, log }: PersistenceDependencies) {
  const memory = createMemoryPersistence()
  const retained = new Map<string, Buffer>()
  const sessions = new Set<string>()
  const granted = new WeakSet<StoredSubscription>()
  const storing = new WeakMap<readonly StoredSubscription[], Promise<void>>()
  let { engine, queues } = createEngine()
  let broker: unknown = null
  let destroyed = false
  /** Subscription changes wait for a pending engine swap. */
  let renewing = Promise.resolve()
  // By client id: everything that changes what the engine has of one device.
  const withLock = createKeyedMutex()

  /** A device's client id is `<vendor>:<device>:<its own>` (hooks/authenticate.ts). */
  const vendorOf = (clientId: string) => ({ id: clientId.split(':', 1)[0] ?? '', role: 'vendor' }) as const

  const failed = (what: string) => (error: unknown) => log.error({ error }, `${what} of a device could not be kept`)

  /** The packet as the device's vendor may read it; null when there is nothing in it for them. */
  function inView(clientId: string, packet: Packet): Packet | null {
    if (!isOrderTopic(packet.topic)) return packet
    const payload = orderPayloads.payloadFor(vendorOf(clientId), packet.payload)
    return payload && { ...packet, payload }
  }

  async function enqueue(clientId: string, packet: Packet) {
    const kept = inView(clientId, packet)
    if (!kept) return
    await withLock(clientId, async () => {
      if (sessions.has(clientId)) await queues.add({ id: clientId }, kept)
    })
  }

  async function store(client: Named, subscriptions: readonly StoredSubscription[]) {
    // Aedes asks for the permission of each filter in one go, and to store them after the first.
    await Promise.resolve()
    const allowed = subscriptions.filter((subscription) => granted.has(subscription))
    await renewing
    await withLock(client.id, async () => {
      if (sessions.has(client.id)) await engine.addSubscriptions(client, allowed)
    })
  }

  async function beginAnew() {
    const next = createEngine()
    await next.engine.setup(broker)
    if (destroyed) return next.engine.destroy()
    const old = engine
    ;({ engine, queues } = next)
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
    /** Whether this is still what is retained under its topic. */
    isCurrent: ({ topic, payload }: { topic: string; payload: unknown }) => retained.get(topic) === payload,
    createRetainedStreamCombi: (filters: string[]) =>
      filters.some((filter) => retained.has(filter) || wildcard.test(filter))
        ? memory.createRetainedStreamCombi(filters)
        : nothingRetained,

    /** This subscription, one of a SUBSCRIBE, was allowed. */
    grant: (subscription: StoredSubscription) => void granted.add(subscription),
    /** Aedes hands over all of a SUBSCRIBE for each of its filters that is allowed: what is not would be kept as well. */
    addSubscriptions(client: Named, subscriptions: readonly StoredSubscription[]): Promise<void> {
      const stored = storing.get(subscriptions) ?? store(client, subscriptions)
      storing.set(subscriptions, stored)
      return stored
    },
    async removeSubscriptions(client: Named, topics: readonly string[]) {
      await renewing
      await withLock(client.id, () => engine.removeSubscriptions(client, topics))
    },
    subscriptionsByClient: (client: Named) => engine.subscriptionsByClient(client),
    subscriptionsByTopic: (topic: string) => engine.subscriptionsByTopic(topic),
    /** Clean sessions have none; a device's ends with `endSession`. */
    async cleanSubscriptions() {},

    async outgoingEnqueueCombi(subscriptions: readonly { clientId: string; qos: number }[], packet: Packet) {
      const receivers = new Set(subscriptions.filter(({ qos }) => qos > 0).map(({ clientId }) => clientId))
      await Promise.all([...receivers].map((id) => enqueue(id, packet).catch(failed('a message'))))
    },
    async outgoingUpdate(client: Named, packet: Packet) {
      const update = withLock(client.id, () => engine.outgoingUpdate(client, packet))
      // One that was just dropped as the oldest is delivered all the same.
      await update.catch((error: unknown) => log.debug({ error }, 'no longer kept'))
    },
    async outgoingClearMessageId(client: Named & { clean?: boolean; closed?: boolean }, { messageId }: Packet) {
      // Of a connection that was lost in the middle of the queue Aedes would forget the rest, as something that may not
      // be delivered (`authorizeForward` knows no such client any more). What was not acknowledged comes again.
      if (client.clean !== false || client.closed || messageId === undefined) return undefined
      return withLock(client.id, () => queues.clear(client, messageId))
    },
    /** Every connection is looked through for what waits, by a `pipeline()`, for which a list will do: it needs no stream. */
    outgoingStream: (client: Named & { clean?: boolean }): Iterable<Packet> | AsyncIterable<Packet> =>
      client.clean === false ? engine.outgoingStream(client) : [],

    // Inbound QoS 2, which no topic needs: stored as long as the connection; Aedes may call this after the close.
    async incomingStorePacket(client: Named & { closed?: boolean }, packet: Packet) {
      if (!client.closed) await memory.incomingStorePacket(client, packet)
    },
    incomingGetPacket: memory.incomingGetPacket.bind(memory),
    incomingDelPacket: memory.incomingDelPacket.bind(memory),
    cleanIncoming: memory.cleanIncoming.bind(memory),

    // A will lives as long as its connection, in Aedes' own hands. Kept ones would storm after a crash, and say nothing
    // that is still true: at a start every vendor is offline.
    async putWill() {},
    async delWill() {},
    async *streamWill() {},

    /** From now on a session is kept under this client id. */
    beginSession: (clientId: string) => void sessions.add(clientId),

    /** Ends the session kept under this client id: nothing waits for it any more. */
    async endSession(clientId: string) {
      sessions.delete(clientId)
      const client = { id: clientId }
      await memory.cleanIncoming(client)
      await withLock(clientId, async () => {
        await engine.cleanSubscriptions(client)
        await queues.end(client)
      })
    },

    /** How many messages wait under this client id. */
    waiting: (clientId: string) => withLock(clientId, () => queues.count({ id: clientId })),

    /** Another node has ended the session kept under this client id. */
    forgetSession: (clientId: string) => void sessions.delete(clientId),

    /** Begins anew with what the engine's database says: it was away, and others may have changed it. */
    renew(): Promise<void> {
      const renewed = beginAnew()
      renewing = renewed.catch(() => {})
      return renewed
    },

    /** Also while it begins anew: only what was set up can be destroyed. */
    destroy() {
      destroyed = true
      return engine.destroy()
    },
  }
  return persistence
}
