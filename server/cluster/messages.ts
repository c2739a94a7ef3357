import type { Ended } from '../auth/sessions.ts'
import type { PresenceReport } from '../services/presence.service.ts'

/** A publication on its way to the clients of the other nodes, as the broker hands it round. */
export interface RelayedPacket {
  topic: string
  payload: Buffer
  qos: 0 | 1 | 2
  retain: boolean
  /** Together they name the message: what waits for a device is known by them on every node. */
  brokerId: string
  brokerCounter: number
}

/** Everything that nodes say to each other, by its kind. */
export interface NodeMessages {
  /** Said every second. `leaving`: it is about to stop. */
  alive: { leaving: boolean }
  /** Who is there, and how do things stand? `joined`: the one who asks has just come, or come back. */
  hello: { joined: boolean }
  packet: RelayedPacket
  presence: PresenceReport[]
  ended: Ended
  /** The session that is kept for a device from now on. */
  deviceSession: { deviceId: string; clientId: string | null }
}

/** What carries it: to every node that listens, the sender too. What is sent while it is away is lost. */
export interface Bus {
  start(): Promise<void>
  stop(): Promise<void>
  send<Kind extends keyof NodeMessages>(kind: Kind, from: string, body: NodeMessages[Kind]): void
  on<Kind extends keyof NodeMessages>(kind: Kind, listener: (body: NodeMessages[Kind], from: string) => void): void
  /** Calls `listener` when the connection is lost. That one is silent shows by what does not come back. */
  onLost(listener: (reason: string) => void): void
}
