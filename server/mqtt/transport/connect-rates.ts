import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { networkOf } from '../../net/client-address.ts'
import type { CreateLimiter } from '../../net/rate-limiters.ts'
import { limits } from '../limits.ts'

export interface ConnectRatesDependencies {
  enabled: boolean
  createLimiter: CreateLimiter
}

export type ConnectRates = ReturnType<typeof createConnectRates>

/** Rate limits for CONNECT, per address and per account. */
export function createConnectRates({ enabled, createLimiter }: ConnectRatesDependencies) {
  const limiter = (name: string, { points, seconds }: { points: number; seconds: number }) =>
    createLimiter(name, points, seconds)
  const attempts = limiter('connects', limits.connectsPerAddress)
  const refusals = limiter('refused-connects', limits.refusedConnectsPerAddress)
  const accounts = limiter('account-connects', limits.connectsPerAccount)

  async function consume(limit: RateLimiterAbstract, key: string): Promise<boolean> {
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
    /** Whether a client with a valid token may connect from this address now. Refused clients do not count. */
    address: (address: string | undefined) => consume(attempts, networkOf(address)),

    /** Counts a wrong token. False when this address has sent too many, so that the answer has to wait. */
    refused: (address: string | undefined) => consume(refusals, networkOf(address)),

    /** Whether this user may connect now. Throttles clients that reconnect at once whenever they are disconnected. */
    account: (userId: string) => consume(accounts, userId),
  }
}
