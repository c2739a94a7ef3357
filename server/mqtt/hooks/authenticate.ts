import type { Client } from 'aedes'
import type { Identity, Sessions } from '../../auth/sessions.ts'
import { DomainError } from '../../services/domain-error.ts'
import type { Connections } from '../connections.ts'

/** MQTT-3.2.2.3: what CONNACK says to a client that may not come in. */
export type ConnectReturnCode = 3 | 4 | 5

/**
 * The password is an access token; the username must be there but says nothing. Answers null, or why not.
 * The client id is bound to its user: nobody can take over another user's session by naming its id.
 */
export function createAuthenticate({
  sessions,
  connections,
}: {
  sessions: Pick<Sessions, 'identify'>
  connections: Connections
}) {
  async function identified(token: string): Promise<Identity | null> {
    try {
      return await sessions.identify(token)
    } catch (error) {
      if (error instanceof DomainError) return null
      throw error
    }
  }

  return async (client: Client, username?: string, password?: Buffer): Promise<ConnectReturnCode | null> => {
    if (!username || !password?.length) return 4
    const token = password.toString('utf8')
    const identity = await identified(token)
    if (!identity) return 4
    if (client.closed) return 3
    // Declared read-only, but this is the moment before Aedes registers the client under it.
    Reflect.set(client, 'id', `${identity.id}:${client.id}`)
    connections.add(client, identity)
    // From here on the end of its session closes it; one that ended since the first look must not slip through.
    if (await identified(token)) return null
    connections.remove(client)
    return 4
  }
}
