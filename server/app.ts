import { addressBehind } from './address.ts'
import { createDeviceTokens, isDeviceToken } from './auth/devices.ts'
import { createSessionSweep } from './auth/session-sweep.ts'
import { createSessions, type Ended } from './auth/sessions.ts'
import { createStillGood } from './auth/still-good.ts'
import { createTokens, keptSecret } from './auth/tokens.ts'
import { systemClock, type Clock } from './clock.ts'
import type { Config } from './config.ts'
import { makeDemo, type DemoAccount } from './demo.ts'
import { authRoutes } from './http/controllers/auth.ts'
import { catalogueRoutes } from './http/controllers/catalogue.ts'
import { deviceRoutes } from './http/controllers/devices.ts'
import { orderRoutes } from './http/controllers/orders.ts'
import { peopleRoutes } from './http/controllers/people.ts'
import { createRateLimits } from './http/middleware/rate-limits.ts'
import { createHttpDoor } from './http/door.ts'
import { createHttp } from './http/server.ts'
import { createLimiters } from './limiters.ts'
import { createLog } from './log.ts'
import { createBridge } from './mqtt/bridge/index.ts'
import { createBroker } from './mqtt/broker.ts'
import { createCommands } from './mqtt/commands.ts'
import { createConnections } from './mqtt/connections.ts'
import { keepInFiles, keepInRedis } from './mqtt/device-keeping.ts'
import { createDeviceSessions } from './mqtt/device-sessions.ts'
import { createFanOut } from './mqtt/fan-out.ts'
import { createOrderEvents } from './mqtt/order-events.ts'
import { createPersistence } from './mqtt/persistence.ts'
import { createPublisher, type Publisher } from './mqtt/publisher.ts'
import { createRelay } from './mqtt/relay.ts'
import { createReports } from './mqtt/reports.ts'
import { websocketPath } from './mqtt/websocket.ts'
import { createNodes } from './nodes/nodes.ts'
import { onLeader } from './nodes/on-leader.ts'
import { connected, createRedis, createRedisBus } from './nodes/redis.ts'
import { bringTogether } from './nodes/together.ts'
import { patiently } from './patiently.ts'
import { createCatalogueService } from './services/catalogue.service.ts'
import { createDevicesService } from './services/devices.service.ts'
import { createLocationsService } from './services/locations.service.ts'
import { createOrderListsService } from './services/order-lists.service.ts'
import { createOrdersService } from './services/orders.service.ts'
import { createPresenceService } from './services/presence.service.ts'
import { createUsersService } from './services/users.service.ts'
import { createStore } from './storage/create-store.ts'
import { levelOf } from './unavailable.ts'

export interface Running {
  /** `http://HOST:PORT`, and the same for `mqtt://` and `ws://…/mqtt`. */
  http: string
  mqtt: string
  websocket: string
  demoAccounts: DemoAccount[]
}

export interface AppOptions {
  clientDir: string
  clock?: Clock
}

export type App = Awaited<ReturnType<typeof createApp>>

