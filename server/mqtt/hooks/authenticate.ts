import type { Client } from 'aedes'
import { mayLeaveWill } from '../../auth/permissions.ts'
import type { Identity } from '../../auth/sessions.ts'
import { DomainError } from '../../lib/errors.ts'
import type { ConnectRates } from '../transport/connect-rates.ts'
import { forgetPassword, setCleanSession, setClientId } from '../transport/aedes-internals.ts'
import type { Connections } from '../sessions/connections.ts'
import type { DeviceSessions } from '../sessions/device-sessions.ts'
import type { Connect, ConnectReturnCode } from './connect.ts'

export interface AuthenticateDependencies {
  /** Who bears an access token or a device token. Throws DomainError when nobody does (any more). */
  identify: (token: string) => Promise<Identity>
  connect: Pick<Connect, 'take'>
  connections: Connections
  deviceSessions: Pick<DeviceSessions, 'begin'>
  rates: ConnectRates
  addressOf: (client: Client) => string | undefined
}

/**
 * The password is an access token or a device's token; the username must be there but says nothing. Answers null, or
 * why not. The client id is bound to its user, and a device's to the device as well: nobody can take over another
 * user's session by naming its id.
 */
export function createAuthenticate({
  identify,
  connect,
  connections,
  deviceSessions,
  rates,
  addressOf,
}: AuthenticateDependencies) {
  async function bearer(token: string): Promise<Identity | null> {
    try {
      return await identify(token)
    } catch (error) {
      if (error instanceof DomainError) return null
      throw error
    }
  }

  async function answer(client: Client, username?: string, password?: Buffer): Promise<ConnectReturnCode | null> {
    const asked = connect.take(client)
    if (!asked) return 3
    if (asked.refused) return asked.refused
    if (!username || !password?.length) return 4
    const token = password.toString('utf8')
    forgetPassword(asked.packet)
    const endings = connections.endings()
    const identity = await bearer(token)
    if (!identity) return 4
    if (!(await rates.account(identity.id)) || client.closed) return 3
    const { packet } = asked
    // Aedes looks at a will only when it is due, and its topic could even be a wildcard.
    if (packet.will && !mayLeaveWill(identity, packet.will)) return 5

    const names = [identity.id, identity.deviceId, client.id].filter((name) => name !== null)
    setClientId(client, names.join(':'))
    // A person reads the current state on returning, so nothing is kept for them; a device may have asked for it.
    packet.clean ||= identity.deviceId === null
    setCleanSession(client, packet.clean)
    if (identity.deviceId) await deviceSessions.begin(identity.deviceId, client)
    if (client.closed) return 3

    connections.add(client, identity)
    // From here on the end of its token closes it; one that ended since the first look must not slip through.
    if (connections.endings() === endings || (await bearer(token))) return null
    connections.remove(client)
    return 4
  }

  return async (client: Client, username?: string, password?: Buffer): Promise<ConnectReturnCode | null> => {
    const address = addressOf(client)
    if (!(await rates.address(address))) return 3
    const refused = await answer(client, username, password)
    if (refused === 4) await rates.refused(address)
    return refused
  }
}
