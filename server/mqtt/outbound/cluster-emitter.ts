import type { AedesPublishPacket } from 'aedes'
import { isOrderTopic } from '#shared/topics.ts'
import type { Log } from '../../lib/log.ts'
import type { Membership } from '../../cluster/membership.ts'
import type { FanOut } from './fan-out.ts'
import type { OrderPayloads } from './order-payloads.ts'
import type { BrokerPersistence } from '../sessions/persistence.ts'

export interface ClusterEmitterDependencies {
  mq: FanOut['mq']
  nodes: Pick<Membership, 'send' | 'on'>
  orderEvents: Pick<OrderPayloads, 'adopt'>
  persistence: Pick<BrokerPersistence, 'storeRetained'>
  log: Log
}

/**
 * What Aedes tells of its own life and clients, three times for each connection. It heeds only what other brokers say of
 * themselves, and of that only who has come: a client that is here, too, has moved.
 */
const ownAffairs = /^\$SYS\/[^/]+\/(heartbeat|birth|new\/clients|new\/subscribes|disconnect\/clients)$/
const hasCome = '/new/clients'

/**
 * What Aedes hands every publication to, for all who have subscribed: our own clients (fan-out.ts), and the other nodes.
 * Our own never wait for that: mqemitter-redis alone would send everything through Redis first, and nobody would be
 * told anything while it is away.
 */
export function createClusterEmitter({
  mq,
  nodes,
  orderEvents,
  persistence,
  log,
}: ClusterEmitterDependencies): FanOut['mq'] {
  function emit(packet: AedesPublishPacket, done?: (error?: Error) => void) {
    const { topic, qos, retain, brokerId, brokerCounter } = packet
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const own = ownAffairs.test(topic)
    if (!own || topic.endsWith(hasCome)) nodes.send('packet', { topic, payload, qos, retain, brokerId, brokerCounter })
    if (own) done?.()
    else mq.emit(packet, done)
  }

  nodes.on('packet', (packet) => {
    if (isOrderTopic(packet.topic)) orderEvents.adopt(packet.payload)
    // As Aedes does with its own: kept first, so that whoever subscribes now misses nothing.
    const kept = packet.retain ? persistence.storeRetained(packet) : Promise.resolve()
    kept
      .then(() => mq.emit({ cmd: 'publish', dup: false, ...packet }))
      .catch((error: unknown) => log.error({ error }, 'not handed on'))
  })
  return { ...mq, emit }
}
