import type { Client, Subscription } from 'aedes'
import { QlobberDedup } from 'qlobber'
import { deliverOf, type Deliver } from '../transport/aedes-internals.ts'
import type { Carrier } from './packet-encoding.ts'
import { WebSocketDuplex } from '../transport/websocket-duplex.ts'

/** A connection with a clean session, and what it is about to be sent. */
export interface Receiver<Due> {
  client: Client
  carrier: Carrier
  due: Due[]
}

/** `receiver` is null for whom Aedes serves. */
export interface Subscriber<Due> {
  deliver: Deliver
  receiver: Receiver<Due> | null
  qos: 0 | 1
}

interface Lists<Due> {
  direct: readonly Subscriber<Due>[]
  byAedes: readonly Subscriber<Due>[]
}

/** How many topics are cached with their subscribers. */
const mostLists = 1_000

/** What a subscription that was refused has for its quality (MQTT-3.9.3). */
const refused = 128

/**
 * Subscriptions by filter. Aedes adds and removes a function per subscription; `admit` joins the function and its client.
 */
export function createSubscribers<Due>() {
  // With sets of values: from a list of ten thousand to take one out is a search.
  const matcher = new QlobberDedup<Subscriber<Due>>({
    separator: '/',
    wildcard_one: '+',
    wildcard_some: '#',
    match_empty_levels: true,
  })
  const known = new Map<Deliver, Subscriber<Due>>()
  const receivers = new WeakMap<Client, Receiver<Due>>()
  /** By topic, until a subscription is added or removed. */
  const lists = new Map<string, Lists<Due>>()

  return {
    add(filter: string, deliver: Deliver) {
      const subscriber: Subscriber<Due> = { deliver, receiver: null, qos: 0 }
      known.set(deliver, subscriber)
      matcher.add(filter, subscriber)
      lists.clear()
    },

    remove(filter: string, deliver: Deliver) {
      const subscriber = known.get(deliver)
      if (subscriber) matcher.remove(filter, subscriber)
      known.delete(deliver)
      lists.clear()
    },

    /** These subscriptions of this client are good: it need not be served by Aedes any more. */
    admit(client: Client, subscriptions: readonly Subscription[]) {
      if (!client.clean) return
      const carrier = client.conn instanceof WebSocketDuplex ? 'websocket' : 'tcp'
      const receiver = receivers.get(client) ?? { client, carrier, due: [] }
      receivers.set(client, receiver)
      for (const { topic, qos } of subscriptions) {
        const deliver = qos < refused ? deliverOf(client, topic) : null
        const subscriber = deliver && known.get(deliver)
        if (subscriber) Object.assign(subscriber, { receiver, qos: qos === 0 ? 0 : 1 })
      }
      lists.clear()
    },

    all: (topic: string): readonly Subscriber<Due>[] => [...matcher.match(topic)],

    /** Who has subscribed at this moment: the same lists for all that is published before that changes. */
    lists(topic: string): Lists<Due> {
      const listed = lists.get(topic)
      if (listed) return listed
      const direct: Subscriber<Due>[] = []
      const byAedes: Subscriber<Due>[] = []
      for (const subscriber of matcher.match(topic)) (subscriber.receiver ? direct : byAedes).push(subscriber)
      if (lists.size >= mostLists) lists.clear()
      lists.set(topic, { direct, byAedes })
      return { direct, byAedes }
    },
  }
}