/** Builds everything in order; nothing is open before `start`. */
export async function createApp(config: Config, { clientDir, clock = systemClock }: AppOptions) {
  const { dataDir, currency, allowedOrigins, redisUrl } = config
  const log = createLog(config.logLevel)
  const store = await createStore(config, { clock, server: true, log })

  const tokens = createTokens({ secret: config.jwtSecret ?? keptSecret(dataDir), ttl: config.accessTokenTtl, clock })
  const sessions = createSessions({ store, tokens, clock })
  const deviceTokens = createDeviceTokens({ store, clock })
  const identify = (token: string) => (isDeviceToken(token) ? deviceTokens.identify(token) : sessions.identify(token))

  const nodes = createNodes({ bus: redisUrl === null ? null : createRedisBus(redisUrl), clock, log })
  const orderEvents = createOrderEvents()
  const publisher = createPublisher({ store, orderEvents, clock, log })

  const presence = createPresenceService({ store, publisher, nodes, clock })
  const catalogue = createCatalogueService({ store, currency })
  const orders = createOrdersService({ store, publisher, clock, currency })
  const users = createUsersService({ store, sessions, vendors: presence, orders, clock })
  const lists = createOrderListsService({ store })
  const devices = createDevicesService({ store, tokens: deviceTokens })

  const locations = createLocationsService({ store, publisher, clock })

  const keeping = redisUrl === null ? keepInFiles(dataDir) : keepInRedis(redisUrl)
  const persistence = createPersistence({ createEngine: keeping.createEngine, orderEvents, log })
  const deviceSessions = createDeviceSessions({
    store,
    persistence,
    // What seems to be left over may be another node's.
    stored: () => (nodes.alone() && nodes.awaySince() === null ? keeping.stored() : none()),
    tell: (change) => nodes.send('deviceSession', change),
    clock,
    log,
  })
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
  const presenceFailed = (error: unknown) => log[levelOf(error)]({ error }, 'presence was not kept')
  function reportsFor(reply: Publisher['reply']) {
    const command = createCommands({ orders, publisher: { reply, commandApplied: publisher.commandApplied } })
    return createReports({ presence, locations, command, publisher: { reply } })
  }
  const { rateLimits } = config
  const redis = redisUrl === null ? null : createRedis(redisUrl)
  const createLimiter = createLimiters(redis)
  const fanOut = createFanOut({ quiet: () => door.quiet() })
  const broker = createBroker({
    id: nodes.id,
    fanOut,
    mq: createRelay({ mq: fanOut.mq, nodes, orderEvents, persistence, log }),
    identify,
    connections,
    deviceSessions,
    persistence,
    orderEvents,
    reports: reportsFor(publisher.reply),
    clock,
    log,
    rateLimits,
    createLimiter,
  })
  function onEnded(ended: Ended) {
    connections.close(ended)
    deviceSessions.ended(ended)
  }
  for (const tokensOf of [sessions, deviceTokens]) {
    tokensOf.onEnded(onEnded)
    tokensOf.onEnded((ended) => nodes.send('ended', ended))
  }
  const stillGood = createStillGood(store)
  const parts = { store, presence, publisher, persistence, connections, deviceSessions }
  function endedElsewhere(ended: Ended) {
    sessions.lookAnew()
    onEnded(ended)
  }
  bringTogether({ nodes, ...parts, stillGood, onEnded: endedElsewhere, presenceFailed, clock, log })

  const { identityOf } = deviceTokens
  const bridge =
    config.bridge &&
    createBridge({ broker: config.bridge, store, identityOf, presence, reportsFor, publisher, clock, log })
  if (bridge) {
    publisher.onFact(bridge.facts)
    sessions.onEnded((ended) => void ('userId' in ended && bridge.recheck()))
    deviceTokens.onEnded(() => void bridge.recheck())
  }
  const bridging = bridge && onLeader(nodes, bridge)

  let mqttPort = config.mqttPort
  /** How far the start has come: nobody is let in before `open`. */
  let stage: 'waiting for the database' | 'opening' | 'open' = 'waiting for the database'
  let stopping = false
  let starting: Promise<Running> | null = null
  const limits = createRateLimits({ enabled: rateLimits, createLimiter })
  const routes = [
    ...authRoutes({ users, sessions, identify, limits }),
    ...catalogueRoutes({ catalogue }),
    ...orderRoutes({ orders, lists }),
    ...peopleRoutes({ users, presence }),
    ...deviceRoutes({ devices, mqttPort: () => mqttPort }),
  ]
  const started = () => stage === 'open'
  const ready = async () => {
    if (!started()) throw new Error('the start is not complete')
    await store.ping()
    if (!broker.usable()) throw new Error('the broker is closed')
    const awaySince = nodes.awaySince()
    return awaySince === null ? {} : { redis: { status: 'away', since: awaySince } }
  }
  const http = createHttp({
    routes,
    identify,
    started,
    ready,
    clientDir,
    allowedOrigins,
    trustProxy: config.trustProxy,
    log,
  })
  const door = createHttpDoor(http, clock)
  const sessionSweep = createSessionSweep({ store, clock, log })

  /** A database of its own may go away again amid the start: it is waited for like one that was never there. */
  const step = <T>(work: () => Promise<T>) => patiently(work, clock, () => stopping || config.mongoUri === null)

  async function open(): Promise<Running> {
    const { host } = config
    // The ports come first: one that is taken is said at once, and who asks meanwhile is told to come back.
    const port = await door.listen(config.port, host)
    mqttPort = await broker.bind(config.mqttPort, host)
    await store.start()
    stage = 'opening'
    const demoAccounts = await step(async () => (config.demo ? makeDemo({ store, dataDir, currency, clock }) : []))
    await keeping.open()
    if (redis) await connected(redis)
    await nodes.start()
    await step(() => deviceSessions.start())
    await broker.start()
    await step(() => publisher.start(broker.aedes))
    await step(presence.start)
    broker.open({ http: door, allowedOrigins, addressOf: addressBehind(config.trustProxy) })
    sessionSweep.start()
    stage = 'open'
    bridging?.start()
    const at = host.includes(':') ? `[${host}]` : host
    return {
      http: `http://${at}:${port}`,
      mqtt: `mqtt://${at}:${mqttPort}`,
      websocket: `ws://${at}:${port}${websocketPath}`,
      demoAccounts,
    }
  }

  return {
    /** null without MQTT_BROKER_URL. It may be stopped and started while the app runs. */
    bridge,

    /** For whoever tells of orders that no service has made: a measurement. */
    publisher,

    /**
     * Opens the database, then the broker, then lets people in: who comes in first finds everything as it was kept, and
     * what they report is not overwritten. Waits for a MongoDB that is away; rejects with one clear line when it cannot.
     */
    async start(): Promise<Running> {
      starting = open()
      try {
        return await starting
      } catch (error) {
        broker.close()
        door.terminate()
        throw error
      }
    },

    /** Resolves when everything stored so far has been published and kept. */
    async drain(): Promise<void> {
      await broker.drain()
      await presence.drain()
      await publisher.drain()
    },

    /** In reverse: no one comes in, what was accepted is finished and told, everybody is let go, the database closes last. */
    async stop(): Promise<void> {
      stopping = true
      // Ends a start that waits; one that is further than that is let finish.
      if (stage === 'waiting for the database') await store.stop()
      const complete = await starting?.then(
        () => true,
        () => false,
      )
      if (!complete) return store.stop()
      sessionSweep.stop()
      nodes.leave()
      broker.close()
      await door.close()
      await broker.drain()
      await bridging?.stop()
      await publisher.stop()
      await deviceSessions.stop()
      await broker.stop()
      door.terminate()
      await presence.stop()
      await persistence.destroy()
      await nodes.stop()
      redis?.disconnect()
      await store.stop()
    },
  }
}

async function* none(): AsyncGenerator<string> {}
