import type { BridgeTopics } from '#shared/bridge-topics.ts'
import { openStatuses } from '#shared/order-status.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { PresenceService } from '../../services/presence.service.ts'
import type { OrderPosition, OrderRecord, Store } from '../../storage/store.ts'
import type { Link } from './link.ts'
import { orderMessages, unsentVersions, type Message, type Receiver } from './order-messages.ts'

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

/** Key of the stored position. The other broker has acknowledged all changes before the position. */
const positionKey = 'bridge'
const catchUpInterval = 10_000
const retryDelay = 1_000
/** Largest difference between the store's clock (positions) and the servers' (histories), in ms. More only causes repeats. */
const maxClockSkew = 60_000
/** Limit of the queue. When it is reached, the queue is dropped and the changes are read from the store. */
const maxQueueLength = 1_000
const batchSize = 100
/** Versions and statuses sent without a PUBACK so far. */
const maxInFlight = 50
const sentCacheSize = 20_000

/** Stores the position from which changes are sent, even if the other broker is not reachable yet. */
export async function storeInitialPosition({ orders, keyValue }: Pick<Store, 'orders' | 'keyValue'>): Promise<void> {
  if ((await keyValue.get(positionKey)) === null) await keyValue.put(positionKey, await orders.syncCursor())
}

/**
 * Publishes changes to the other broker over one connection. Events are sent as they are emitted. Changes that were missed
 * (a killed process, an unavailable broker) are read from the store, starting at the position; the position only moves
 * past a version after its PUBACK. Each connection starts with an empty cache of sent versions, because a broker that was
 * killed may have lost what it acknowledged last.
 */
export function createForwarding(dependencies: ForwardingDependencies) {
  const { link, topics, store, vendors, receivers, clock, log } = dependencies
  const queue: Fact[] = []
  /** Order id → the newest version sent over this link. */
  const sent = new Map<string, number>()
  const inFlight = new Set<Promise<unknown>>()
  /** Versions recorded before this time were sent before an earlier position was stored. */
  let since: string | undefined
  let needsResync = true
  let finishing = false
  let wake = () => {}

  function add(fact: Fact) {
    if (queue.length >= maxQueueLength) {
      queue.length = 0
      needsResync = true
    }
    queue.push(fact)
    wake()
  }

  async function send(messages: readonly Message[]) {
    // PUBACKs arrive in the order of the publications (MQTT-4.6.0-2), so the oldest is acknowledged first.
    const [oldest] = inFlight
    if (inFlight.size >= maxInFlight) await oldest
    const acknowledged = Promise.all(
      messages.map(({ topic, payload, retain }) => link.publish(topic, payload, { retain })),
    )
    inFlight.add(acknowledged)
    acknowledged.then(
      () => inFlight.delete(acknowledged),
      () => {},
    )
  }

  async function sendOrder(order: OrderRecord, targets: readonly Receiver[]) {
    for (const version of unsentVersions(order, sent.get(order.id), since)) {
      await send(orderMessages(topics, version, targets))
      sent.delete(order.id)
      sent.set(order.id, version.version)
    }
    const [oldest] = sent.keys()
    if (sent.size > sentCacheSize && oldest !== undefined) sent.delete(oldest)
  }

  /** Sends every vendor's status and removes those of deactivated vendors, because receivers may have missed changes. */
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
    const position = (await store.keyValue.get(positionKey)) ?? ''
    const cursor = await store.orders.syncCursor()
    const changes = await store.orders.changedSince(position, { kind: 'all' })
    const targets = await receivers()
    if (typeof changes === 'string') {
      log.warn(
        { position: changes },
        'the bridge was disconnected for longer than changes are stored; it publishes the active orders',
      )
      await sendActive(targets)
    } else {
      since = isoTime(Date.parse(changes.since) - maxClockSkew)
      for (const order of changes.orders.toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt)))
        await sendOrder(order, targets)
    }
    await Promise.all(inFlight)
    await store.keyValue.put(positionKey, cursor)
    // An expired position gives no `since`: the new one does.
    if (typeof changes === 'string') await catchUp()
  }

  async function sendActive(targets: readonly Receiver[]) {
    let after: OrderPosition | undefined
    do {
      const page = await store.orders.list({ scope: { kind: 'all' }, statuses: openStatuses, limit: 200, after })
      for (const order of page) await sendOrder(order, targets)
      after = page.at(-1)
    } while (after)
  }

  /** Sends queued events until the next catch-up is due. */
  async function live() {
    let due = false
    const cancel = clock.after(catchUpInterval, () => {
      due = true
      wake()
    })
    try {
      while (!due && !needsResync && !(finishing && queue.length === 0)) {
        if (!link.connected()) throw new Error('the connection was lost')
        if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        const facts = queue.splice(0, batchSize)
        const targets = facts.some((fact) => 'order' in fact) ? await receivers() : []
        for (const fact of facts) await ('order' in fact ? sendOrder(fact.order, targets) : send(fact.messages))
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

    /** Rejects if the connection is lost; resolves after `finish`, when all changes stored until then are acknowledged. */
    async run(): Promise<void> {
      for (;;) {
        try {
          if (needsResync) {
            needsResync = false
            await sendStatuses()
          }
          await catchUp()
          if (finishing && queue.length === 0) return
          await live()
        } catch (error) {
          if (!link.connected()) throw error
          log.error({ error }, 'the bridge could not read changes from the store; it retries')
          needsResync = true
          await pause(retryDelay)
          if (finishing) return
        }
      }
    },

    /** Ends the current wait, because the connection may be lost. */
    wake: () => wake(),

    finish() {
      finishing = true
      wake()
    },
  }
}
