import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { networkOf } from './client-address.ts'

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

/**
 * For features: counts `points` per key in `seconds`; the returned function resolves to the seconds until the next one, 0
 * when it may be now.
 */
export const createLimits =
  (createLimiter: CreateLimiter, enabled: boolean) => (name: string, points: number, seconds: number) => {
    const limiter = createLimiter(name, points, seconds)
    return async (key: string | undefined): Promise<number> => {
      if (!enabled) return 0
      try {
        await limiter.consume(networkOf(key))
        return 0
      } catch (error) {
        if (error instanceof RateLimiterRes) return Math.max(1, Math.ceil(error.msBeforeNext / 1000))
        throw error
      }
    }
  }
