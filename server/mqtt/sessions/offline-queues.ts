import type { Named, Packet, Persistence } from 'aedes-persistence'
import { limits } from '../limits.ts'

/** A message that waits, by the name the engine knows it under. */
type Waiting = Pick<Packet, 'brokerId' | 'brokerCounter'>

type Engine = Pick<Persistence, 'outgoingStream' | 'outgoingEnqueue' | 'outgoingUpdate' | 'outgoingClearMessageId'>

/** The messages that wait for each device, by its client id. */
export interface OfflineQueues {
  add(client: Named, packet: Packet): Promise<void>
  /** It was acknowledged; undefined when nothing waits under this packet id. */
  clear(client: Named, messageId: number): Promise<Packet | undefined>
  count(client: Named): Promise<number>
  /** Forgets everything that the engine has, whatever is known of it here. */
  end(client: Named): Promise<void>
}

/** Not a packet id of the wire (those have 16 bits): the name of a message that is about to be forgotten. */
const toForget = 70_000

const isSame = (one: Waiting, other: Waiting) =>
  one.brokerId === other.brokerId && one.brokerCounter === other.brokerCounter

/**
 * The queue of each sleeping device. Beyond `limits.queued` messages the oldest is dropped, as the newest has the current
 * state. Operations of one device must not overlap (persistence.ts serialises them): the engine keeps a second index, and
 * concurrent changes would leave entries that no index finds.
 */
export function createOfflineQueues(engine: Engine): OfflineQueues {
  const queues = new Map<string, Waiting[]>()

  async function of(client: Named): Promise<Waiting[]> {
    const known = queues.get(client.id)
    if (known) return known
    const queue: Waiting[] = []
    for await (const { brokerId, brokerCounter } of engine.outgoingStream(client))
      queue.push({ brokerId, brokerCounter })
    queues.set(client.id, queue)
    return queue
  }

  async function forget(client: Named, waiting: Waiting) {
    const packet = { topic: '', payload: Buffer.alloc(0), qos: 1, retain: false, messageId: toForget, ...waiting }
    await engine.outgoingUpdate(client, packet)
    await engine.outgoingClearMessageId(client, packet)
  }

  return {
    async add(client: Named, packet: Packet) {
      const queue = await of(client)
      const last = queue.at(-1)
      // Two filters of one device may match the same message.
      if (last && isSame(last, packet)) return
      await engine.outgoingEnqueue({ clientId: client.id }, packet)
      queue.push({ brokerId: packet.brokerId, brokerCounter: packet.brokerCounter })
      const oldest = queue.length > limits.queued ? queue.shift() : undefined
      if (oldest) await forget(client, oldest)
    },

    async clear(client: Named, messageId: number): Promise<Packet | undefined> {
      const cleared = await engine.outgoingClearMessageId(client, { messageId })
      if (!cleared) return undefined
      const queue = await of(client)
      const at = queue.findIndex((one) => isSame(one, cleared))
      if (at >= 0) queue.splice(at, 1)
      return cleared
    },

    count: async (client: Named) => (await of(client)).length,

    async end(client: Named) {
      queues.delete(client.id)
      for (const waiting of await of(client)) await forget(client, waiting)
      queues.delete(client.id)
    },
  }
}
