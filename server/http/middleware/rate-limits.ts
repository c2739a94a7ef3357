import { DomainError } from '../../lib/errors.ts'
import { networkOf } from '../../net/client-address.ts'
import type { CreateLimiter } from '../../net/rate-limiters.ts'
import { createThrottle, type Throttle } from './throttle.ts'

export interface RateLimitsDependencies {
  enabled: boolean
  createLimiter: CreateLimiter
}

export type RateLimits = ReturnType<typeof createRateLimits>

/** The source of a sign-in. `browser`: the id of the browser if it has signed in to this account before, else null. */
export interface SignInSource {
  address: string | undefined
  browser: string | null
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

const rules = {
  registrations: { points: 100, seconds: hour, pause: 10 },
  attempts: { points: 300, seconds: 5 * minute, pause: 1 },
  failures: { points: 10, seconds: 15 * minute, pause: 30 },
  accountFailures: { points: 100, seconds: hour, pause: 30 },
  orders: { points: 120, seconds: minute, pause: 5 },
}

/** How long the address of a sign-in is known. Below the longest timer (2^31 ms). */
const knownFor = 20 * day

/**
 * Limits password guessing. An attacker cannot lock the owner of an account out: a browser that has signed in to the
 * account before has a limit of its own, an address from which the account has signed in is limited by its own failures
 * for this account, and only all other sign-ins share the limits of their address and of the account. Above a limit
 * attempts are slowed down (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 */
export function createRateLimits({ enabled, createLimiter }: RateLimitsDependencies) {
  const registrations = createThrottle(createLimiter, 'registrations', rules.registrations)
  const attempts = createThrottle(createLimiter, 'attempts', rules.attempts)
  const failures = createThrottle(createLimiter, 'failures', rules.failures)
  const accountFailures = createThrottle(createLimiter, 'account-failures', rules.accountFailures)
  const orders = createThrottle(createLimiter, 'orders', rules.orders)
  const knownAddresses = createLimiter('known-addresses', 1, knownFor)

  const pairOf = (account: string, address: string | undefined) => `${account} ${networkOf(address)}`

  /** The limits of failures that count for this sign-in. */
  async function failuresOf({ address, browser }: SignInSource, account: string): Promise<[Throttle, string][]> {
    if (browser !== null) return [[failures, `${account} browser ${browser}`]]
    const pair = pairOf(account, address)
    if (await knownAddresses.get(pair)) return [[failures, pair]]
    await attempts.consume(networkOf(address))
    return [
      [failures, pair],
      [accountFailures, account],
    ]
  }

  return {
    async register(address: string | undefined): Promise<void> {
      if (enabled) await registrations.consume(networkOf(address))
    },

    /** Runs `attempt` unless the source or the account has reached a limit. Throws too_many_requests. */
    async login<Result>(source: SignInSource, account: string, attempt: () => Promise<Result>): Promise<Result> {
      if (!enabled) return attempt()
      const counted = await failuresOf(source, account)
      // Consumed before the attempt and refunded unless the password was wrong, so that parallel guesses count too.
      for (const [limit, key] of counted) await limit.consume(key)
      let wrong = false
      try {
        return await attempt()
      } catch (error) {
        wrong = error instanceof DomainError && error.code === 'bad_credentials'
        throw error
      } finally {
        if (!wrong) for (const [limit, key] of counted) await limit.refund(key)
      }
    },

    /** After a sign-in or a registration: this address is known for the account. */
    async signedIn(address: string | undefined, account: string): Promise<void> {
      if (enabled) await knownAddresses.set(pairOf(account, address), 1, knownFor)
    },

    /** Counts an order of this customer. Throws too_many_requests. */
    async order(customerId: string): Promise<void> {
      if (enabled) await orders.consume(customerId)
    },

    /** The request stored no order. */
    async noOrder(customerId: string): Promise<void> {
      if (enabled) await orders.refund(customerId)
    },
  }
}
