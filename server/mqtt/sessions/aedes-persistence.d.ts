/** The types that aedes-persistence brings are those of its callbacks of old, its engines bring none: what is used here. */
declare module 'aedes-persistence' {
  import type { Readable } from 'node:stream'

  export interface Named {
    readonly id: string
  }
  export interface StoredSubscription {
    topic: string
    qos: number
  }
  export interface ClientSubscription extends StoredSubscription {
    clientId: string
  }
  export interface Packet {
    topic: string
    payload: Buffer
    qos: number
    retain: boolean
    brokerId: string
    brokerCounter: number
    messageId?: number
  }

  export interface Persistence {
    setup(broker: unknown): Promise<void>
    storeRetained(packet: Packet): Promise<void>
    createRetainedStreamCombi(filters: readonly string[]): Readable
    addSubscriptions(client: Named, subscriptions: readonly StoredSubscription[]): Promise<void>
    removeSubscriptions(client: Named, topics: readonly string[]): Promise<void>
    subscriptionsByClient(client: Named): Promise<StoredSubscription[]>
    subscriptionsByTopic(topic: string): Promise<ClientSubscription[]>
    cleanSubscriptions(client: Named): Promise<void>
    outgoingEnqueue(subscription: { clientId: string }, packet: Packet): Promise<void>
    outgoingUpdate(client: Named, packet: Packet): Promise<void>
    outgoingClearMessageId(client: Named, packet: { messageId?: number }): Promise<Packet | undefined>
    outgoingStream(client: Named): Readable & AsyncIterable<Packet>
    incomingStorePacket(client: Named, packet: Packet): Promise<void>
    incomingGetPacket(client: Named, packet: Packet): Promise<Packet>
    incomingDelPacket(client: Named, packet: Packet): Promise<void>
    cleanIncoming(client: Named): Promise<void>
    destroy(): Promise<void>
  }

  export default function createMemoryPersistence(): Persistence
}

declare module 'aedes-persistence-level' {
  import type { Persistence } from 'aedes-persistence'
  export default function createLevelPersistence(database: unknown): Persistence
}

declare module 'aedes-persistence-redis' {
  import type { Persistence } from 'aedes-persistence'
  import type { Redis } from 'ioredis'
  export default function createRedisPersistence(options: {
    conn: Redis
    maxSessionDelivery: number
    /** Seconds. */
    packetTTL: () => number
  }): Persistence
}
