import type { BridgeTopics } from '#shared/bridge-topics.ts'
import { openStatuses } from '#shared/order-status.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { PresenceService } from '../../services/presence.service.ts'
import type { OrderPosition, OrderRecord, Store } from '../../storage/store.ts'
import type { Link } from './link.ts'
import { orderMessages, untoldVersions, type Message, type Receiver } from './order-messages.ts'

export interface ForwardingDependencies {
  link: Pick<Link, 'publish' | 'connected'>
  topics: BridgeTopics
  store: Pick<Store, 'orders' | 'users' | 'keyValue'>
  vendors: Pick<PresenceService, 'list'>
  receivers: () => Promise<Receiver[]>
  clock: Clock
  log: Log
}

export type Forwarding = ReturnType<typeof createForwarding>

type Fact = { order: OrderRecord } | { messages: Message[] }

/** Where the position is kept: all that was stored before it, the other broker has acknowledged. */
const note = 'bridge'
const catchUpEvery = 10_000
const retryAfter = 1_000
/** A position is of the store's clock, a history of the servers': how far they may be apart, in ms. Too much only repeats. */
const clocksApart = 60_000
/** Facts that wait to be sent; beyond them the store remembers better. */
const longestQueue = 1_000
const batch = 100
/** Versions and statuses that wait for their acknowledgement. */
const window = 50
const remembered = 20_000

/** Stores the position from which changes are sent, even if the other broker is not reachable yet. */
export async function beginForwarding({ orders, keyValue }: Pick<Store, 'orders' | 'keyValue'>): Promise<void> {
  if ((await keyValue.get(note)) === null) await keyValue.put(note, await orders.syncCursor())
}

/**
 * Facts to the other broker over one link. What happens goes out as it happens; what no one has heard of, because a
 * process was killed or the other broker was away, is read from the store, from the position on: every version of every
 * order is acknowledged there before the position moves past it. It begins anew with every link and forgets what was
 * sent over an earlier one: a broker that was killed may have lost what it had acknowledged last.
 */
export function createForwarding(dependencies: ForwardingDependencies) {
  const { link, topics, store, vendors, receivers, clock, log } = dependencies
  const queue: Fact[] = []
  /** Order id → the newest version sent over this link. */
  const sent = new Map<string, number>()
  const inFlight = new Set<Promise<unknown>>()
  /** Versions made before it were told in the time of an earlier position. */
  let since: string | undefined
  let behind = true
  let finishing = false
  let wake = () => {}

  function add(fact: Fact) {
    if (queue.length >= longestQueue) {
      queue.length = 0
      behind = true
    }
    queue.push(fact)
    wake()
  }

  async function send(messages: readonly Message[]) {
    // Acknowledgements come in the order of what they acknowledge (MQTT-4.6.0-2), so the oldest is the first to come.
    const [oldest] = inFlight
    if (inFlight.size >= window) await oldest
    const acknowledged = Promise.all(
      messages.map(({ topic, payload, retain }) => link.publish(topic, payload, { retain })),
    )
    inFlight.add(acknowledged)
    acknowledged.then(
      () => inFlight.delete(acknowledged),
      () => {},
    )
  }

  async function sendOrder(order: OrderRecord, to: readonly Receiver[]) {
    for (const version of untoldVersions(order, sent.get(order.id), since)) {
      await send(orderMessages(topics, version, to))
      sent.delete(order.id)
      sent.set(order.id, version.version)
    }
    const [longestAgo] = sent.keys()
    if (sent.size > remembered && longestAgo !== undefined) sent.delete(longestAgo)
  }

  /** Sends the status of every vendor, and removes those of deleted vendors, for receivers that have missed some. */
  async function sendStatuses() {
    const [present, former] = await Promise.all([vendors.list(), store.users.list({ role: 'vendor', active: false })])
    for (const { id, name, status, since: at } of present) {
      await send(statusMessages({ vendorId: id, name, status, at }))
    }
    for (const { id } of former) await send(removal(id))
  }

  const statusMessages = (event: VendorStatusEvent): Message[] => {
    const payload = Buffer.from(JSON.stringify(event))
    return [
      { topic: topics.vendorStatus, payload },
      { topic: topics.vendorStatusOf(event.vendorId), payload, retain: true },
    ]
  }
  const removal = (vendorId: string): Message[] => [
    { topic: topics.vendorStatusOf(vendorId), payload: Buffer.alloc(0), retain: true },
  ]

  async function catchUp(): Promise<void> {
    const position = (await store.keyValue.get(note)) ?? ''
    const cursor = await store.orders.syncCursor()
    const found = await store.orders.changedSince(position, { kind: 'all' })
    const to = await receivers()
    if (typeof found === 'string') {
      log.warn(
        { position: found },
        'the bridge was away for longer than changes are kept; it tells how active orders stand',
      )
      await sendActive(to)
    } else {
      since = isoTime(Date.parse(found.since) - clocksApart)
      for (const order of found.orders.toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt)))
        await sendOrder(order, to)
    }
    await Promise.all(inFlight)
    await store.keyValue.put(note, cursor)
    // Only a position that counts says since when versions are untold.
    if (typeof found === 'string') await catchUp()
  }

  async function sendActive(to: readonly Receiver[]) {
    let after: OrderPosition | undefined
    do {
      const page = await store.orders.list({ scope: { kind: 'all' }, statuses: openStatuses, limit: 200, after })
      for (const order of page) await sendOrder(order, to)
      after = page.at(-1)
    } while (after)
  }

  /** Sends facts as they come, until it is time to look whether any were missed. */
  async function live() {
    let due = false
    const cancel = clock.after(catchUpEvery, () => {
      due = true
      wake()
    })
    try {
      while (!due && !behind && !(finishing && queue.length === 0)) {
        if (!link.connected()) throw new Error('the connection was lost')
        if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        const facts = queue.splice(0, batch)
        const to = facts.some((fact) => 'order' in fact) ? await receivers() : []
        for (const fact of facts) await ('order' in fact ? sendOrder(fact.order, to) : send(fact.messages))
      }
    } finally {
      cancel()
    }
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve)
      wake = () => {
        if (!finishing && link.connected()) return
        cancel()
        resolve()
      }
    })

  const facts = {
    orderChanged: (order: OrderRecord) => add({ order }),
    vendorStatusChanged: (event: VendorStatusEvent) => add({ messages: statusMessages(event) }),
    vendorRemoved: (vendorId: string) => add({ messages: removal(vendorId) }),
  }

  return {
    facts,

    /** Rejects when the link is lost; resolves after `finish`, when all that was stored by then is acknowledged there. */
    async run(): Promise<void> {
      for (;;) {
        try {
          if (behind) {
            behind = false
            await sendStatuses()
          }
          await catchUp()
          if (finishing && queue.length === 0) return
          await live()
        } catch (error) {
          if (!link.connected()) throw error
          log.error({ error }, 'the bridge could not read what it is to tell; it tries again')
          behind = true
          await pause(retryAfter)
          if (finishing) return
        }
      }
    },

    /** Ends the current wait: the link may be lost. */
    wake: () => wake(),

    finish() {
      finishing = true
      wake()
    },
  }
}
