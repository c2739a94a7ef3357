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
import { storeInitialPosition, createForwarding, type Forwarding } from './forwarding.ts'
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

const minBackoff = 1_000
const maxBackoff = 15_000
/** How long `stop` waits for outstanding PUBACKs, in ms. The next start publishes what was not acknowledged. */
const drainTimeout = 2_000

/**
 * Publishes orders and statuses to an existing broker, and handles publications of its devices. It can be started and
 * stopped at any time while the server runs; only one node per database may run it at a time. The server never waits for
 * the other broker: while that is unavailable, the store has the changes that are to be published.
 */
export function createBridge(dependencies: BridgeDependencies) {
  const { broker, store, deviceRegistry, events, publisher, clock, log } = dependencies
  const topics = bridgeTopics(broker.prefix)
  // The same after every restart, so that the other broker resumes our session, and in a form that every broker must
  // accept (MQTT-3.1.3-5). Two servers on one broker need two prefixes.
  const clientId = `callout${createHash('sha256').update(broker.prefix).digest('hex').slice(0, 16)}`
  const brokerUrl = `${broker.protocol}://${broker.hostname}${broker.port === null ? '' : `:${broker.port}`}`
  const filters = [...broker.devices.keys()].flatMap(topics.filtersOf)

  let link: Link | null = null
  let forwarding: Forwarding | null = null
  let running: { stopping: AbortController; ended: Promise<void> } | null = null
  let lastState: 'connected' | 'away' | null = null

  const presence = createDevicePresence(dependencies)
  const incoming = createIncoming({
    ...dependencies,
    topics,
    devices: broker.devices,
    identityOf: deviceRegistry.identityOf,
    presence,
    routerFor: (reply) =>
      dependencies.routerFor((userId, response) => {
        publisher.reply(userId, response)
        reply(userId, response)
      }),
    // Sent before the PUBACK on the same connection: if the PUBACK arrives, so does the reply.
    sendReply: (name, reply) => publishJson(topics.deviceReplies(name), reply),
    onUnknownDevice: (name) => void link?.unsubscribe(topics.filtersOf(name)).catch(() => {}),
  })

  /** Not repeated if the connection is lost: the device's message is delivered again, and the reply is sent again. */
  function publishJson(topic: string, event: object) {
    link?.publish(topic, Buffer.from(JSON.stringify(event))).catch(() => {})
  }

  async function receivers(): Promise<Receiver[]> {
    const identities = await Promise.all(
      [...broker.devices].map(async ([name, id]) => ({ name, identity: await deviceRegistry.identityOf(id) })),
    )
    return identities.flatMap(({ name, identity }) => (identity ? [{ name, identity }] : []))
  }

  function onConnected() {
    lastState = 'connected'
    log.info({ broker: brokerUrl, clientId }, 'the bridge is connected')
  }

  function onDisconnected(error: unknown) {
    if (lastState !== 'away')
      log.warn({ broker: brokerUrl, reason: reasonOf(error) }, 'the bridge is not connected; it tries again')
    lastState = 'away'
  }

  /** Opens one connection and uses it. Rejects if it fails or is lost; resolves when the bridge stops. */
  async function runConnection(stopping: AbortSignal): Promise<void> {
    await storeInitialPosition(store)
    const connection = createLink({
      ...dependencies,
      clientId,
      onMessage: incoming.receive,
      onClose: () => forwarding?.wake(),
    })
    let finish = () => connection.abort('the bridge stops')
    const stop = () => finish()
    stopping.addEventListener('abort', stop)
    let cancelFinish = () => {}
    link = connection
    presence.linkOpening()
    try {
      const { sessionPresent } = await connection.open()
      const refused = await connection.subscribe(filters)
      if (refused.length > 0) log.warn({ broker: brokerUrl, refused }, 'the other broker refuses subscriptions')
      presence.linkUp(sessionPresent)
      const current = createForwarding({
        ...dependencies,
        link: connection,
        topics,
        vendors: dependencies.presence,
        receivers,
      })
      forwarding = current
      onConnected()
      finish = () => {
        connection.stopReceiving()
        current.finish()
        cancelFinish = clock.after(drainTimeout, () => connection.abort('the bridge stops'))
      }
      if (stopping.aborted) finish()
      await current.run()
      await connection.end()
    } finally {
      cancelFinish()
      stopping.removeEventListener('abort', stop)
      connection.abort('the connection has ended')
      forwarding = null
      presence.linkDown()
      // The next connection delivers unacknowledged messages again: those of this one must be handled first.
      await connection.settled()
    }
  }

  async function runUntilStopped(stopping: AbortSignal): Promise<void> {
    let backoff = minBackoff
    while (!stopping.aborted) {
      try {
        await runConnection(stopping)
      } catch (error) {
        if (stopping.aborted) return
        if (lastState === 'connected') backoff = minBackoff
        onDisconnected(error)
      }
      await pause(backoff, stopping)
      backoff = Math.min(2 * backoff, maxBackoff)
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
  // Events without a connection are dropped: forwarding reads the changes from the store later.
  events.on('order.placed', orderChanged)
  events.on('order.changed', orderChanged)
  events.on('vendor.status', (event) => forwarding?.facts.vendorStatusChanged(event))
  events.on('vendor.removed', ({ vendorId }) => forwarding?.facts.vendorRemoved(vendorId))
  events.on('access.revoked', (revocation) => void ('sessionId' in revocation || presence.endRevoked()))

  return {
    /** Returns without waiting for the connection. */
    start() {
      if (running) return
      const stopping = new AbortController()
      running = { stopping, ended: runUntilStopped(stopping.signal) }
    },

    /** Stops receiving, waits up to `drainTimeout` for outstanding PUBACKs, and disconnects. */
    async stop(): Promise<void> {
      const active = running
      if (!active) return
      active.stopping.abort()
      await active.ended
      link = null
      await presence.stop()
      running = null
      lastState = null
    },

    state: (): 'stopped' | 'away' | 'connected' => (running ? (lastState ?? 'away') : 'stopped'),
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
