import type { MqttLimits } from '../../config/mqtt-config.ts'
import type { ThrottledLog } from '../../lib/throttled-log.ts'
import { networkOf } from '../../net/client-address.ts'

export interface ConnectionLimitsDependencies {
  limits: Pick<MqttLimits, 'MQTT_CONNECTIONS' | 'MQTT_CONNECTIONS_PER_ADDRESS'>
  /** False lifts the limit per address. */
  perAddress: boolean
  logOnce: ThrottledLog
}

/** The connections of one address. */
interface AddressConnections {
  count: number
  /** In the order of arrival. */
  readonly unauthenticated: Set<ConnectionPlace>
  /** Called when one has left. */
  readonly onLeave: () => void
}

interface Closable {
  destroy: () => unknown
}

/** The place of one connection among those of its address. */
export class ConnectionPlace {
  readonly #among: AddressConnections
  readonly #socket: Closable
  #left = false

  constructor(among: AddressConnections, socket: Closable) {
    this.#among = among
    this.#socket = socket
  }

  /** Its token is valid: from now on no other connection takes its place. */
  keep() {
    this.#among.unauthenticated.delete(this)
  }

  /** Frees the place. */
  leave() {
    if (this.#left) return
    this.#left = true
    this.keep()
    this.#among.onLeave()
  }

  /** Frees the place and closes the connection. */
  evict() {
    this.leave()
    this.#socket.destroy()
  }
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

  function connectionsOf(network: string): AddressConnections {
    const connections: AddressConnections = {
      count: 0,
      unauthenticated: new Set(),
      onLeave: () => {
        total--
        if (--connections.count === 0) open.delete(network)
      },
    }
    return connections
  }

  return {
    /**
     * Counts a connection. null at the limit. At the limit of an address its oldest connection without a valid token is
     * closed instead, so that connections that send nothing or a wrong token refuse no other.
     */
    enter(address: string | undefined, socket: Closable): ConnectionPlace | null {
      const network = networkOf(address)
      const connections = open.get(network) ?? connectionsOf(network)
      if (isReached('MQTT_CONNECTIONS', total, address)) return null
      if (perAddress && isReached('MQTT_CONNECTIONS_PER_ADDRESS', connections.count, address)) {
        const [oldest] = connections.unauthenticated
        if (!oldest) return null
        oldest.evict()
      }
      total++
      connections.count++
      open.set(network, connections)
      const place = new ConnectionPlace(connections, socket)
      connections.unauthenticated.add(place)
      return place
    },
  }
}
