import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible'

/** Creates the limiter `name` with `points` per key in `seconds`. */
export type CreateLimiter = (name: string, points: number, seconds: number) => RateLimiterAbstract

/** Counts in Redis for all nodes together. On a single node, or while Redis is unavailable, counts in this process. */
export function createRateLimiters(redis: Redis | null): CreateLimiter {
  return (name, points, seconds) => {
    const local = new RateLimiterMemory({ points, duration: seconds })
    if (!redis) return local
    return new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `callout:rate:${name}`,
      points,
      duration: seconds,
      insuranceLimiter: local,
    })
  }
}
