import type { Client } from 'aedes'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { createThrottledLog } from '../../lib/throttled-log.ts'
import type { Identity } from '../../auth/sessions.ts'
import type { Connection, Connections } from '../sessions/connections.ts'
import { logLevelOf } from '../../lib/errors.ts'
import { resetKeepAlive } from '../transport/keep-alive.ts'
import { limits } from '../limits.ts'
import { TokenBucket } from '../../lib/token-bucket.ts'

/**
 * `acknowledge`: handled. `cut`: it could not be stored; without a PUBACK the client sends it again. `ignore`: its
 * connection has ended, so it is neither handled nor acknowledged.
 */
export type PublishAnswer = 'acknowledge' | 'cut' | 'ignore'

export interface PublishQueueDependencies {
  connections: Pick<Connections, 'hold' | 'release'>
  clock: Clock
  log: Log
  /** Whether a client that publishes too fast is slowed down. */
  paced: boolean
}

interface Queue {
  last: Promise<PublishAnswer>
  waiting: number
  bucket: TokenBucket
}

/**
 * Handles one client's publications one after the other, in the order of arrival (MQTT-4.6.0): Aedes passes everything it
 * has read at once. It reads no more from a client while a publication waits, so throttling loses nothing.
 *
 * The queue continues after the client disconnects: `mosquitto_pub -q 0` sends PUBLISH and DISCONNECT together. It ends
 * with the connection's token, session or device, and with the broker; what waits then was never acknowledged.
 */
export function createPublishQueue({ connections, clock, log, paced }: PublishQueueDependencies) {
  const queues = new WeakMap<Connection, Queue>()
  const busy = new Set<Queue>()
  const logThrottled = createThrottledLog({ log, clock })
  let closing = false

  function queueOf(connection: Connection): Queue {
    const queue = queues.get(connection) ?? {
      last: Promise.resolve<PublishAnswer>('acknowledge'),
      waiting: 0,
      bucket: new TokenBucket(limits.publications, clock),
    }
    queues.set(connection, queue)
    return queue
  }

  const isEnded = ({ ended, identity }: Connection) => closing || ended || identity.expiresAt <= clock.now()

  /** Computes the delay at the head of the queue; computed on arrival, it would be added again for each one behind it. */
  async function turn(queue: Queue, client: Client, { id: user, deviceId: device }: Identity): Promise<void> {
    const wait = queue.bucket.next()
    if (wait === 0) return
    const { perSecond } = limits.publications
    logThrottled(
      'info',
      `${user} ${device}`,
      { user, device, perSecond },
      'a client publishes too fast and is slowed down',
    )
    await new Promise<void>((resolve) => void clock.after(wait, resolve))
    resetKeepAlive(client)
  }

  return {
    isEnded,

    /** Does `work` when everything before it is done; `throttled`: and when this client may publish again. */
    add(
      connection: Connection,
      client: Client,
      work: () => Promise<PublishAnswer> | PublishAnswer,
      { throttled }: { throttled: boolean },
    ): Promise<PublishAnswer> {
      const queue = queueOf(connection)
      if (queue.waiting++ === 0) {
        busy.add(queue)
        connections.hold(connection)
      }
      const answer = queue.last.then(async (before): Promise<PublishAnswer> => {
        // After one that could not be stored no later one is handled: the client sends all again, in order.
        if (before !== 'acknowledge') return 'ignore'
        if (paced && throttled && !isEnded(connection)) await turn(queue, client, connection.identity)
        if (isEnded(connection)) return 'ignore'
        try {
          return await work()
        } catch (error) {
          log[logLevelOf(error)]({ error, user: connection.identity.id }, 'a publication could not be stored')
          return 'cut'
        }
      })
      queue.last = answer
      void answer.then(() => {
        if (--queue.waiting > 0) return
        busy.delete(queue)
        connections.release(connection)
      })
      return answer
    },

    /** Drops everything that waits from now on. */
    close() {
      closing = true
    },

    /** Resolves when no publication waits. */
    async drain() {
      while (busy.size > 0) await Promise.all([...busy].map(({ last }) => last))
    },
  }
}
