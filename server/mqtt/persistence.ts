import createMemoryPersistence, {
  type Named,
  type Packet,
  type Persistence,
  type StoredSubscription,
} from 'aedes-persistence'
import { isOrderTopic } from '#shared/topics.ts'
import { maySubscribe } from '../auth/permissions.ts'
import type { Log } from '../log.ts'
import { limits } from './limits.ts'
import type { OrderEvents } from './order-events.ts'

export interface PersistenceDependencies {
  /** Keeps the sessions of devices through a restart: aedes-persistence-level, or any other of Aedes' persistences. */
  engine: Persistence
  orderEvents: OrderEvents
  log: Log
}

/** A message that waits, by the name the engine knows it under. */
type Waiting = Pick<Packet, 'brokerId' | 'brokerCounter'>

/** Not a packet id of the wire (those have 16 bits): the name of a message that is about to be forgotten. */
const toForget = 70_000

export type BrokerPersistence = ReturnType<typeof createPersistence>

/**
 * What the broker keeps, between Aedes and its engine. Only devices' sessions go to the engine: retained messages are
 * the vendors' statuses, which every start publishes afresh, and everybody else's session is clean. Aedes asks for every
 * acknowledgement of theirs, too, and its memory would keep some 120 bytes for each client that ever sent one.
 *
 * A queue is bounded: of more than `limits.queued` messages the oldest goes, for the newest says how things stand. An
 * order is kept in the view of the device's vendor, as it would have been delivered. What the engine cannot keep is
 * logged; it must not keep the others from being told.
 */
export function createPersistence({ engine, orderEvents, log }: PersistenceDependencies) {
  const memory = createMemoryPersistence()
  const retained = new Map<string, Buffer>()
  const queues = new Map<string, Promise<Waiting[]>>()

  /** A device's client id is `<vendor>:<device>:<its own>` (hooks/authenticate.ts). */
  const vendorOf = (clientId: string) => ({ id: clientId.split(':', 1)[0] ?? '', role: 'vendor' }) as const

  const failed = (what: string) => (error: unknown) => log.error({ error }, `${what} of a device could not be kept`)

  function queueOf(client: Named): Promise<Waiting[]> {
    const known = queues.get(client.id)
    if (known) return known
    const read = async () => {
      const waiting: Waiting[] = []
      for await (const { brokerId, brokerCounter } of engine.outgoingStream(client))
        waiting.push({ brokerId, brokerCounter })
      return waiting
    }
    const queue = read()
    queues.set(client.id, queue)
    queue.catch(() => queues.delete(client.id))
    return queue
  }

  async function forget(client: Named, waiting: Waiting) {
    const packet = { topic: '', payload: Buffer.alloc(0), qos: 1, retain: false, messageId: toForget, ...waiting }
    await engine.outgoingUpdate(client, packet)
    await engine.outgoingClearMessageId(client, packet)
  }

  /** The packet as the device's vendor may read it; null when there is nothing in it for them. */
  function inView(clientId: string, packet: Packet): Packet | null {
    if (!isOrderTopic(packet.topic)) return packet
    const payload = orderEvents.payloadFor(vendorOf(clientId), packet.payload)
    return payload && { ...packet, payload }
  }

  async function enqueue(clientId: string, packet: Packet) {
    const kept = inView(clientId, packet)
    if (!kept) return
    const client = { id: clientId }
    const queue = await queueOf(client)
    const last = queue.at(-1)
    // Two filters of one device may match the same message.
    if (last?.brokerId === kept.brokerId && last.brokerCounter === kept.brokerCounter) return
    queue.push({ brokerId: kept.brokerId, brokerCounter: kept.brokerCounter })
    await engine.outgoingEnqueue({ clientId }, kept)
    const oldest = queue.length > limits.queued ? queue.shift() : undefined
    if (oldest) await forget(client, oldest)
  }

  const persistence = {
    async setup(broker: unknown) {
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
    createRetainedStreamCombi: memory.createRetainedStreamCombi.bind(memory),

    /** Aedes hands over all of a SUBSCRIBE as soon as one filter of it is allowed: what is not would be kept as well. */
    async addSubscriptions(client: Named, subscriptions: readonly StoredSubscription[]) {
      const allowed = subscriptions.filter(({ topic }) => maySubscribe(vendorOf(client.id), topic))
      await engine.addSubscriptions(client, allowed)
    },
    removeSubscriptions: engine.removeSubscriptions.bind(engine),
    subscriptionsByClient: engine.subscriptionsByClient.bind(engine),
    subscriptionsByTopic: engine.subscriptionsByTopic.bind(engine),
    /** Clean sessions have none; a device's ends with `endSession`. */
    async cleanSubscriptions() {},

    async outgoingEnqueueCombi(subscriptions: readonly { clientId: string; qos: number }[], packet: Packet) {
      const receivers = new Set(subscriptions.filter(({ qos }) => qos > 0).map(({ clientId }) => clientId))
      await Promise.all([...receivers].map((id) => enqueue(id, packet).catch(failed('a message'))))
    },
    async outgoingUpdate(client: Named, packet: Packet) {
      // One that was just dropped as the oldest is delivered all the same.
      await engine.outgoingUpdate(client, packet).catch((error: unknown) => log.debug({ error }, 'no longer kept'))
    },
    async outgoingClearMessageId(
      client: Named & { clean?: boolean; closed?: boolean },
      packet: Packet,
    ): Promise<Packet | undefined> {
      // Of a connection that was lost in the middle of the queue Aedes would forget the rest, as something that may not
      // be delivered (`authorizeForward` knows no such client any more). What was not acknowledged comes again.
      if (client.clean !== false || client.closed || packet.messageId === undefined) return undefined
      const cleared = await engine.outgoingClearMessageId(client, packet)
      if (!cleared) return undefined
      const queue = await queueOf(client)
      const at = queue.findIndex(
        (one) => one.brokerId === cleared.brokerId && one.brokerCounter === cleared.brokerCounter,
      )
      if (at >= 0) queue.splice(at, 1)
      return cleared
    },
    outgoingStream: (client: Named & { clean?: boolean }) =>
      (client.clean === false ? engine : memory).outgoingStream(client),

    incomingStorePacket: memory.incomingStorePacket.bind(memory),
    incomingGetPacket: memory.incomingGetPacket.bind(memory),
    incomingDelPacket: memory.incomingDelPacket.bind(memory),
    cleanIncoming: memory.cleanIncoming.bind(memory),

    // A will lives as long as its connection, in Aedes' own hands. Kept ones would storm after a crash, and say nothing
    // that is still true: a start begins with everybody offline.
    async putWill() {},
    async delWill() {},
    async *streamWill() {},

    /** Ends the session kept under this client id: nothing waits for it any more. */
    async endSession(clientId: string) {
      const client = { id: clientId }
      await engine.cleanSubscriptions(client)
      for (const waiting of await queueOf(client)) await forget(client, waiting)
      queues.delete(clientId)
    },

    /** How many messages wait under this client id. */
    waiting: async (clientId: string) => (await queueOf({ id: clientId })).length,

    destroy: () => engine.destroy(),
  }
  return persistence
}
