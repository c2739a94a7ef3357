import type { Client, PublishPacket } from 'aedes'
import { mayPublish } from '../../auth/permissions.ts'
import type { Log } from '../../lib/log.ts'
import type { Connection, Connections } from '../sessions/connections.ts'
import { discardTopic } from '../discard-topic.ts'
import { limits } from '../limits.ts'
import { createPublishQueue, type PublishQueueDependencies, type PublishAnswer } from '../inbound/publish-queue.ts'
import type { InboundRouter } from '../inbound/router.ts'

export interface Publication {
  topic: string
  payload: Buffer
  retain: boolean
  qos: number
}

export interface PublishDependencies extends PublishQueueDependencies {
  connections: Connections
  router: InboundRouter
  log: Log
}

/**
 * The server takes what a client publishes and never forwards it unchanged: it publishes the resulting events itself. So
 * every packet goes to the discard topic, permitted or not, and is acknowledged: MQTT 3.1.1 has no refusal (3.3.5.2), and
 * a closed socket makes clients repeat it forever. After ten publications to forbidden topics the server closes the
 * connection. A retain flag or QoS 2 changes nothing: the event is published as the topic table says.
 */
export function createPublish({ connections, router, clock, log, paced }: PublishDependencies) {
  const publishQueue = createPublishQueue({ connections, clock, log, paced })

  function refuse(connection: Connection, publication: Publication, refused: number, cutOff: () => void) {
    const detail = `A ${connection.identity.role} may not publish to this topic.`
    router.refuse(connection, publication, { code: 'forbidden', detail })
    // After its acknowledgement is written.
    if (refused >= limits.refusals) setImmediate(cutOff)
    return 'acknowledge' as const
  }

  return {
    hook(client: Client | null, packet: PublishPacket): Promise<PublishAnswer> | PublishAnswer {
      const { topic, payload, retain, qos } = packet
      packet.topic = discardTopic
      packet.payload = Buffer.alloc(0)
      packet.retain = false

      const connection = connections.of(client)
      if (!client || !connection) return 'acknowledge'
      // Aedes passes thousands at once: publications that will be ignored must not take up memory.
      if (publishQueue.isEnded(connection) || connection.refused >= limits.refusals) return 'ignore'
      const allowed = mayPublish(connection.identity, topic)
      const refused = allowed ? 0 : ++connection.refused
      const publication = { topic, payload: Buffer.from(payload), retain, qos }
      const work = () =>
        allowed ? router.route(connection, publication) : refuse(connection, publication, refused, () => client.close())
      return publishQueue.add(connection, client, work, { throttled: allowed })
    },

    close: publishQueue.close,

    /** Resolves when every accepted publication is handled. */
    drain: publishQueue.drain,
  }
}

export type Publish = ReturnType<typeof createPublish>
