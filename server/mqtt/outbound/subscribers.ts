import type { Client, Subscription } from 'aedes'
import { QlobberDedup } from 'qlobber'
import { deliverOf, type Deliver } from '../transport/aedes-internals.ts'
import type { Carrier } from './packet-encoding.ts'
import { WebSocketDuplex } from '../transport/websocket-duplex.ts'

/** A connection with a clean session, and its deliveries of this round. */
export interface Receiver<Delivery> {
  client: Client
  carrier: Carrier
  pending: Delivery[]
}

/** `receiver` is null if Aedes delivers to this subscriber. */
export interface Subscriber<Delivery> {
  deliver: Deliver
  receiver: Receiver<Delivery> | null
  qos: 0 | 1
}

interface Lists<Delivery> {
  direct: readonly Subscriber<Delivery>[]
  byAedes: readonly Subscriber<Delivery>[]
}

/** The number of topics whose subscribers are cached. */
const maxCachedTopics = 1_000

/** The SUBACK return code of a refused subscription (MQTT-3.9.3). */
const refused = 128

/**
 * Subscriptions by filter. Aedes adds and removes one function per subscription; `admit` finds the function's client.
 */
export function createSubscribers<Delivery>() {
  // QlobberDedup stores sets: removing one of 10,000 subscribers from a list would be a linear search.
  const matcher = new QlobberDedup<Subscriber<Delivery>>({
    separator: '/',
    wildcard_one: '+',
    wildcard_some: '#',
    match_empty_levels: true,
  })
  const subscribers = new Map<Deliver, Subscriber<Delivery>>()
  const receivers = new WeakMap<Client, Receiver<Delivery>>()
  /** Cache by topic, cleared when a subscription is added or removed. */
  const lists = new Map<string, Lists<Delivery>>()

  return {
    add(filter: string, deliver: Deliver) {
      const subscriber: Subscriber<Delivery> = { deliver, receiver: null, qos: 0 }
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

    /** Makes the client the receiver of these granted subscriptions, instead of Aedes' function. */
    admit(client: Client, subscriptions: readonly Subscription[]) {
      if (!client.clean) return
      const carrier = client.conn instanceof WebSocketDuplex ? 'websocket' : 'tcp'
      const receiver = receivers.get(client) ?? { client, carrier, pending: [] }
      receivers.set(client, receiver)
      for (const { topic, qos } of subscriptions) {
        const deliver = qos < refused ? deliverOf(client, topic) : null
        const subscriber = deliver && subscribers.get(deliver)
        if (subscriber) Object.assign(subscriber, { receiver, qos: qos === 0 ? 0 : 1 })
      }
      lists.clear()
    },

    all: (topic: string): readonly Subscriber<Delivery>[] => [...matcher.match(topic)],

    /** The current subscribers of a topic. The same lists are returned until a subscription changes. */
    lists(topic: string): Lists<Delivery> {
      const cached = lists.get(topic)
      if (cached) return cached
      const direct: Subscriber<Delivery>[] = []
      const byAedes: Subscriber<Delivery>[] = []
      for (const subscriber of matcher.match(topic)) (subscriber.receiver ? direct : byAedes).push(subscriber)
      if (lists.size >= maxCachedTopics) lists.clear()
      lists.set(topic, { direct, byAedes })
      return { direct, byAedes }
    },
  }
}
