import type { Client } from 'aedes'
import pLimit from 'p-limit'
import type { Revocation, Identity } from '../../auth/sessions.ts'
import type { Clock } from '../../lib/clock.ts'
import { newId } from '../../lib/ids.ts'
import { createExpiryTimers } from './expiry-timers.ts'

/** A connection that publishes, and its identity. */
export interface Sender {
  /** Unique to this connection; a client id may come back, this never does. */
  readonly id: string
  readonly identity: Identity
}

/** One authenticated MQTT connection. */
export interface Connection extends Sender {
  /** Filters it is subscribed to. */
  readonly filters: Set<string>
  /** Publications refused so far. */
  refused: number
  /** Filters refused so far. */
  refusedFilters: number
  /** Its token, session or device has ended: nothing of it is taken any more. It may have said goodbye before. */
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

/** Who is on each connection, and the ends of tokens, sessions and devices that close it. */
export function createConnections({ clock, onOpen, onClose }: ConnectionsDependencies) {
  const open = new Map<Client, Connection>()
  const expiries = createExpiryTimers<Client>(clock, (client) => {
    const connection = open.get(client)
    if (!connection) return
    connection.ended = true
    client.close()
  })
  const held = new Set<Connection>()
  let endings = 0

  const connections = {
    /** The client has proved who it is. Its connection closes when the token ends. */
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
      client.conn.once('close', () => connections.remove(client))
      onOpen(connection)
      return connection
    },

    of: (client: Client | null): Connection | null => (client && open.get(client)) ?? null,

    /** Nothing happens when it has been removed already. */
    remove(client: Client) {
      const connection = open.get(client)
      if (!connection) return
      expiries.remove(client, connection.identity.expiresAt)
      open.delete(client)
      onClose(connection)
    },

    /** Something of it still waits to be done, so it must hear of its end even when its client has gone. */
    hold: (connection: Connection) => void held.add(connection),
    release: (connection: Connection) => void held.delete(connection),

    /** How often something has ended so far. */
    endings: () => endings,

    /** Closes every connection of a session, a device or a user that has ended. */
    close(ended: Revocation) {
      endings++
      for (const connection of held) connection.ended ||= isOf(connection.identity, ended)
      for (const [client, connection] of open) {
        if (!isOf(connection.identity, ended)) continue
        connection.ended = true
        client.close()
      }
    },

    /** Closes every connection whose identity is no longer good: what ended it may not have been heard. */
    async recheck(isGood: (identity: Identity) => Promise<boolean>) {
      endings++
      const atOnce = pLimit(20)
      const checks = [...open].map(([client, connection]) =>
        atOnce(async () => {
          if (await isGood(connection.identity)) return
          connection.ended = true
          client.close()
        }),
      )
      await Promise.all(checks)
    },

    get size() {
      return open.size
    },
  }
  return connections
}

function isOf({ id, sessionId, deviceId }: Identity, ended: Revocation): boolean {
  if ('userId' in ended) return id === ended.userId
  return 'deviceId' in ended ? deviceId === ended.deviceId : sessionId === ended.sessionId
}
