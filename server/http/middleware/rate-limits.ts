import { DomainError } from '../../lib/errors.ts'
import { networkOf } from '../../net/client-address.ts'
import type { CreateLimiter } from '../../net/rate-limiters.ts'
import { createThrottle, type Throttle, type ThrottleRule } from './throttle.ts'

export interface RateLimitsDependencies {
  enabled: boolean
  limits: HttpLimits
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
  registrations: { setting: 'REGISTRATIONS_PER_ADDRESS', seconds: hour, pause: 10 },
  attempts: { setting: 'SIGN_INS_PER_ADDRESS', seconds: 5 * minute, pause: 1 },
  failures: { setting: 'FAILED_SIGN_INS_PER_ADDRESS', seconds: 15 * minute, pause: 30 },
  'account-failures': { setting: 'FAILED_SIGN_INS_PER_ACCOUNT', seconds: hour, pause: 30 },
  orders: { setting: 'ORDERS_PER_CUSTOMER', seconds: minute, pause: 5, parts: 10 },
} as const satisfies Record<string, Omit<ThrottleRule, 'points'>>

/** By the name of the setting, which is logged when the limit is reached. */
export type HttpLimits = Readonly<Record<(typeof rules)[keyof typeof rules]['setting'], number>>

/** Parts of an order that a refused one counts: a person corrects a form, but a program that repeats it is slowed down. */
const refusedOrder = 1

/** How long the address of a sign-in is known. Below the longest timer (2^31 ms). */
const knownFor = 20 * day

/**
 * Limits password guessing. An attacker cannot lock the owner of an account out: a browser that has signed in to the
 * account before has a limit of its own, an address from which the account has signed in is limited by its own failures
 * for this account, and only all other sign-ins share the limits of their address and of the account. Above a limit
 * attempts are slowed down (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 */
export function createRateLimits({ enabled, limits, createLimiter }: RateLimitsDependencies) {
  const throttle = (name: keyof typeof rules) =>
    createThrottle(createLimiter, name, { ...rules[name], points: limits[rules[name].setting] })
  const registrations = throttle('registrations')
  const attempts = throttle('attempts')
  const failures = throttle('failures')
  const accountFailures = throttle('account-failures')
  const orders = throttle('orders')
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

    /** Runs `place` unless the customer has reached the limit. Throws too_many_requests. A repetition does not count. */
    async order<Placed extends { replayed: boolean }>(
      customerId: string,
      place: () => Promise<Placed>,
    ): Promise<Placed> {
      if (!enabled) return place()
      // Consumed whole before the attempt, so that parallel requests count too.
      await orders.consume(customerId, customerId)
      try {
        const placed = await place()
        if (placed.replayed) await orders.refund(customerId)
        return placed
      } catch (error) {
        await orders.refund(customerId, rules.orders.parts - refusedOrder)
        throw error
      }
    },
  }
}
