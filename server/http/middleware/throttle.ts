import { RateLimiterRes } from 'rate-limiter-flexible'
import { DomainError } from '../../lib/errors.ts'
import type { CreateLimiter } from '../../net/rate-limiters.ts'

/** `points` per key in `seconds`; above that, one every `pause` seconds until the time is over. */
export interface ThrottleRule {
  points: number
  seconds: number
  pause: number
}

export type Throttle = ReturnType<typeof createThrottle>

/** A limit that slows a key down instead of refusing it for the rest of the period. */
export function createThrottle(createLimiter: CreateLimiter, name: string, { points, seconds, pause }: ThrottleRule) {
  const free = createLimiter(name, points, seconds)
  const pauses = createLimiter(`${name}-pauses`, 1, pause)

  return {
    /** Throws too_many_requests, with the seconds until the next one. */
    async consume(key: string): Promise<void> {
      const left = await free.consume(key).then((result) => result.remainingPoints, exceeded)
      if (left instanceof RateLimiterRes) await pauses.consume(key).catch(refuse)
      // The last free one starts the first pause.
      else if (left === 0) await pauses.consume(key).catch(exceeded)
    },

    /** Takes one back that should not count. */
    async refund(key: string): Promise<void> {
      await free.reward(key)
    },
  }
}

/** Any other error is a failure of the limiter. */
function exceeded(error: unknown): RateLimiterRes {
  if (error instanceof RateLimiterRes) return error
  throw error
}

function refuse(error: unknown): never {
  const retryAfter = Math.max(1, Math.ceil(exceeded(error).msBeforeNext / 1000))
  throw new DomainError('too_many_requests', `Too many attempts. Try again in ${retryAfter} s.`, { retryAfter })
}
