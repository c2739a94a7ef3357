import type { Aedes } from 'aedes'
import { LRUCache } from 'lru-cache'
import type { OrderCommandEvent, Reply } from '#shared/device-messages.ts'
import type { Message } from '#shared/messages.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import { topicTable, type TopicName, type TopicRow } from '#shared/topic-table.ts'
import { topicOf, topics, type Published, type TopicParameters } from '#shared/topics.ts'
import { isoTime, maxClockSkew, type Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { EventBus } from '../../services/domain-events.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import { createInFlightTable } from '../../lib/in-flight-table.ts'
import { logLevelOf } from '../../lib/errors.ts'
import { createDurations, gaugeOf } from '../../lib/metrics.ts'
import { requestOf } from '../../services/order-requests.ts'
import type { OrderPayloads } from './order-payloads.ts'

export interface PublisherDependencies {
  store: Pick<Store, 'orders' | 'markWithin'>
  events: Pick<EventBus, 'runTasks'>
  orderPayloads: OrderPayloads
  clock: Clock
  log: Log
}

export type Publisher = ReturnType<typeof createPublisher>

const sweepEvery = 1_000
const sweepSize = 500
/** So many marks wait no longer: with a thousand of them, what follows each mark would delay the next orders. */
const markedAtOnce = 50
/** The number of orders whose last sent version is cached. */
const sentCacheSize = 2_000

/**
 * Publishes domain events to their topics. The store flags each changed order as unpublished, and the publisher clears the
 * flag after sending, so the next sweep sends what a crash or a stopped broker prevented. Receivers ignore versions they
 * already have, so a duplicate does no harm.
 */
export function createPublisher({ store, events, orderPayloads, clock, log }: PublisherDependencies) {
  let broker: Pick<Aedes, 'publish'> | null = null
  let cancelSweep = () => {}
  const inFlight = createInFlightTable<{ what: string; settled: Promise<void> }>()
  let lastSweep = new Map<string, number>()
  let toMarkPublished: Pick<OrderRecord, 'id' | 'version'>[] = []
  let marking: Promise<void> | null = null
  let markNow = () => {}
  let draining = false
  /**
   * By order, the last version sent, and the last one whose tasks are done as well: neither is repeated before the store has
   * marked the version as published. 0: none.
   */
  const sent = new LRUCache<string, { version: number; withTasks: number }>({ max: sentCacheSize })
  /**
   * What is being sent, by order. A version is marked as published only after those before it were sent: they may concern
   * receivers that it does not, and the mark covers them.
   */
  const sending = new Map<string, Promise<unknown>>()
  let unpublished = 0
  const commitToPublish = createDurations({
    name: 'callout_commit_to_publish_seconds',
    help: 'From the commit of an order version to its last delivery by this node.',
  })

  function send(topic: string, payload: Buffer, { qos, retained }: TopicRow): Promise<void> {
    const target = broker
    if (!target) return Promise.reject(new Error('the broker is not running'))
    return new Promise((resolve, reject) => {
      const packet = { cmd: 'publish', topic, payload, retain: retained, qos, dup: false } as const
      target.publish(packet, (error) => (error ? reject(error) : resolve()))
    })
  }

  function track(what: string, work: Promise<unknown>, order?: OrderRecord) {
    const settled: Promise<void> = work
      .catch((error: unknown) => {
        // Not logged while closing: the order stays flagged as unpublished, and after a restart every vendor is offline.
        if (broker) log[logLevelOf(error)]({ requestId: order && requestOf(order), error, what }, 'not published')
      })
      .then(() => void inFlight.remove(slot))
    const slot = inFlight.add({ what, settled })
  }

  function publish<Name extends TopicName>(name: Name, parameters: TopicParameters<Name>, event: Published[Name]) {
    const topic = topicOf(name, parameters)
    track(topic, send(topic, Buffer.from(JSON.stringify(event)), topicTable[name]))
  }

  /** MQTT-3.3.1-10: an empty retained payload removes it. */
  function removeRetained(name: TopicName, topic: string) {
    track(topic, send(topic, Buffer.alloc(0), topicTable[name]))
  }

  /** `published`: the newest version marked as published; 0 when that is not known. `committedAt`: known of a new version. */
  async function publishOrder(order: OrderRecord, published: number, since?: string, committedAt?: number) {
    const last = lastSent(order.id)
    last.version = order.version
    const payload = orderPayloads.create(order, since)
    const name = order.version === 1 ? 'ordersNew' : 'ordersUpdate'
    const sends = Promise.all([
      sending.get(order.id),
      send(topics[name], payload, topicTable[name]),
      send(topics.customerOrders(order.customer.id), payload, topicTable.customerOrders),
      events.runTasks(order, Math.max(published, last.withTasks)),
    ])
    sending.set(order.id, sends)
    try {
      await sends
    } catch (error) {
      last.version = 0
      throw error
    } finally {
      if (sending.get(order.id) === sends) sending.delete(order.id)
    }
    last.withTasks = order.version
    if (committedAt !== undefined) commitToPublish.observe((performance.now() - committedAt) / 1000)
    log.debug({ requestId: requestOf(order), order: order.id, version: order.version }, 'order published')
    await markPublished(order)
  }

  function lastSent(id: string) {
    const known = sent.get(id)
    if (known) return known
    const nothing = { version: 0, withTasks: 0 }
    sent.set(id, nothing)
    return nothing
  }

  /** Marks the orders sent in one event-loop turn, or within `store.markWithin`, as published in one batch. */
  function markPublished({ id, version }: OrderRecord): Promise<void> {
    marking ??= whenDue().then(() => {
      const batch = toMarkPublished
      toMarkPublished = []
      marking = null
      return store.orders.markPublished(batch)
    })
    toMarkPublished.push({ id, version })
    if (toMarkPublished.length >= markedAtOnce) markNow()
    return marking
  }

  async function whenDue(): Promise<void> {
    if (draining || store.markWithin === 0) return new Promise((resolve) => void setImmediate(resolve))
    const due = new Promise<void>((resolve) => (markNow = resolve))
    const cancel = clock.after(store.markWithin, markNow)
    await due
    cancel()
  }

  /** `skipNew`: skips orders that the last sweep did not find: the node that stored them is about to send them. */
  async function sweep({ skipNew }: { skipNew: boolean }) {
    const busy = new Set(inFlight.all().map(({ what }) => what))
    const missed = await store.orders.unpublished(sweepSize)
    unpublished = missed.length
    const previousSweep = lastSweep
    lastSweep = new Map(missed.map(({ id, version }) => [id, version]))
    for (const order of missed) {
      if (busy.has(order.id) || (skipNew && previousSweep.get(order.id) !== order.version)) continue
      // More than the last change may be unpublished, so every receiver that could ever see the order gets its state.
      track(order.id, publishOrder(order, 0, order.createdAt))
    }
  }

  function sweepLater() {
    cancelSweep = clock.after(sweepEvery, () => {
      sweep({ skipNew: true })
        .catch((error: unknown) => log[logLevelOf(error)]({ error }, 'the sweep for unpublished orders failed'))
        .finally(sweepLater)
    })
  }

  /** Resolves when everything passed to the publisher so far is sent and marked. */
  async function drain(): Promise<void> {
    draining = true
    markNow()
    while (inFlight.size() > 0) await Promise.all(inFlight.all().map(({ settled }) => settled))
    draining = false
  }

  return {
    /** Starts publishing, first what an earlier process left unpublished. */
    async start(aedes: Pick<Aedes, 'publish'>) {
      broker = aedes
      await sweep({ skipNew: false })
      sweepLater()
    },

    /** `published`: the newest version that the store has marked as published. */
    orderChanged(order: OrderRecord, published: number) {
      log.debug({ requestId: requestOf(order), order: order.id, version: order.version }, 'order stored')
      const since = unpublishedSince(order, Math.max(published, sent.get(order.id)?.version ?? 0))
      track(order.id, publishOrder(order, published, since, performance.now()), order)
    },

    /** Publishes every order changed since `cursor` again, because other nodes may have missed it. */
    async repeat(cursor: string) {
      const changed = await store.orders.changedSince(cursor, { kind: 'all' })
      // The cursor has expired. Receivers that were away for that long reload their lists.
      if (typeof changed === 'string') return
      const since = isoTime(Date.parse(changed.since) - maxClockSkew)
      for (const order of changed.orders) track(order.id, publishOrder(order, 0, since))
    },

    vendorStatusChanged(event: VendorStatusEvent) {
      const payload = Buffer.from(JSON.stringify(event))
      const vendorTopic = topics.vendorStatusOf(event.vendorId)
      track(
        vendorTopic,
        Promise.all([
          send(topics.vendorStatus, payload, topicTable.vendorStatus),
          send(vendorTopic, payload, topicTable.vendorStatusOf),
        ]),
      )
    },

    /** Removes a vendor's retained status. */
    vendorRemoved(vendorId: string) {
      removeRetained('vendorStatusOf', topics.vendorStatusOf(vendorId))
    },

    /** Publishes the outcome of a publication to its user's replies topic. */
    reply: (userId: string, reply: Reply) => publish('replies', { userId }, reply),

    /** Publishes that a command from a device was applied. */
    commandApplied: (event: OrderCommandEvent) => publish('orderStatus', { orderId: event.orderId }, event),

    /** Publishes an event to its topic, with the QoS and retain flag of the topic table. */
    publish,

    removeRetained,
    /** Publishes a message to those parties of its order who may read it. Resolves when it is sent; rejects if it is not. */
    publishMessage: (message: Message, order: OrderRecord): Promise<void> =>
      send(topics.orderMessages(order.id), orderPayloads.createMessage(message, order), topicTable.orderMessages),

    drain,

    metrics: [
      commitToPublish,
      gaugeOf(
        {
          name: 'callout_orders_unpublished',
          help: `Orders that the last sweep, one a second, has found unpublished; it reads at most ${sweepSize}.`,
        },
        () => unpublished,
      ),
    ],

    async stop() {
      cancelSweep()
      cancelSweep = () => {}
      await drain()
      broker = null
    },
  }
}

/** The time of the first version that may be unpublished; undefined if that is the newest version. */
function unpublishedSince({ version, history }: OrderRecord, published: number): string | undefined {
  const first = history[Math.max(published, 1)]
  return published >= version - 1 ? undefined : (first?.recordedAt ?? first?.at)
}
