import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible'

/** Makes what counts under `name`: so many points for each key in so many seconds. */
export type CreateLimiter = (name: string, points: number, seconds: number) => RateLimiterAbstract

/** Counts in Redis for all nodes together; while that is away, and on a single node, this process counts alone. */
export function createRateLimiters(redis: Redis | null): CreateLimiter {
  return (name, points, seconds) => {
    const own = new RateLimiterMemory({ points, duration: seconds })
    if (!redis) return own
    return new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `callout:rate:${name}`,
      points,
      duration: seconds,
      insuranceLimiter: own,
    })
  }
}
