import type { MqttLimits } from '../../config/mqtt-config.ts'
import type { ThrottledLog } from '../../lib/throttled-log.ts'
import { networkOf } from '../../net/client-address.ts'

export interface ConnectionLimitsDependencies {
  limits: Pick<MqttLimits, 'MQTT_CONNECTIONS' | 'MQTT_CONNECTIONS_PER_ADDRESS'>
  /** False lifts the limit per address. */
  perAddress: boolean
  logOnce: ThrottledLog
}

/** The place of one connection among those of its address. */
export interface ConnectionPlace {
  /** Its token is valid: from now on no other connection takes its place. */
  keep: () => void
  /** Frees the place. */
  leave: () => void
}

/** The connections of one address. `unauthenticated`: the function that closes each, in the order of arrival. */
interface AddressConnections {
  count: number
  readonly unauthenticated: Set<() => void>
}

export type ConnectionLimits = ReturnType<typeof createConnectionLimits>

/** Limits open connections, in total and per address, from the moment they are accepted. */
export function createConnectionLimits({ limits, perAddress, logOnce }: ConnectionLimitsDependencies) {
  const open = new Map<string, AddressConnections>()
  let total = 0

  function isReached(limit: keyof typeof limits, count: number, address: string | undefined): boolean {
    const value = limits[limit]
    if (count < value) return false
    logOnce('warn', `${limit} ${networkOf(address)}`, { address, limit, value }, 'connection refused: limit reached')
    return true
  }

  return {
    /**
     * Counts a connection, which `close` closes. null at the limit. At the limit of an address its oldest connection
     * without a valid token is closed instead, so that connections that send nothing or a wrong token refuse no other.
     */
    enter(address: string | undefined, close: () => void): ConnectionPlace | null {
      const network = networkOf(address)
      const connections = open.get(network) ?? { count: 0, unauthenticated: new Set() }
      if (isReached('MQTT_CONNECTIONS', total, address)) return null
      if (perAddress && isReached('MQTT_CONNECTIONS_PER_ADDRESS', connections.count, address)) {
        const [oldest] = connections.unauthenticated
        if (!oldest) return null
        oldest()
      }
      total++
      connections.count++
      open.set(network, connections)
      let left = false
      const evict = () => {
        leave()
        close()
      }
      connections.unauthenticated.add(evict)

      function leave() {
        if (left) return
        left = true
        connections.unauthenticated.delete(evict)
        total--
        if (--connections.count === 0) open.delete(network)
      }
      return { keep: () => connections.unauthenticated.delete(evict), leave }
    },
  }
}
