import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { networkOf } from '../../net/client-address.ts'
import type { CreateLimiter } from '../../net/rate-limiters.ts'
import { limits } from '../limits.ts'

export interface ConnectRatesDependencies {
  enabled: boolean
  createLimiter: CreateLimiter
}

export type ConnectRates = ReturnType<typeof createConnectRates>

/** How often an address, and an account, may try to come in. */
export function createConnectRates({ enabled, createLimiter }: ConnectRatesDependencies) {
  const limiter = (name: string, { points, seconds }: { points: number; seconds: number }) =>
    createLimiter(name, points, seconds)
  const tries = limiter('connects', limits.connectsPerAddress)
  const refusals = limiter('refused-connects', limits.refusedConnectsPerAddress)
  const accounts = limiter('account-connects', limits.connectsPerAccount)

  async function take(limit: RateLimiterAbstract, key: string): Promise<boolean> {
    if (!enabled) return true
    try {
      await limit.consume(key)
      return true
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return false
      throw refused
    }
  }

  return {
    /** Whether this address may try now. */
    async address(address: string | undefined): Promise<boolean> {
      const network = networkOf(address)
      const refused = enabled ? await refusals.get(network) : null
      return (refused?.remainingPoints ?? 1) > 0 && take(tries, network)
    },

    /** Notes a try that was refused. */
    refused: (address: string | undefined) => take(refusals, networkOf(address)),

    /** Whether this user may connect now: a client that is cut off and comes back at once, for ever, is held up. */
    account: (userId: string) => take(accounts, userId),
  }
}
