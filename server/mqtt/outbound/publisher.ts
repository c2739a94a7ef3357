import type { Aedes } from 'aedes'
import type { OrderCommandEvent, Reply } from '#shared/device-messages.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import { topicTable, type TopicName, type TopicRow } from '#shared/topic-table.ts'
import { topicOf, topics, type Published, type TopicParameters } from '#shared/topics.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import { createInFlightTable } from '../../lib/in-flight-table.ts'
import { logLevelOf } from '../../lib/errors.ts'
import type { OrderPayloads } from './order-payloads.ts'

export interface PublisherDependencies {
  store: Pick<Store, 'orders'>
  orderPayloads: OrderPayloads
  clock: Clock
  log: Log
}

export type Publisher = ReturnType<typeof createPublisher>

const sweepEvery = 1_000
const sweepSize = 500
/** For how many orders the last version sent is remembered. */
const remembered = 2_000

/**
 * Facts to their topics. An order is stored marked "unpublished" and the mark is cleared once it was sent, so what a
 * crash, or a broker that was away, kept from being sent is sent by the next sweep. Receivers keep the highest version:
 * sending one twice costs nothing.
 */
export function createPublisher({ store, orderPayloads, clock, log }: PublisherDependencies) {
  let broker: Pick<Aedes, 'publish'> | null = null
  let cancelSweep = () => {}
  const inFlight = createInFlightTable<{ what: string; settled: Promise<void> }>()
  let waiting = new Map<string, number>()
  let toMark: Pick<OrderRecord, 'id' | 'version'>[] = []
  let marking: Promise<void> | null = null
  const sent = new Map<string, number>()

  function send(topic: string, payload: Buffer, { qos, retained }: TopicRow): Promise<void> {
    const target = broker
    if (!target) return Promise.reject(new Error('the broker is not running'))
    return new Promise((resolve, reject) => {
      const packet = { cmd: 'publish', topic, payload, retain: retained, qos, dup: false } as const
      target.publish(packet, (error) => (error ? reject(error) : resolve()))
    })
  }

  function track(what: string, work: Promise<unknown>) {
    const settled: Promise<void> = work
      .catch((error: unknown) => {
        // Not logged while closing: an order keeps its mark, and after a restart every vendor is offline.
        if (broker) log[logLevelOf(error)]({ error, what }, 'not published')
      })
      .then(() => void inFlight.remove(slot))
    const slot = inFlight.add({ what, settled })
  }

  function publish<Name extends TopicName>(name: Name, parameters: TopicParameters<Name>, event: Published[Name]) {
    const topic = topicOf(name, parameters)
    track(topic, send(topic, Buffer.from(JSON.stringify(event)), topicTable[name]))
  }

  async function publishOrder(order: OrderRecord, since?: string) {
    rememberSent(order)
    const payload = orderPayloads.create(order, since)
    const name = order.version === 1 ? 'ordersNew' : 'ordersUpdate'
    await Promise.all([
      send(topics[name], payload, topicTable[name]),
      send(topics.customerOrders(order.customer.id), payload, topicTable.customerOrders),
    ])
    await marked(order)
  }

  /** What was sent in one turn of the event loop is marked together. */
  function marked({ id, version }: OrderRecord): Promise<void> {
    marking ??= new Promise(setImmediate).then(() => {
      const sentTogether = toMark
      toMark = []
      marking = null
      return store.orders.markPublished(sentTogether)
    })
    toMark.push({ id, version })
    return marking
  }

  /** Remembers the version sent, which may not be marked yet, so that the next change does not repeat it. */
  function rememberSent({ id, version }: OrderRecord) {
    sent.delete(id)
    sent.set(id, version)
    const [oldest] = sent.keys()
    if (oldest !== undefined && sent.size > remembered) sent.delete(oldest)
  }

  /** `patient`: skips orders that were not unpublished at the last sweep: the node that stored them is about to send them. */
  async function sweep({ patient }: { patient: boolean }) {
    const sending = new Set(inFlight.all().map(({ what }) => what))
    const missed = await store.orders.unpublished(sweepSize)
    const before = waiting
    waiting = new Map(missed.map(({ id, version }) => [id, version]))
    for (const order of missed) {
      if (sending.has(order.id) || (patient && before.get(order.id) !== order.version)) continue
      // More than the last change may be unpublished: every receiver that could see the order at any time gets its state.
      track(order.id, publishOrder(order, order.createdAt))
    }
  }

  function sweepLater() {
    cancelSweep = clock.after(sweepEvery, () => {
      sweep({ patient: true })
        .catch((error: unknown) => log[logLevelOf(error)]({ error }, 'the sweep for unpublished orders failed'))
        .finally(sweepLater)
    })
  }

  /** Resolves when everything passed to the publisher so far is sent. */
  async function drain(): Promise<void> {
    while (inFlight.size() > 0) await Promise.all(inFlight.all().map(({ settled }) => settled))
  }

  return {
    /** From here on facts can be sent; what an earlier process left unsent goes first. */
    async start(running: Pick<Aedes, 'publish'>) {
      broker = running
      await sweep({ patient: false })
      sweepLater()
    },

    /** `published`: the newest version that is known to have been sent before. */
    orderChanged(order: OrderRecord, published: number) {
      track(order.id, publishOrder(order, untoldSince(order, Math.max(published, sent.get(order.id) ?? 0))))
    },

    /** Publishes every order changed since `cursor` again: other nodes may have missed it. */
    async repeat(cursor: string) {
      const changed = await store.orders.changedSince(cursor, { kind: 'all' })
      // A receiver that was away for longer than the store looks back reads its lists again.
      if (typeof changed === 'string') return
      for (const order of changed.orders) track(order.id, publishOrder(order, changed.since))
    },

    vendorStatusChanged(event: VendorStatusEvent) {
      const payload = Buffer.from(JSON.stringify(event))
      const own = topics.vendorStatusOf(event.vendorId)
      track(
        own,
        Promise.all([
          send(topics.vendorStatus, payload, topicTable.vendorStatus),
          send(own, payload, topicTable.vendorStatusOf),
        ]),
      )
    },

    /** Takes a vendor's status out of the retained picture (MQTT-3.3.1-10: an empty retained payload removes it). */
    vendorRemoved(vendorId: string) {
      const own = topics.vendorStatusOf(vendorId)
      track(own, send(own, Buffer.alloc(0), topicTable.vendorStatusOf))
    },

    /** Replies to a user: the outcome of a publication. */
    reply: (userId: string, reply: Reply) => publish('replies', { userId }, reply),

    /** A command from a device was applied. */
    commandApplied: (event: OrderCommandEvent) => publish('orderStatus', { orderId: event.orderId }, event),

    /** Publishes an event to its topic, with the QoS and retain flag of the topic table. */
    publish,

    drain,

    async stop() {
      cancelSweep()
      cancelSweep = () => {}
      await drain()
      broker = null
    },
  }
}

/** When the first version was made that may not have been told; undefined when that is the newest. */
function untoldSince({ version, history }: OrderRecord, published: number): string | undefined {
  const first = history[Math.max(published, 1)]
  return published >= version - 1 ? undefined : (first?.recordedAt ?? first?.at)
}
