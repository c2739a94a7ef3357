import type { Duplex } from 'node:stream'
import type { Client, Subscription } from 'aedes'
import { QlobberDedup } from 'qlobber'
import { deliverOf, restartPacketIds, type Deliver } from '../transport/aedes-internals.ts'
import type { Batch, Carrier } from './packet-encoding.ts'
import { socketOf, WebSocketDuplex } from '../transport/websocket-duplex.ts'

/** A connection with a clean session. */
export interface Receiver {
  readonly client: Client
  readonly carrier: Carrier
  /** Receivers with the same one may read the same (auth/permissions.ts, audienceOf). */
  readonly audience: string
  /** What is written to (socketOf). */
  readonly socket: Duplex
  /** False once the connection is closing. Kept here because asking each connection slows its write by 5 %. */
  open: boolean
  /** What it gets in this round; null: nothing yet. */
  pending: Batch | null
}

/** Receivers that get the same bytes of a publication. */
export interface Audience {
  readonly receivers: Receiver[]
  readonly carrier: Carrier
  readonly qos: 0 | 1
}

/** `receiver` is null if Aedes delivers to this subscriber. */
interface Subscriber {
  deliver: Deliver
  receiver: Receiver | null
  qos: 0 | 1
}

interface Lists {
  direct: readonly Audience[]
  byAedes: readonly Deliver[]
}

/** The number of topics whose subscribers are cached. */
const maxCachedTopics = 1_000

/**
 * Packet ids from here on are those of the fan-out, which gives a publication the same id for all receivers; Aedes counts
 * from 1 what it sends to a client, above all retained messages.
 */
export const firstDirectId = 32_768

/** The SUBACK return code of a refused subscription (MQTT-3.9.3). */
const refused = 128

/**
 * Subscriptions by filter. Aedes adds and removes one function per subscription; `admit` finds the function's client.
 */
export function createSubscribers() {
  // QlobberDedup stores sets: removing one of 10,000 subscribers from a list would be a linear search.
  const matcher = new QlobberDedup<Subscriber>({
    separator: '/',
    wildcard_one: '+',
    wildcard_some: '#',
    match_empty_levels: true,
  })
  const subscribers = new Map<Deliver, Subscriber>()
  const receivers = new WeakMap<Client, Receiver>()
  /** Cache by topic, cleared when a subscription is added or removed. */
  const lists = new Map<string, Lists>()

  return {
    add(filter: string, deliver: Deliver) {
      const subscriber: Subscriber = { deliver, receiver: null, qos: 0 }
      subscribers.set(deliver, subscriber)
      matcher.add(filter, subscriber)
      lists.clear()
    },

    remove(filter: string, deliver: Deliver) {
      const subscriber = subscribers.get(deliver)
      if (subscriber) matcher.remove(filter, subscriber)
      subscribers.delete(deliver)
      lists.clear()
    },

    /** Makes the client the receiver of these granted subscriptions, instead of Aedes' function. `audience`: see Receiver. */
    admit(client: Client, subscriptions: readonly Subscription[], audience: string) {
      if (!client.clean) return
      restartPacketIds(client, firstDirectId / 2)
      const receiver = receivers.get(client) ?? receiverFor(client, audience)
      receivers.set(client, receiver)
      for (const { topic, qos } of subscriptions) {
        const deliver = qos < refused ? deliverOf(client, topic) : null
        const subscriber = deliver && subscribers.get(deliver)
        if (subscriber) Object.assign(subscriber, { receiver, qos: qos === 0 ? 0 : 1 })
      }
      lists.clear()
    },

    all: (topic: string): readonly Deliver[] => [...matcher.match(topic)].map(({ deliver }) => deliver),

    /** The current subscribers of a topic. The same lists are returned until a subscription changes. */
    lists(topic: string): Lists {
      const cached = lists.get(topic)
      if (cached) return cached
      const granted = new Map<Receiver, 0 | 1>()
      const byAedes: Deliver[] = []
      for (const { receiver, qos, deliver } of matcher.match(topic)) {
        if (!receiver) byAedes.push(deliver)
        // MQTT-3.3.5-1: of filters that overlap, the highest QoS. One copy for all of them, as its packet id is the same.
        else if (granted.get(receiver) !== 1) granted.set(receiver, qos)
      }
      const direct = new Map<string, Audience>()
      for (const [receiver, qos] of granted) audienceIn(direct, receiver, qos).receivers.push(receiver)
      const found = { direct: [...direct.values()], byAedes }
      if (lists.size >= maxCachedTopics) lists.clear()
      lists.set(topic, found)
      return found
    },
  }
}

function receiverFor(client: Client, audience: string): Receiver {
  const { conn } = client
  const socket = socketOf(conn)
  if (!(conn instanceof WebSocketDuplex)) return { client, carrier: 'tcp', audience, socket, open: true, pending: null }
  const receiver: Receiver = { client, carrier: 'websocket', audience, socket, open: conn.isOpen(), pending: null }
  conn.fanOutReceiver = receiver
  return receiver
}

function audienceIn(audiences: Map<string, Audience>, { audience, carrier }: Receiver, qos: 0 | 1): Audience {
  const key = `${audience} ${carrier} ${qos}`
  const found = audiences.get(key) ?? { receivers: [], carrier, qos }
  audiences.set(key, found)
  return found
}
