import type { AedesOptions } from 'aedes'
import createEmitter from 'mqemitter'
import { isOrderTopic } from '#shared/topics.ts'
import type { Log } from '../log.ts'
import type { Nodes } from '../nodes/nodes.ts'
import type { OrderEvents } from './order-events.ts'
import type { BrokerPersistence } from './persistence.ts'

export interface RelayDependencies {
  nodes: Pick<Nodes, 'send' | 'on'>
  orderEvents: Pick<OrderEvents, 'adopt'>
  persistence: Pick<BrokerPersistence, 'storeRetained'>
  log: Log
}

/** What Aedes tells itself of its own clients and life; of the rest the others have to know: who has come, and who subscribes. */
const ownAffairs = /^\$SYS\/[^/]+\/(heartbeat|birth|disconnect\/clients)$/

/**
 * What Aedes hands every publication to, for all who have subscribed: its own emitter, and the other nodes as well. Its
 * own clients never wait for that: mqemitter-redis alone would send everything through Redis first, and nobody would be
 * told anything while it is away.
 */
export function createRelay({ nodes, orderEvents, persistence, log }: RelayDependencies): AedesOptions['mq'] {
  const mq = createEmitter({ concurrency: 100, matchEmptyLevels: true })
  const emit = mq.emit.bind(mq)

  mq.emit = (packet, done) => {
    const { topic, payload, qos, retain, brokerId, brokerCounter } = packet
    if (!ownAffairs.test(topic)) nodes.send('packet', { topic, payload, qos, retain, brokerId, brokerCounter })
    return emit(packet, done)
  }

  nodes.on('packet', (packet) => {
    if (isOrderTopic(packet.topic)) orderEvents.adopt(packet.payload)
    // As Aedes does with its own: kept first, so that whoever subscribes now misses nothing.
    const kept = packet.retain ? persistence.storeRetained(packet) : Promise.resolve()
    kept.then(() => emit(packet)).catch((error: unknown) => log.error({ error }, 'not handed on'))
  })
  return mq
}
