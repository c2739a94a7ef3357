import type { Client, ConnectPacket } from 'aedes'
import { limits } from '../limits.ts'
import { isClientId } from '../inbound/topic-syntax.ts'

/** MQTT-3.2.2.3: what CONNACK says to a client that may not come in. */
export type ConnectReturnCode = 2 | 3 | 4 | 5

/** What a client has asked for; the packet decides what Aedes will do, until `authenticate` has answered. */
export interface Asked {
  packet: ConnectPacket
  /** Why it may not come in whoever it is, or null. */
  refused: ConnectReturnCode | null
}

/** The first look at a CONNECT, before anybody knows who it is: here nothing can be answered yet, only kept in mind. */
export function createConnect() {
  const asked = new WeakMap<Client, Asked>()

  return {
    inspect(client: Client, packet: ConnectPacket) {
      // MQTT-3.1.3-8: without an id there is nothing a session could be kept under.
      const nameless = packet.clientId === '' && packet.clean
      const refused = nameless || isClientId(packet.clientId) ? null : 2
      // MQTT-3.1.2.10 lets a server end what it finds inactive at any time. Without a bound, a client that has died
      // silently would count as present for 18 hours, or for ever.
      packet.keepalive = Math.min(packet.keepalive || limits.keepAlive, limits.keepAlive)
      asked.set(client, { packet, refused })
    },

    /** Once: a CONNECT is long, and a connection lasts. */
    take(client: Client): Asked | null {
      const found = asked.get(client) ?? null
      asked.delete(client)
      return found
    },
  }
}

export type Connect = ReturnType<typeof createConnect>
