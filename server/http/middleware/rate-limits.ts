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
 * Guessing is limited by address and by account: an address may not try many accounts, and a few failures from one
 * address close an account to that address alone; only many more, from anywhere, close it to everybody for a while.
 */
export function createRateLimits({ enabled, createLimiter }: RateLimitsDependencies) {
  const registrations = createLimiter('registrations', 100, hour)
  const attempts = createLimiter('attempts', 300, 5 * minute)
  const failures = createLimiter('failures', 10, 15 * minute)
  const failuresOfAccount = createLimiter('account-failures', 100, hour)

  async function take(limit: RateLimiterAbstract, key: string, points = 1) {
    if (!enabled) return
    try {
      await limit.consume(key, points)
    } catch (refused) {
      if (refused instanceof RateLimiterRes) throw tooMany(refused.msBeforeNext)
      throw refused
    }
  }

  return {
    register: (address = 'unknown') => take(registrations, address),

    /** Runs `attempt` unless address or account have failed too often. */
    async login<Answer>(address = 'unknown', account: string, attempt: () => Promise<Answer>): Promise<Answer> {
      const pair = `${account} ${address}`
      await take(attempts, address)
      // Taken before the attempt and given back after a good one: parallel guesses count as well.
      await take(failures, pair)
      await take(failuresOfAccount, account)
      const answer = await attempt()
      if (enabled) await Promise.all([failures.reward(pair), failuresOfAccount.reward(account)])
      return answer
    },
  }
}

function tooMany(milliseconds: number): DomainError {
  const retryAfter = Math.max(1, Math.ceil(milliseconds / 1000))
  return new DomainError('too_many_requests', `Too many attempts. Try again in ${retryAfter} s.`, { retryAfter })
}
