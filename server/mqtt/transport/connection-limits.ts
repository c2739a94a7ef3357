import type { MqttLimits } from '../../config/mqtt-config.ts'
import type { ThrottledLog } from '../../lib/throttled-log.ts'
import { networkOf } from '../../net/client-address.ts'

export interface ConnectionLimitsDependencies {
  limits: Pick<MqttLimits, 'MQTT_CONNECTIONS' | 'MQTT_CONNECTIONS_PER_ADDRESS'>
  /** False lifts the limit per address. */
  perAddress: boolean
  logOnce: ThrottledLog
}

export type ConnectionLimits = ReturnType<typeof createConnectionLimits>

/** Limits open connections, in total and per address, from the moment they are accepted. */
export function createConnectionLimits({ limits, perAddress, logOnce }: ConnectionLimitsDependencies) {
  const open = new Map<string, number>()
  let total = 0

  function isReached(limit: keyof typeof limits, count: number, address: string | undefined): boolean {
    const value = limits[limit]
    if (count < value) return false
    logOnce('warn', `${limit} ${networkOf(address)}`, { address, limit, value }, 'connection refused: limit reached')
    return true
  }

  return {
    /** Counts a connection. Returns a function that releases it, to be called once; null at the limit. */
    enter(address: string | undefined): (() => void) | null {
      const network = networkOf(address)
      const current = open.get(network) ?? 0
      if (isReached('MQTT_CONNECTIONS', total, address)) return null
      if (perAddress && isReached('MQTT_CONNECTIONS_PER_ADDRESS', current, address)) return null
      total++
      open.set(network, current + 1)
      return () => {
        total--
        const remaining = (open.get(network) ?? 1) - 1
        if (remaining > 0) open.set(network, remaining)
        else open.delete(network)
      }
    },
  }
}
