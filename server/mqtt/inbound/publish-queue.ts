import type { Client } from 'aedes'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Connection, Connections } from '../sessions/connections.ts'
import { logLevelOf } from '../../lib/errors.ts'
import { resetKeepAlive } from '../transport/keep-alive.ts'
import { limits } from '../limits.ts'
import { createTokenBucket } from '../../lib/token-bucket.ts'

/**
 * `acknowledge`: it is done with. `cut`: it could not be stored; without an acknowledgement it will be sent again.
 * `ignore`: its connection is at an end already, so it is neither taken nor answered.
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
  bucket: ReturnType<typeof createTokenBucket>
}

/**
 * One client's publications are taken one after the other, in the order in which they came (MQTT-4.6.0): Aedes hands
 * over everything it has read at once. It reads no more of a client while one of its publications waits, so slowing a
 * client down loses nothing.
 *
 * The queue goes on when its client has gone: `mosquitto_pub -q 0` says its message and goodbye in one breath. It ends
 * where the connection's right does, and with the broker: what waits then was never acknowledged.
 */
export function createPublishQueue({ connections, clock, log, paced }: PublishQueueDependencies) {
  const queues = new WeakMap<Connection, Queue>()
  const busy = new Set<Queue>()
  let closing = false

  function queueOf(connection: Connection): Queue {
    const queue = queues.get(connection) ?? {
      last: Promise.resolve<PublishAnswer>('acknowledge'),
      waiting: 0,
      bucket: createTokenBucket(limits.publications, clock),
    }
    queues.set(connection, queue)
    return queue
  }

  const over = ({ ended, identity }: Connection) => closing || ended || identity.expiresAt <= clock.now()

  /** The wait is worked out when the turn comes: worked out on arrival it would be slept once more by all who follow. */
  async function turn(queue: Queue, client: Client): Promise<void> {
    const wait = queue.bucket.next()
    if (wait === 0) return
    await new Promise<void>((resolve) => void clock.after(wait, resolve))
    resetKeepAlive(client)
  }

  return {
    over,

    /** Does `work` when everything before it is done; `throttled`: and when this client may publish again. */
    take(
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
        // After one that could not be stored no later one is taken: they come again together, in the same order.
        if (before !== 'acknowledge') return 'ignore'
        if (paced && throttled && !over(connection)) await turn(queue, client)
        if (over(connection)) return 'ignore'
        try {
          return await work()
        } catch (error) {
          log[logLevelOf(error)]({ error, user: connection.identity.id }, 'a publication could not be taken in')
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

    /** From now on nothing that waits is taken any more. */
    close() {
      closing = true
    },

    /** Resolves when nothing waits any more. */
    async drain() {
      while (busy.size > 0) await Promise.all([...busy].map(({ last }) => last))
    },
  }
}
