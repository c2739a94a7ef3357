import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { createRateLimiters } from '../net/rate-limiters.ts'
import { connectOnce, createRedis } from '../net/redis.ts'
import { createMembership } from './membership.ts'
import { createRedisBus } from './redis-bus.ts'

export interface ClusterDependencies {
  /** REDIS_URL; null for a single node. */
  redisUrl: string | null
  clock: Clock
  log: Log
}

export type Cluster = ReturnType<typeof createCluster>

/** The nodes that share one database, and what they count together. A single node is a cluster of one. */
export function createCluster({ redisUrl, clock, log }: ClusterDependencies) {
  const redis = redisUrl === null ? null : createRedis(redisUrl)
  const membership = createMembership({ bus: redisUrl === null ? null : createRedisBus(redisUrl), clock, log })
  return {
    membership,
    createLimiter: createRateLimiters(redis),

    async start(): Promise<void> {
      if (redis) await connectOnce(redis)
      await membership.start()
    },

    async stop(): Promise<void> {
      await membership.stop()
      redis?.disconnect()
    },
  }
}
