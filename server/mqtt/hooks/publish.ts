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
 * What a client publishes is a report to the server and is never forwarded as it came: the server publishes what follows
 * from it. So every packet is sent nowhere, permitted or not, and still acknowledged, as MQTT 3.1.1 knows no refusal
 * (3.3.5.2) and a closed socket makes clients repeat it for ever. A client that is refused ten times is cut off.
 */
export function createPublish({ connections, router, clock, log, paced }: PublishDependencies) {
  const publishQueue = createPublishQueue({ connections, clock, log, paced })

  function refuse(connection: Connection, publication: Publication, refused: number, cutOff: () => void) {
    const { topic, retain, qos } = publication
    const { id, role } = connection.identity
    if (mayPublish(connection.identity, topic)) router.complain(connection, publication)
    log.warn({ topic: topic.slice(0, limits.topicLength), retain, qos, user: id, role, refused }, 'publication refused')
    // After its acknowledgement is on the way.
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
      // Aedes hands over thousands in one go: what will not be looked at any more must not be kept either.
      if (publishQueue.over(connection) || connection.refused >= limits.refusals) return 'ignore'
      // The contract's table needs neither a retain flag nor QoS 2 of anybody.
      const allowed = mayPublish(connection.identity, topic) && !retain && qos < 2
      const refused = allowed ? 0 : ++connection.refused
      const publication = { topic, payload: Buffer.from(payload), retain, qos }
      const work = () =>
        allowed ? router.take(connection, publication) : refuse(connection, publication, refused, () => client.close())
      return publishQueue.take(connection, client, work, { throttled: allowed })
    },

    close: publishQueue.close,

    /** Resolves when everything that was taken in so far is done. */
    drain: publishQueue.drain,
  }
}

export type Publish = ReturnType<typeof createPublish>
