import type { Revocation } from '../auth/sessions.ts'
import type { PresenceReport } from '../services/tracked-vendor.ts'

/** A publication that the broker relays to the clients of the other nodes. */
export interface RelayedPacket {
  topic: string
  payload: Buffer
  qos: 0 | 1 | 2
  retain: boolean
  /** `brokerId` and `brokerCounter` identify the message, so every node's offline queue recognises it. */
  brokerId: string
  brokerCounter: number
}

/** Every message between nodes, by kind. The kinds are names of Redis channels, so nodes of two versions understand them. */
export interface NodeMessages {
  /** The heartbeat, once a second. `leaving`: the sender is about to stop. */
  alive: { leaving: boolean }
  /** Requests a heartbeat and the presence of each node. `joined`: the sender has just started or rejoined. */
  hello: { joined: boolean }
  packet: RelayedPacket
  presence: PresenceReport[]
  ended: Revocation
  /** Requests `watchingFound` from a node to which a page of the customer with the order is connected and shown. Nodes of earlier versions name no order. */
  findWatching: { customerId: string; orderId?: string; question: string }
  watchingFound: { question: string }
  /** The client id whose session is stored for a device from now on. */
  deviceSession: { deviceId: string; clientId: string | null }
}

/** The transport of the messages: delivers to every subscribed node including the sender, loses messages while unavailable. */
export interface Bus {
  start(): Promise<void>
  stop(): Promise<void>
  send<Kind extends keyof NodeMessages>(kind: Kind, from: string, body: NodeMessages[Kind]): void
  on<Kind extends keyof NodeMessages>(kind: Kind, listener: (body: NodeMessages[Kind], from: string) => void): void
  /** Calls `listener` when the connection is lost. A hanging connection is detected by missing heartbeats instead. */
  onLost(listener: (reason: string) => void): void
}
