import { Readable } from 'node:stream'
import type { Named, Packet } from 'aedes-persistence'
import createRedisPersistence from 'aedes-persistence-redis'
import type { Redis } from 'ioredis'
import { limits } from '../limits.ts'
import { connectOnce } from '../../net/redis.ts'
import type { DeviceEngine, SessionEngine } from './persistence.ts'

/** Seconds after which no session can still wait for a message. */
const lifetime = limits.sessionDays * 24 * 60 * 60

/** Nothing in a broker's id or in an encoded client id. */
const mark = '~'

const named = ({ id }: Named, packet: Packet): Packet =>
  packet.brokerId.includes(mark)
    ? packet
    : { ...packet, brokerId: `${packet.brokerId}${mark}${encodeURIComponent(id)}` }

function plain(packet: Packet): Packet {
  return { ...packet, brokerId: packet.brokerId.split(mark, 1)[0] ?? '' }
}

async function* plainly(packets: AsyncIterable<Packet>) {
  for await (const packet of packets) yield plain(packet)
}

// How aedes-persistence-redis 12 names what it keeps: pinned, and proofs/nodes fails when it changes.
const listOf = ({ id }: Named) => `outgoing:${encodeURIComponent(id)}`
const counterOf = (packetKey: string) => `${packetKey}:offlineCount`

/**
 * aedes-persistence-redis stores one payload per message for all receivers, but each receiver has its own view of an
 * order. So a message queued for a device is stored under a name of that device. What an outage or a crash leaves behind
 * expires when no session can still wait for it.
 */
export function createRedisEngine(redis: Redis): DeviceEngine {
  const engine = createRedisPersistence({ conn: redis, maxSessionDelivery: limits.queued, packetTTL: () => lifetime })

  const wrapped: SessionEngine = {
    addSubscriptions: (client, subscriptions) => engine.addSubscriptions(client, subscriptions),
    removeSubscriptions: (client, filters) => engine.removeSubscriptions(client, filters),
    subscriptionsByClient: (client) => engine.subscriptionsByClient(client),
    subscriptionsByTopic: (topic) => engine.subscriptionsByTopic(topic),
    cleanSubscriptions: (client) => engine.cleanSubscriptions(client),
    destroy: () => engine.destroy(),
    outgoingUpdate: (client, packet) => engine.outgoingUpdate(client, named(client, packet)),
    outgoingStream: (client) => Readable.from(plainly(engine.outgoingStream(client))),
    // While Redis is away nothing is kept, and everything else goes on; once it is back there is a new engine.
    setup: (broker) =>
      connectOnce(redis)
        .then(() => engine.setup(broker))
        .catch(() => {}),
  }

  /** The queues as Redis has them: any node may add to one, and any node may take from it. */
  const queues: DeviceEngine['queues'] = {
    async add(client, packet) {
      await engine.outgoingEnqueue({ clientId: client.id }, named(client, packet))
      while ((await redis.llen(listOf(client))) > limits.queued) {
        const oldest = await redis.lpop(listOf(client))
        if (oldest) await redis.del(oldest, counterOf(oldest))
      }
    },

    async clear(client, messageId) {
      const cleared = await engine.outgoingClearMessageId(client, { messageId })
      // Of one that was dropped while it was being delivered the engine begins a new count.
      if (cleared) await redis.expire(counterOf(`packet:${cleared.brokerId}:${cleared.brokerCounter}`), lifetime)
      return cleared && plain(cleared)
    },

    count: (client) => redis.llen(listOf(client)),

    async end(client) {
      const waiting = await redis.lrange(listOf(client), 0, -1)
      await redis.del(listOf(client), ...waiting.flatMap((key) => [key, counterOf(key)]))
    },
  }
  return { engine: wrapped, queues }
}

/** The client ids of all sessions that are kept in Redis. */
export async function* sessionsIn(redis: Redis): AsyncGenerator<string> {
  yield* await redis.smembers('clients')
}
