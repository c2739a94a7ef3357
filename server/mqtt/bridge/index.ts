import { createHash } from 'node:crypto'
import { bridgeTopics } from '#shared/bridge-topics.ts'
import type { DeviceRegistry } from '../../auth/device-registry.ts'
import type { BridgeConfig } from '../../config/bridge-config.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { PresenceService } from '../../services/presence.service.ts'
import type { EventBus } from '../../services/domain-events.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { Publisher } from '../outbound/publisher.ts'
import { createDevicePresence } from './device-presence.ts'
import { beginForwarding, createForwarding, type Forwarding } from './forwarding.ts'
import { createIncoming, type IncomingDependencies } from './incoming.ts'
import { createLink, type Link } from './link.ts'
import type { Receiver } from './order-messages.ts'

export interface BridgeDependencies {
  broker: BridgeConfig
  store: Pick<Store, 'orders' | 'users' | 'keyValue'>
  deviceRegistry: Pick<DeviceRegistry, 'identityOf' | 'seen'>
  events: Pick<EventBus, 'on'>
  presence: Pick<PresenceService, 'list' | 'connected' | 'disconnected'>
  routerFor: IncomingDependencies['routerFor']
  publisher: Pick<Publisher, 'reply'>
  clock: Clock
  log: Log
}

export type Bridge = ReturnType<typeof createBridge>

const shortestWait = 1_000
const longestWait = 15_000
/** How long stopping may wait for the other broker to acknowledge what it has not yet, in ms. What is missing then is told by the next start. */
const finishWithin = 2_000

/**
 * Carries facts to a broker that people already run, and what its devices say from there. It may be started and stopped at
 * any time while the server runs; of all nodes on one database only one may run it at a time. Nothing here waits for the
 * other broker: while that is away, the store remembers what it is to be told.
 */
export function createBridge(dependencies: BridgeDependencies) {
  const { broker, store, deviceRegistry, events, publisher, clock, log } = dependencies
  const topics = bridgeTopics(broker.prefix)
  // The same after every restart, so that the other broker keeps its session for us; of a form that every broker must
  // take (MQTT-3.1.3-5). Two servers on one broker need two prefixes.
  const clientId = `callout${createHash('sha256').update(broker.prefix).digest('hex').slice(0, 16)}`
  const where = `${broker.protocol}://${broker.hostname}${broker.port === null ? '' : `:${broker.port}`}`
  const filters = [...broker.devices.keys()].flatMap(topics.filtersOf)

  let link: Link | null = null
  let forwarding: Forwarding | null = null
  let running: { stopping: AbortController; ended: Promise<void> } | null = null
  let said: 'connected' | 'away' | null = null

  const presence = createDevicePresence(dependencies)
  const incoming = createIncoming({
    ...dependencies,
    topics,
    devices: broker.devices,
    identityOf: deviceRegistry.identityOf,
    presence,
    routerFor: (reply) =>
      dependencies.routerFor((userId, answer) => {
        publisher.reply(userId, answer)
        reply(userId, answer)
      }),
    // Sent before the PUBACK of the publication, on the same connection: a link that delivers that delivers this.
    answer: (name, reply) => tell(topics.deviceReplies(name), reply),
    unwanted: (name) => void link?.unsubscribe(topics.filtersOf(name)).catch(() => {}),
  })

  /** What is lost with the link is not made up for: the message that it answers comes again, and with it the answer. */
  function tell(topic: string, event: object) {
    link?.publish(topic, Buffer.from(JSON.stringify(event))).catch(() => {})
  }

  async function receivers(): Promise<Receiver[]> {
    const found = await Promise.all(
      [...broker.devices].map(async ([name, id]) => ({ name, identity: await deviceRegistry.identityOf(id) })),
    )
    return found.flatMap(({ name, identity }) => (identity ? [{ name, identity }] : []))
  }

  function came() {
    said = 'connected'
    log.info({ broker: where, clientId }, 'the bridge is connected')
  }

  function went(error: unknown) {
    if (said !== 'away')
      log.warn({ broker: where, reason: reasonOf(error) }, 'the bridge is not connected; it tries again')
    said = 'away'
  }

  /** One connection, from beginning to end. Rejects when it could not be had or was lost, resolves when the bridge stops. */
  async function connection(stopping: AbortSignal): Promise<void> {
    await beginForwarding(store)
    const opened = createLink({ ...dependencies, clientId, take: incoming.take, onClose: () => forwarding?.wake() })
    let finish = () => opened.cut('the bridge stops')
    const stop = () => finish()
    stopping.addEventListener('abort', stop)
    let cancelFinish = () => {}
    link = opened
    presence.opening()
    try {
      const { sessionPresent } = await opened.open()
      const refused = await opened.subscribe(filters)
      if (refused.length > 0) log.warn({ broker: where, refused }, 'the other broker refuses subscriptions')
      presence.back(sessionPresent)
      const forwards = createForwarding({
        ...dependencies,
        link: opened,
        topics,
        vendors: dependencies.presence,
        receivers,
      })
      forwarding = forwards
      came()
      finish = () => {
        opened.refuse()
        forwards.finish()
        cancelFinish = clock.after(finishWithin, () => opened.cut('the bridge stops'))
      }
      if (stopping.aborted) finish()
      await forwards.run()
      await opened.end()
    } finally {
      cancelFinish()
      stopping.removeEventListener('abort', stop)
      opened.cut('it is over')
      forwarding = null
      presence.lost()
      // Before anything of it comes again over the next one.
      await opened.settled()
    }
  }

  async function keepUp(stopping: AbortSignal): Promise<void> {
    let wait = shortestWait
    while (!stopping.aborted) {
      try {
        await connection(stopping)
      } catch (error) {
        if (stopping.aborted) return
        if (said === 'connected') wait = shortestWait
        went(error)
      }
      await pause(wait, stopping)
      wait = Math.min(2 * wait, longestWait)
    }
  }

  const pause = (ms: number, stopping: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (stopping.aborted) return resolve()
      const done = () => {
        cancel()
        stopping.removeEventListener('abort', done)
        resolve()
      }
      const cancel = clock.after(ms, done)
      stopping.addEventListener('abort', done)
    })

  const orderChanged = ({ order }: { order: OrderRecord }) => forwarding?.facts.orderChanged(order)
  // Events without a connection are dropped: forwarding reads them from the store later.
  events.on('order.placed', orderChanged)
  events.on('order.changed', orderChanged)
  events.on('vendor.status', (event) => forwarding?.facts.vendorStatusChanged(event))
  events.on('vendor.removed', ({ vendorId }) => forwarding?.facts.vendorRemoved(vendorId))
  events.on('access.revoked', (revocation) => void ('sessionId' in revocation || presence.recheck()))

  return {
    /** Returns at once; the other broker may be away. */
    start() {
      if (running) return
      const stopping = new AbortController()
      running = { stopping, ended: keepUp(stopping.signal) }
    },

    /** Takes nothing in any more, has the other broker acknowledge what it can, and lets go. */
    async stop(): Promise<void> {
      const was = running
      if (!was) return
      was.stopping.abort()
      await was.ended
      link = null
      await presence.stop()
      running = null
      said = null
    },

    state: (): 'stopped' | 'away' | 'connected' => (running ? (said ?? 'away') : 'stopped'),
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
