import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import type { MqttLimits } from '../../config/mqtt-config.ts'
import type { ThrottledLog } from '../../lib/throttled-log.ts'
import { networkOf } from '../../net/client-address.ts'
import type { CreateLimiter } from '../../net/rate-limiters.ts'

export interface ConnectRatesDependencies {
  enabled: boolean
  limits: Omit<MqttLimits, 'MQTT_CONNECTIONS' | 'MQTT_CONNECTIONS_PER_ADDRESS'>
  createLimiter: CreateLimiter
  logOnce: ThrottledLog
}

interface Rate {
  limit: keyof ConnectRatesDependencies['limits']
  counts: RateLimiterAbstract
}

export type ConnectRates = ReturnType<typeof createConnectRates>

/** Rate limits for CONNECT, per address and per account. */
export function createConnectRates({ enabled, limits, createLimiter, logOnce }: ConnectRatesDependencies) {
  const seconds = 60
  const limiter = (name: string, limit: keyof typeof limits): Rate => ({
    limit,
    counts: createLimiter(name, limits[limit], seconds),
  })
  const attempts = limiter('connects', 'MQTT_CONNECTS_PER_ADDRESS')
  const refusals = limiter('refused-connects', 'MQTT_REFUSED_CONNECTS_PER_ADDRESS')
  const accounts = limiter('account-connects', 'MQTT_CONNECTS_PER_ACCOUNT')

  function reached({ limit }: Rate, key: string, who: { address: string | undefined; user?: string }): false {
    const fields = { ...who, limit, value: limits[limit], seconds }
    logOnce('warn', `${limit} ${key}`, fields, 'connect limit reached')
    return false
  }

  async function consume(
    rate: Rate,
    key: string,
    who: { address: string | undefined; user?: string },
  ): Promise<boolean> {
    if (!enabled) return true
    try {
      await rate.counts.consume(key)
      return true
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return reached(rate, key, who)
      throw refused
    }
  }

  return {
    /** Whether a client with a valid token may connect from this address now. Clients refused before do not count. */
    address: (address: string | undefined) => consume(attempts, networkOf(address), { address }),

    /** Counts a wrong token. False when this address has sent too many, so that the answer has to wait. */
    refused: (address: string | undefined) => consume(refusals, networkOf(address), { address }),

    /** Whether this user may connect now. Throttles clients that reconnect at once whenever they are disconnected. */
    account: (user: string, address: string | undefined) => consume(accounts, user, { address, user }),
  }
}
