import type { Client } from 'aedes'
import { mayLeaveWill } from '../../auth/permissions.ts'
import type { Identity } from '../../auth/sessions.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Clock } from '../../lib/clock.ts'
import { limits } from '../limits.ts'
import type { ConnectRates } from '../transport/connect-rates.ts'
import { forgetConnect, setCleanSession, setClientId } from '../transport/aedes-internals.ts'
import type { Connections } from '../sessions/connections.ts'
import type { DeviceSessions } from '../sessions/device-sessions.ts'
import type { Connect, ConnectReturnCode } from './connect.ts'

export interface AuthenticateDependencies {
  /** The identity of an access token or a device token. Throws DomainError for a token that is unknown or has ended. */
  identify: (token: string) => Promise<Identity>
  connect: Pick<Connect, 'take'>
  connections: Connections
  deviceSessions: Pick<DeviceSessions, 'begin'>
  rates: ConnectRates
  addressOf: (client: Client) => string | undefined
  clock: Pick<Clock, 'after'>
}

/**
 * The password is an access token or a device token; the username must be present and is ignored. Returns null, or the
 * return code of the refusal. The client id is prefixed by the user's id and the device's or link's id, so that no client
 * can take over the session of another user, device or link.
 */
export function createAuthenticate({
  identify,
  connect,
  connections,
  deviceSessions,
  rates,
  addressOf,
  clock,
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
    forgetConnect(client)
    const revocationCount = connections.revocationCount()
    const identity = await bearer(token)
    if (!identity) return 4
    const address = addressOf(client)
    // The account first: what is refused there does not count at the address, which others may share.
    if (!(await rates.account(identity.id, address)) || !(await rates.address(address)) || client.closed) return 3
    const { packet } = asked
    // Aedes checks a will only when it publishes it, and accepts a wildcard as its topic.
    if (packet.will && !mayLeaveWill(identity, packet.will.topic)) return 5

    // Ids contain no colon, so the client id that a person chooses cannot imitate a device's: `vendor::…`, `vendor:device:…`.
    setClientId(client, [identity.id, identity.deviceId ?? identity.link?.id ?? '', client.id].join(':'))
    // Pages read the current state on reconnect, so only devices get a persistent session.
    packet.clean ||= identity.deviceId === null
    setCleanSession(client, packet.clean)
    if (identity.deviceId) await deviceSessions.begin(identity.deviceId, client)
    if (client.closed) return 3

    connections.add(client, identity)
    // From now on the end of the token closes the connection. A token that ended since the check above is checked again.
    if (connections.revocationCount() === revocationCount || (await bearer(token))) return null
    connections.remove(client)
    return 4
  }

  return async (client: Client, username?: string, password?: Buffer): Promise<ConnectReturnCode | null> => {
    const refused = await answer(client, username, password)
    // Wrong tokens slow down their senders; they never refuse a valid token of the same address, which may be a NAT.
    if (refused === 4 && !(await rates.refused(addressOf(client))))
      await new Promise<void>((resolve) => void clock.after(limits.refusalDelay, resolve))
    return refused
  }
}
