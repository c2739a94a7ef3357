import { Readable } from 'node:stream'
import type { Named, Packet } from 'aedes-persistence'
import createRedisPersistence from 'aedes-persistence-redis'
import type { Redis } from 'ioredis'
import { limits } from '../limits.ts'
import { connectOnce } from '../../net/redis.ts'
import type { DeviceEngine, SessionEngine } from './persistence.ts'

/** The longest lifetime of a session. */
const lifetimeSeconds = limits.sessionDays * 24 * 60 * 60

/** A character that neither a broker id nor an encoded client id contains. */
const separator = '~'

const withDeviceKey = ({ id }: Named, packet: Packet): Packet =>
  packet.brokerId.includes(separator)
    ? packet
    : { ...packet, brokerId: `${packet.brokerId}${separator}${encodeURIComponent(id)}` }

function withoutDeviceKey(packet: Packet): Packet {
  return { ...packet, brokerId: packet.brokerId.split(separator, 1)[0] ?? '' }
}

async function* withoutDeviceKeys(packets: AsyncIterable<Packet>) {
  for await (const packet of packets) yield withoutDeviceKey(packet)
}

// Keys of aedes-persistence-redis 12. Its version is pinned, and scripts/nodes/nodes.system-mongo.ts fails if they change.
const listOf = ({ id }: Named) => `outgoing:${encodeURIComponent(id)}`
const counterOf = (packetKey: string) => `${packetKey}:offlineCount`

/**
 * aedes-persistence-redis stores one payload per message for all receivers, but each receiver has its own view of an
 * order. So the key of a queued message includes its device. Entries left behind by an outage or a crash expire after the
 * longest lifetime of a session.
 */
export function createRedisEngine(redis: Redis): DeviceEngine {
  const engine = createRedisPersistence({
    conn: redis,
    maxSessionDelivery: limits.queued,
    packetTTL: () => lifetimeSeconds,
  })

  const wrapped: SessionEngine = {
    addSubscriptions: (client, subscriptions) => engine.addSubscriptions(client, subscriptions),
    removeSubscriptions: (client, filters) => engine.removeSubscriptions(client, filters),
    subscriptionsByClient: (client) => engine.subscriptionsByClient(client),
    subscriptionsByTopic: (topic) => engine.subscriptionsByTopic(topic),
    cleanSubscriptions: (client) => engine.cleanSubscriptions(client),
    destroy: () => engine.destroy(),
    outgoingUpdate: (client, packet) => engine.outgoingUpdate(client, withDeviceKey(client, packet)),
    outgoingStream: (client) => Readable.from(withoutDeviceKeys(engine.outgoingStream(client))),
    // While Redis is unavailable, nothing is stored and everything else works. After a reconnect there is a new engine.
    setup: (broker) =>
      connectOnce(redis)
        .then(() => engine.setup(broker))
        .catch(() => {}),
  }

  /** Not cached, because every node may add to a queue and remove from it. */
  const queues: DeviceEngine['queues'] = {
    async add(client, packet) {
      await engine.outgoingEnqueue({ clientId: client.id }, withDeviceKey(client, packet))
      let dropped = false
      while ((await redis.llen(listOf(client))) > limits.queued) {
        const oldest = await redis.lpop(listOf(client))
        if (oldest) await redis.del(oldest, counterOf(oldest))
        dropped = true
      }
      return dropped
    },

    async clear(client, messageId) {
      const cleared = await engine.outgoingClearMessageId(client, { messageId })
      // For a message that was dropped during its delivery, the engine creates a new counter, which must expire too.
      if (cleared) await redis.expire(counterOf(`packet:${cleared.brokerId}:${cleared.brokerCounter}`), lifetimeSeconds)
      return cleared && withoutDeviceKey(cleared)
    },

    count: (client) => redis.llen(listOf(client)),

    async discard(client, matches) {
      for await (const packet of engine.outgoingStream(client)) {
        if (!(await matches(withoutDeviceKey(packet)))) continue
        const key = `packet:${packet.brokerId}:${packet.brokerCounter}`
        await redis.lrem(listOf(client), 0, key)
        await redis.del(key, counterOf(key))
      }
    },

    async end(client) {
      const waiting = await redis.lrange(listOf(client), 0, -1)
      await redis.del(listOf(client), ...waiting.flatMap((key) => [key, counterOf(key)]))
    },
  }
  return { engine: wrapped, queues }
}

/** The client ids of all sessions stored in Redis. */
export async function* sessionsIn(redis: Redis): AsyncGenerator<string> {
  yield* await redis.smembers('clients')
}
