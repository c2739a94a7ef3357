import type { Named, Packet, Persistence } from 'aedes-persistence'
import { limits } from '../limits.ts'

/** The engine's key of a queued message. */
type PacketId = Pick<Packet, 'brokerId' | 'brokerCounter'>

type Engine = Pick<Persistence, 'outgoingStream' | 'outgoingEnqueue' | 'outgoingUpdate' | 'outgoingClearMessageId'>

/** The queued messages of each device, by its client id. */
export interface OfflineQueues {
  /** Resolves to whether the queue was full, so that its oldest message was dropped. */
  add(client: Named, packet: Packet): Promise<boolean>
  /** Removes an acknowledged message; undefined if no message has this packet id. */
  clear(client: Named, messageId: number): Promise<Packet | undefined>
  count(client: Named): Promise<number>
  /** Deletes the messages that `matches` finds. */
  discard(client: Named, matches: (packet: Packet) => Promise<boolean>): Promise<void>
  /** Deletes the queue in the engine, without relying on the cache. */
  end(client: Named): Promise<void>
}

/** The packet id of a message that is being deleted. Packet ids on the wire have 16 bits, so it is never one of them. */
const discardId = 70_000

const isSame = (one: PacketId, other: PacketId) =>
  one.brokerId === other.brokerId && one.brokerCounter === other.brokerCounter

/**
 * The queue of each offline device. Above `limits.queued` messages the oldest is dropped, because the newest has the
 * current state. Operations of one device must not overlap (persistence.ts serialises them): the engine has a second
 * index, and concurrent changes would leave entries that no index refers to.
 */
export function createOfflineQueues(engine: Engine): OfflineQueues {
  const queues = new Map<string, PacketId[]>()

  async function of(client: Named): Promise<PacketId[]> {
    const cached = queues.get(client.id)
    if (cached) return cached
    const queue: PacketId[] = []
    for await (const { brokerId, brokerCounter } of engine.outgoingStream(client))
      queue.push({ brokerId, brokerCounter })
    queues.set(client.id, queue)
    return queue
  }

  async function remove(client: Named, waiting: PacketId) {
    const packet = { topic: '', payload: Buffer.alloc(0), qos: 1, retain: false, messageId: discardId, ...waiting }
    await engine.outgoingUpdate(client, packet)
    await engine.outgoingClearMessageId(client, packet)
  }

  return {
    async add(client: Named, packet: Packet) {
      const queue = await of(client)
      const last = queue.at(-1)
      // Two filters of one device may match the same message.
      if (last && isSame(last, packet)) return false
      await engine.outgoingEnqueue({ clientId: client.id }, packet)
      queue.push({ brokerId: packet.brokerId, brokerCounter: packet.brokerCounter })
      const oldest = queue.length > limits.queued ? queue.shift() : undefined
      if (oldest) await remove(client, oldest)
      return oldest !== undefined
    },

    async clear(client: Named, messageId: number): Promise<Packet | undefined> {
      const cleared = await engine.outgoingClearMessageId(client, { messageId })
      if (!cleared) return undefined
      const queue = await of(client)
      const index = queue.findIndex((one) => isSame(one, cleared))
      if (index >= 0) queue.splice(index, 1)
      return cleared
    },

    count: async (client: Named) => (await of(client)).length,

    async discard(client, matches) {
      for await (const packet of engine.outgoingStream(client)) if (await matches(packet)) await remove(client, packet)
      queues.delete(client.id)
    },

    async end(client: Named) {
      queues.delete(client.id)
      for (const waiting of await of(client)) await remove(client, waiting)
      queues.delete(client.id)
    },
  }
}
