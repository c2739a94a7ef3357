import type { Client } from 'aedes'
import pLimit from 'p-limit'
import { roles } from '#shared/actors.ts'
import { tokenScopes } from '#shared/api-tokens.ts'
import { topics } from '#shared/topics.ts'
import type { Revocation, Identity } from '../../auth/sessions.ts'
import type { Clock } from '../../lib/clock.ts'
import { newId } from '../../lib/ids.ts'
import { createExpiryTimers } from './expiry-timers.ts'

/** The origin of a publication: a connection and its identity. */
export interface Sender {
  /** Unique to this connection; a client id may be used again, this id is not. */
  readonly id: string
  readonly identity: Identity
}

/** One authenticated MQTT connection. */
export interface Connection extends Sender {
  /** Subscribed filters. */
  readonly filters: Set<string>
  /** Number of refused publications. */
  refused: number
  /** Number of refused filters. */
  refusedFilters: number
  /** Its token, session or device has ended, so its queued publications are dropped, even after a DISCONNECT. */
  ended: boolean
}

export interface ConnectionsDependencies {
  clock: Clock
  /**
   * Called for every connection that opens and closes. A connection that takes over a client id opens before the old one
   * closes, so a count of a vendor's connections never drops to zero in between.
   */
  onOpen: (connection: Connection) => void
  onClose: (connection: Connection) => void
}

export type Connections = ReturnType<typeof createConnections>

/** The identity of each connection. Closes connections whose token, session or device ends. */
export function createConnections({ clock, onOpen, onClose }: ConnectionsDependencies) {
  const open = new Map<Client, Connection>()
  const expiries = createExpiryTimers<Client>(clock, (client) => {
    const connection = open.get(client)
    if (!connection) return
    connection.ended = true
    client.close()
  })
  const withPendingWork = new Set<Connection>()
  let revocationCount = 0

  const connections = {
    /** Registers an authenticated client. Its connection closes when the token expires. */
    add(client: Client, identity: Identity): Connection {
      const connection: Connection = {
        id: newId(),
        identity,
        filters: new Set(),
        refused: 0,
        refusedFilters: 0,
        ended: false,
      }
      open.set(client, connection)
      expiries.add(client, identity.expiresAt)
      // Aedes emits clientDisconnect for registered clients only; before that the socket's close is the only sign.
      client.conn.on('close', () => connections.remove(client))
      onOpen(connection)
      return connection
    },

    of: (client: Client | null): Connection | null => (client && open.get(client)) ?? null,

    /** Idempotent: both the socket and Aedes report a close. */
    remove(client: Client) {
      const connection = open.get(client)
      if (!connection) return
      expiries.remove(client, connection.identity.expiresAt)
      open.delete(client)
      onClose(connection)
    },

    /** Marks a connection with queued publications: a revocation must reach it even after its client has disconnected. */
    hold: (connection: Connection) => void withPendingWork.add(connection),
    release: (connection: Connection) => void withPendingWork.delete(connection),

    /** Counts revocations. A change during authentication means that the identity must be checked again. */
    revocationCount: () => revocationCount,

    /** Closes every connection of a revoked session, device, link or user. */
    close(ended: Revocation) {
      revocationCount++
      for (const connection of withPendingWork) connection.ended ||= isOf(connection.identity, ended)
      for (const [client, connection] of open) {
        if (!isOf(connection.identity, ended)) continue
        connection.ended = true
        client.close()
      }
    },

    /** Closes every connection whose identity is no longer valid, because this node may have missed its revocation. */
    async recheck(isValid: (identity: Identity) => Promise<boolean>) {
      revocationCount++
      const limit = pLimit(20)
      const checks = [...open].map(([client, connection]) =>
        limit(async () => {
          if (await isValid(connection.identity)) return
          connection.ended = true
          client.close()
        }),
      )
      await Promise.all(checks)
    },

    /**
     * Whether a connection of the customer to this node is subscribed to their orders, or to this one by its link: a page is,
     * while it is shown. Looks at each connection, so it is not for work that every order entails.
     */
    isWatching(customerId: string, orderId: string): boolean {
      const orders = topics.customerOrders(customerId)
      for (const { identity, filters } of open.values()) {
        const { id, link } = identity
        if (id === customerId && (!link || link.orderId === orderId) && filters.has(orders)) return true
      }
      return false
    },

    /** The number of open connections by role; that of devices and of API tokens by what they are. */
    countsByRole(): Map<string, number> {
      const counts = new Map<string, number>([...roles, 'device', ...tokenScopes].map((role) => [role, 0]))
      for (const { identity } of open.values()) {
        const role = identity.deviceId === null ? (identity.scope ?? identity.role) : 'device'
        counts.set(role, (counts.get(role) ?? 0) + 1)
      }
      return counts
    },

    get size() {
      return open.size
    },
  }
  return connections
}

function isOf({ id, sessionId, deviceId, link }: Identity, ended: Revocation): boolean {
  if ('trackedOrder' in ended) return link !== undefined && (ended.trackedOrder ?? link.orderId) === link.orderId
  if ('userId' in ended) return id === ended.userId
  return 'deviceId' in ended ? deviceId === ended.deviceId : sessionId === ended.sessionId
}
