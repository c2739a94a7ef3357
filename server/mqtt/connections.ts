import type { Client } from 'aedes'
import type { Ended, Identity } from '../auth/sessions.ts'
import type { Clock } from '../clock.ts'
import { newId } from '../ids.ts'

/** One authenticated MQTT connection. */
export interface Connection {
  /** Unique to this connection; a client id may come back, this never does. */
  readonly id: string
  readonly identity: Identity
  /** Whether Aedes knows the client; until then only its socket tells that it has gone. */
  registered: boolean
  /** Publications refused so far. */
  refused: number
}

export type Connections = ReturnType<typeof createConnections>

/** Who is on each connection, and the ends of tokens and sessions that close it. */
export function createConnections({ clock }: { clock: Clock }) {
  const open = new Map<Client, Connection & { forget: () => void }>()

  return {
    /** The client has proved who it is. Its connection closes when the token ends. */
    add(client: Client, identity: Identity) {
      const forget = clock.after(identity.expiresAt - clock.now(), () => client.close())
      open.set(client, { id: newId(), identity, registered: false, refused: 0, forget })
      client.conn.once('close', () => {
        if (!open.get(client)?.registered) this.remove(client)
      })
    },

    of: (client: Client | null): Connection | null => (client && open.get(client)) ?? null,

    remove(client: Client): Connection | null {
      const connection = open.get(client)
      if (!connection) return null
      connection.forget()
      open.delete(client)
      return connection
    },

    /** Closes every connection of a session, or of a user, that has ended. */
    close(ended: Ended) {
      for (const [client, { identity }] of open) {
        const over = 'userId' in ended ? identity.id === ended.userId : identity.sessionId === ended.sessionId
        if (over) client.close()
      }
    },
  }
}
