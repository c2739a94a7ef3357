import type { Client, ConnectPacket } from 'aedes'
import { limits } from '../limits.ts'
import { isClientId } from '../inbound/topic-syntax.ts'

/** MQTT-3.2.2.3: the return code of a refused CONNECT. */
export type ConnectReturnCode = 2 | 3 | 4 | 5

/** For the log. */
export const reasons: Readonly<Record<ConnectReturnCode, string>> = {
  2: 'the client id is invalid',
  3: 'a limit is reached, or the database cannot be used',
  4: 'the username or password is missing, or the token is unknown or has ended',
  5: 'the will has a topic that is not permitted',
}

/** A CONNECT before authentication. Changes to the packet take effect until `authenticate` has called back. */
export interface Asked {
  packet: ConnectPacket
  /** The return code of a CONNECT that is refused for every identity, or null. */
  refused: ConnectReturnCode | null
}

/** Checks a CONNECT before authentication. Aedes cannot send a return code yet, so the result is stored for `authenticate`. */
export function createConnect() {
  const asked = new WeakMap<Client, Asked>()

  return {
    inspect(client: Client, packet: ConnectPacket) {
      // MQTT-3.1.3-8: a persistent session needs a client id.
      const nameless = packet.clientId === '' && packet.clean
      const refused = nameless || isClientId(packet.clientId) ? null : 2
      // MQTT-3.1.2.10 lets a server close inactive clients at any time. Without a bound, a vendor whose client has died
      // silently would be online for 18 hours, or forever.
      packet.keepalive = Math.min(packet.keepalive || limits.keepAlive, limits.keepAlive)
      asked.set(client, { packet, refused })
    },

    /** Returns it once and forgets it: a CONNECT is large, and a connection lasts. */
    take(client: Client): Asked | null {
      const found = asked.get(client) ?? null
      asked.delete(client)
      return found
    },
  }
}

export type Connect = ReturnType<typeof createConnect>
