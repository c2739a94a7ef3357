import type { Client, PublishPacket } from 'aedes'
import { mayPublish } from '../../auth/permissions.ts'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import type { Connection, Connections } from '../connections.ts'
import { limits } from '../limits.ts'
import { createPace } from '../pace.ts'
import type { Reports } from '../reports.ts'

/** Nobody can subscribe to it: no role's filters contain a "$" topic, and MQTT-4.7.2-1 keeps wildcards away. */
const nowhere = '$nowhere'

/** `acknowledge`: it is done with. `cut`: it could not be stored; without an acknowledgement it will be sent again. */
export type PublishAnswer = 'acknowledge' | 'cut'

export interface Publication {
  topic: string
  payload: Buffer
  retain: boolean
  qos: number
}

export interface PublishDependencies {
  connections: Connections
  reports: Reports
  clock: Clock
  log: Log
  /** Whether a client that publishes too fast is slowed down. */
  paced: boolean
}

interface Line {
  last: Promise<PublishAnswer>
  pace: ReturnType<typeof createPace>
}

/**
 * What a client publishes is a report to the server and is never forwarded as it came: the server publishes what follows
 * from it. So every packet is sent nowhere, permitted or not, and still acknowledged, as MQTT 3.1.1 knows no refusal
 * (3.3.5.2) and a closed socket makes clients repeat it for ever. A client that is refused ten times is cut off.
 *
 * One client's publications are taken one after the other, in the order in which they came (MQTT-4.6.0): Aedes hands
 * over everything it has read at once. It reads no more of a client while one of its publications waits, so slowing a
 * client down loses nothing.
 */
export function createPublish({ connections, reports, clock, log, paced }: PublishDependencies) {
  const lines = new WeakMap<Connection, Line>()
  const underWay = new Set<Promise<unknown>>()

  function lineOf(connection: Connection): Line {
    const line = lines.get(connection) ?? {
      last: Promise.resolve<PublishAnswer>('acknowledge'),
      pace: createPace(limits.publications, clock),
    }
    lines.set(connection, line)
    return line
  }

  const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))

  async function take(connection: Connection, publication: Publication, cutOff: () => void): Promise<PublishAnswer> {
    const { topic, retain, qos } = publication
    const { identity } = connection
    if (mayPublish(identity, topic)) {
      // The contract's table needs neither a retain flag nor QoS 2 of anybody.
      if (!retain && qos < 2) return reports.take(connection, publication)
      reports.complain(connection, publication)
    }
    connection.refused++
    const { id, role } = identity
    const named = topic.slice(0, limits.topicLength)
    log.warn({ topic: named, retain, qos, user: id, role, refused: connection.refused }, 'publication refused')
    // After its acknowledgement is on the way.
    if (connection.refused >= limits.refusals) setImmediate(cutOff)
    return 'acknowledge'
  }

  return {
    hook(client: Client | null, packet: PublishPacket): Promise<PublishAnswer> | PublishAnswer {
      const { topic, payload, retain, qos } = packet
      packet.topic = nowhere
      packet.payload = Buffer.alloc(0)
      packet.retain = false

      const connection = connections.of(client)
      if (!client || !connection) return 'acknowledge'
      const line = lineOf(connection)
      const wait = paced ? line.pace.next() : 0
      const publication = { topic, payload: Buffer.from(payload), retain, qos }
      // After one that could not be stored no later one is taken: they come again together, in the same order.
      line.last = line.last.then(async (before) => {
        if (before === 'cut') return 'cut'
        if (wait > 0) await pause(wait)
        return take(connection, publication, () => client.close()).catch((error: unknown) => {
          log.error({ error, topic, user: connection.identity.id }, 'a publication could not be taken in')
          return 'cut'
        })
      })
      const answer = line.last
      underWay.add(answer)
      void answer.then(() => underWay.delete(answer))
      return answer
    },

    /** Resolves when everything that was taken in so far is done. */
    async drain() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

export type Publish = ReturnType<typeof createPublish>
