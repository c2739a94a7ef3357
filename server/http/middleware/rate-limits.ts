import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { DomainError } from '../../lib/errors.ts'
import type { CreateLimiter } from '../../net/rate-limiters.ts'

export interface RateLimitsDependencies {
  enabled: boolean
  createLimiter: CreateLimiter
}

export type RateLimits = ReturnType<typeof createRateLimits>

const minute = 60
const hour = 60 * minute

/**
 * Limits password guessing by address and by account. 10 failures lock an account for the address they came from;
 * 100 failures from any address lock it for all addresses, so one attacker cannot easily lock out the owner.
 */
export function createRateLimits({ enabled, createLimiter }: RateLimitsDependencies) {
  const registrations = createLimiter('registrations', 100, hour)
  const attempts = createLimiter('attempts', 300, 5 * minute)
  const failures = createLimiter('failures', 10, 15 * minute)
  const failuresOfAccount = createLimiter('account-failures', 100, hour)

  async function consume(limit: RateLimiterAbstract, key: string, points = 1) {
    if (!enabled) return
    try {
      await limit.consume(key, points)
    } catch (error) {
      if (error instanceof RateLimiterRes) throw tooMany(error.msBeforeNext)
      throw error
    }
  }

  return {
    register: (address = 'unknown') => consume(registrations, address),

    /** Runs `attempt` unless the address or the account has reached a limit. Throws too_many_requests. */
    async login<Result>(address = 'unknown', account: string, attempt: () => Promise<Result>): Promise<Result> {
      const pair = `${account} ${address}`
      await consume(attempts, address)
      // Consumed before the attempt and refunded after a success, so that parallel guesses count too.
      await consume(failures, pair)
      await consume(failuresOfAccount, account)
      const result = await attempt()
      if (enabled) await Promise.all([failures.reward(pair), failuresOfAccount.reward(account)])
      return result
    },
  }
}

function tooMany(milliseconds: number): DomainError {
  const retryAfter = Math.max(1, Math.ceil(milliseconds / 1000))
  return new DomainError('too_many_requests', `Too many attempts. Try again in ${retryAfter} s.`, { retryAfter })
}
