import type { AedesPublishPacket } from 'aedes'
import { isOrderTopic } from '#shared/topics.ts'
import type { RelayedPacket } from '../../cluster/messages.ts'
import type { Log } from '../../lib/log.ts'
import { discardTopic } from '../discard-topic.ts'
import type { BrokerPersistence } from '../sessions/persistence.ts'
import type { FanOut } from './fan-out.ts'
import type { OrderPayloads } from './order-payloads.ts'

/** The part of Membership that carries publications. */
interface PacketExchange {
  send(kind: 'packet', packet: RelayedPacket): void
  on(kind: 'packet', listener: (packet: RelayedPacket, from: string) => void): void
}

export interface ClusterEmitterDependencies {
  mq: FanOut['mq']
  /** null: there are no other nodes. */
  membership: PacketExchange | null
  orderPayloads: Pick<OrderPayloads, 'adopt' | 'serialise'>
  persistence: Pick<BrokerPersistence, 'storeRetained'>
  log: Log
}

/**
 * What Aedes publishes about itself and its clients, three times per connection. Aedes reads only what other brokers
 * publish, and of that only "new/clients": a local client with that id has moved and is closed.
 */
const brokerTopic = /^\$SYS\/[^/]+\/(heartbeat|birth|new\/clients|new\/subscribes|disconnect\/clients)$/
const newClients = '/new/clients'

/**
 * The emitter that Aedes publishes to: local subscribers (fan-out.ts) and the other nodes. Local subscribers never wait
 * for Redis: mqemitter-redis alone would send everything through it first, and deliver nothing while it is unavailable.
 */
export function createClusterEmitter({
  mq,
  membership,
  orderPayloads,
  persistence,
  log,
}: ClusterEmitterDependencies): FanOut['mq'] {
  function sendToNodes(nodes: PacketExchange, packet: AedesPublishPacket) {
    const { topic, qos, retain, brokerId, brokerCounter } = packet
    const bytes = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const payload = isOrderTopic(topic) ? orderPayloads.serialise(bytes) : bytes
    nodes.send('packet', { topic, payload, qos, retain, brokerId, brokerCounter })
  }

  function emit(packet: AedesPublishPacket, done?: (error?: Error) => void) {
    const { topic } = packet
    const isBrokerTopic = brokerTopic.test(topic)
    const isForNodes = topic !== discardTopic && (!isBrokerTopic || topic.endsWith(newClients))
    if (membership && isForNodes) sendToNodes(membership, packet)
    if (isBrokerTopic) done?.()
    else mq.emit(packet, done)
  }

  membership?.on('packet', (packet) => {
    const payload = isOrderTopic(packet.topic) ? orderPayloads.adopt(packet.payload) : packet.payload
    // As Aedes does with its own publications: stored first, so that a subscription made now misses nothing.
    const stored = packet.retain ? persistence.storeRetained(packet) : Promise.resolve()
    stored
      .then(() => mq.emit({ cmd: 'publish', dup: false, ...packet, payload }))
      .catch((error: unknown) => log.error({ error }, 'a publication of another node was not delivered'))
  })
  return { ...mq, emit }
}
