import type { Reply } from '#shared/device-messages.ts'
import type { DeviceRegistry } from '../auth/device-registry.ts'
import type { Identity, Revocation } from '../auth/sessions.ts'
import type { Membership } from '../cluster/membership.ts'
import type { Config } from '../config/config.ts'
import type { Clock } from '../lib/clock.ts'
import { logLevelOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { createCounter, gaugeOf } from '../lib/metrics.ts'
import { createCertificate } from '../net/certificate.ts'
import type { CreateLimiter } from '../net/rate-limiters.ts'
import type { CatalogueService } from '../services/catalogue.service.ts'
import type { EventBus } from '../services/domain-events.ts'
import type { PresenceService } from '../services/presence.service.ts'
import type { Store } from '../storage/store.ts'
import { createBridge } from './bridge/index.ts'
import { createBroker } from './broker.ts'
import { combineHandlers, type TopicHandlers } from '../services/topic-handlers.ts'
import { createInboundRouter } from './inbound/router.ts'
import { createCataloguePublisher } from './outbound/catalogue-publisher.ts'
import { createClusterEmitter } from './outbound/cluster-emitter.ts'
import { createFanOut } from './outbound/fan-out.ts'
import { createOrderPayloads } from './outbound/order-payloads.ts'
import { createPublisher } from './outbound/publisher.ts'
import { createReplaceRetained } from './outbound/retained-messages.ts'
import { createConnections } from './sessions/connections.ts'
import { createDeviceSessions } from './sessions/device-sessions.ts'
import { isOutdatedMessage } from './sessions/outdated-message.ts'
import { createPersistence } from './sessions/persistence.ts'
import { storeSessionsInFiles, storeSessionsInRedis } from './sessions/session-storage.ts'

export type Publishing = ReturnType<typeof createPublishing>

export interface PublishingDependencies {
  store: Pick<Store, 'orders' | 'markWithin'>
  events: Pick<EventBus, 'on' | 'runTasks'>
  clock: Clock
  log: Log
}

/** Publishes the domain events of the core. Features publish through it, so it is created before them. */
export function createPublishing({ store, events, clock, log }: PublishingDependencies) {
  const orderPayloads = createOrderPayloads()
  const publisher = createPublisher({ store, events, orderPayloads, clock, log })
  events.on('order.placed', ({ order }) => publisher.orderChanged(order, 0))
  events.on('order.changed', ({ order, published }) => publisher.orderChanged(order, published))
  events.on('vendor.status', publisher.vendorStatusChanged)
  events.on('vendor.removed', ({ vendorId }) => publisher.vendorRemoved(vendorId))
  return { orderPayloads, publisher }
}

export interface MqttDependencies {
  publishing: Publishing
  /** The handlers of the core and of each feature, by topic (shared/topic-table.ts). */
  handlers: readonly Partial<TopicHandlers>[]
  /** `redisUrl`: null for a single node, which stores device sessions in `dataDir`. */
  config: Pick<
    Config,
    'dataDir' | 'redisUrl' | 'rateLimits' | 'mqttLimits' | 'mqttTls' | 'mqttProxyProtocol' | 'bridge'
  >
  store: Pick<Store, 'orders' | 'users' | 'keyValue'>
  membership: Membership
  presence: PresenceService
  catalogue: Pick<CatalogueService, 'active'>
  identify: (token: string) => Promise<Identity>
  devices: DeviceRegistry
  events: EventBus
  createLimiter: CreateLimiter
  clock: Clock
  log: Log
}

/** `isIdle`: whether no HTTP request is in progress or expected soon. */
type OpenOptions = Parameters<ReturnType<typeof createBroker>['open']>[0] & { http: { isIdle: () => boolean } }

export type Mqtt = ReturnType<typeof createMqtt>

/** Composes the broker. Nothing is open before `bind` and `start`. */
export function createMqtt(dependencies: MqttDependencies) {
  const { publishing, config, store, membership, presence, identify, devices, events, clock, log } = dependencies
  const { orderPayloads, publisher } = publishing
  const { dataDir, redisUrl, rateLimits, mqttLimits, mqttTls, mqttProxyProtocol } = config

  const sessionStorage = redisUrl === null ? storeSessionsInFiles(dataDir) : storeSessionsInRedis(redisUrl)
  const persistence = createPersistence({ createEngine: sessionStorage.createEngine, orderPayloads, log })
  const deviceSessions = createDeviceSessions({
    devices,
    persistence,
    // Sessions without a device may belong to another node.
    stored: () => (membership.isAlone() && membership.disconnectedSince() === null ? sessionStorage.stored() : none()),
    sendChange: (change) => membership.send('deviceSession', change),
    clock,
    log,
  })

  const presenceFailed = (error: unknown) => log[logLevelOf(error)]({ error }, 'presence could not be stored')
  const connections = createConnections({
    clock,
    onOpen({ id, identity }) {
      if (identity.role === 'vendor') presence.connected(identity, id).catch(presenceFailed)
      if (identity.deviceId) deviceSessions.opened(identity.deviceId)
    },
    onClose({ id, identity }) {
      if (identity.role === 'vendor') presence.disconnected(identity.id, id).catch(presenceFailed)
      if (identity.deviceId) deviceSessions.closed(identity.deviceId)
    },
  })

  const handlers = combineHandlers(dependencies.handlers)
  const refusals = createCounter({
    name: 'callout_mqtt_publications_refused_total',
    help: 'Publications of clients that were answered with an error, by its code.',
    labels: ['code'],
  })
  const routerFor = (reply: (userId: string, reply: Reply) => void) => {
    const countAndReply = (userId: string, answer: Reply) => {
      if (!answer.ok) refusals.inc({ code: answer.code ?? 'unknown' })
      reply(userId, answer)
    }
    return createInboundRouter({ handlers, publisher: { reply: countAndReply }, clock, log })
  }
  let isHttpIdle = () => true
  const fanOut = createFanOut({ isIdle: () => isHttpIdle(), sizeOf: orderPayloads.sizeOf })
  const clusterEmitter = createClusterEmitter({
    mq: fanOut.mq,
    membership: redisUrl === null ? null : membership,
    orderPayloads,
    persistence,
    log,
  })
  const broker = createBroker({
    id: membership.id,
    fanOut,
    mq: clusterEmitter,
    identify,
    connections,
    deviceSessions,
    persistence,
    orderPayloads,
    router: routerFor(publisher.reply),
    clock,
    log,
    rateLimits,
    mqttLimits,
    mqttProxyProtocol,
    certificate: mqttTls && createCertificate(mqttTls, { clock, log }),
    createLimiter: dependencies.createLimiter,
  })

  const catalogue = createCataloguePublisher({
    read: dependencies.catalogue.active,
    publisher,
    persistence,
    events,
    clock,
    log,
  })

  const bridge =
    config.bridge &&
    createBridge({
      broker: config.bridge,
      store,
      deviceRegistry: devices,
      events,
      presence,
      routerFor,
      publisher,
      clock,
      log,
    })

  return {
    connections,
    deviceSessions,
    persistence,
    presenceFailed,
    metrics: [
      gaugeOf(
        { name: 'callout_mqtt_connections', help: 'Open MQTT connections of this node.', label: 'role' },
        connections.countsByRole,
      ),
      ...broker.metrics,
      refusals,
      persistence.metric,
      ...publisher.metrics,
    ],
    /** null without MQTT_BROKER_URL. Of all nodes only the leader runs it. */
    bridge,

    /** Deletes the queued messages that tell of these orders as they were before. Their newest version is or will be sent. */
    discardOutdated: (orders: ReadonlySet<string>) =>
      persistence.discard((packet) => isOutdatedMessage(packet, orders, store.orders)),

    /** Makes a row's retained messages these; of every node, as far as it is connected. */
    replaceRetained: createReplaceRetained({ publisher, persistence }),

    /** Whether clients can connect. */
    usable: broker.usable,

    /** Binds the ports (0 picks a free one) and resolves to them. Clients are refused until `open`. */
    async bind(port: number, host: string): Promise<{ port: number; tlsPort: number | null }> {
      return { port: await broker.bind(port, host), tlsPort: mqttTls && (await broker.bindTls(mqttTls.port, host)) }
    },

    /** Opens the storage of device sessions; before `start`. */
    openStorage: () => sessionStorage.open(),

    /** Starts the broker, so that the server itself can publish. `retry` wraps each task that needs the store. */
    async start(retry: (task: () => Promise<void>) => Promise<void> = (task) => task()) {
      await retry(() => deviceSessions.start())
      await broker.start()
      await retry(() => publisher.start(broker.aedes))
      await retry(catalogue.start)
    },

    /** Accepts clients over TCP and WebSocket. */
    open(options: OpenOptions) {
      isHttpIdle = options.http.isIdle
      broker.open(options)
    },

    /** A session, a device or a user has ended, on this node or on another: closes its connections. */
    end(revocation: Revocation) {
      connections.close(revocation)
      deviceSessions.revoked(revocation)
    },

    /** Refuses connections and publications from now on. */
    close: broker.close,

    /** Resolves when every publication taken so far is stored or refused, and the catalogue is passed to the publisher. */
    async drain() {
      await broker.drain()
      await catalogue.drain()
    },

    /** Publishes what is stored, then disconnects all clients. After `close` and `drain`, and after the bridge. */
    async stop() {
      await catalogue.stop()
      await publisher.stop()
      await deviceSessions.stop()
      await broker.stop()
    },

    /** Closes the storage of device sessions; last, once presence is stored. */
    closeStorage: () => persistence.destroy(),
  }
}

async function* none(): AsyncGenerator<string> {}
