import { RateLimiterRes } from 'rate-limiter-flexible'
import { DomainError } from '../../lib/errors.ts'
import type { CreateLimiter } from '../../net/rate-limiters.ts'

/**
 * `points` per key in `seconds`; above that, one every `pause` seconds until the time is over. `parts`: a refund may be a
 * part of a point.
 */
export interface ThrottleRule {
  /** The setting with the number of points. */
  setting: string
  points: number
  seconds: number
  pause: number
  parts?: number
}

/** For the log: the limit that refused a request, and the user whose limit it is. */
export interface ReachedLimit {
  limit: string
  value: number
  seconds: number
  user?: string
}

/** The code is too_many_requests; the problem document does not contain `reached`. */
export class LimitReachedError extends DomainError {
  readonly reached: ReachedLimit

  constructor(retryAfter: number, reached: ReachedLimit) {
    super('too_many_requests', `Too many attempts. Try again in ${retryAfter} s.`, { retryAfter })
    this.reached = reached
  }
}

export type Throttle = ReturnType<typeof createThrottle>

/** A limit that slows a key down instead of refusing it for the rest of the period. */
export function createThrottle(
  createLimiter: CreateLimiter,
  name: string,
  { setting, points, seconds, pause, parts = 1 }: ThrottleRule,
) {
  const free = createLimiter(name, points * parts, seconds)
  const pauses = createLimiter(`${name}-pauses`, 1, pause)

  return {
    /** Throws LimitReachedError with the seconds until the next one. `user` is for the log. */
    async consume(key: string, user?: string): Promise<void> {
      const refuse = (error: unknown) => {
        const retryAfter = Math.max(1, Math.ceil(exceeded(error).msBeforeNext / 1000))
        throw new LimitReachedError(retryAfter, { limit: setting, value: points, seconds, user })
      }
      const left = await free.consume(key, parts).then((result) => result.remainingPoints, exceeded)
      if (left instanceof RateLimiterRes) await pauses.consume(key).catch(refuse)
      // The last free one starts the first pause.
      else if (left < parts) await pauses.consume(key).catch(exceeded)
    },

    /** Takes one back that should not count, or this many of its parts. */
    async refund(key: string, count = parts): Promise<void> {
      await free.reward(key, count)
    },
  }
}

/** Any other error is a failure of the limiter. */
function exceeded(error: unknown): RateLimiterRes {
  if (error instanceof RateLimiterRes) return error
  throw error
}
