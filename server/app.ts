import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import createLevelPersistence from 'aedes-persistence-level'
import { ClassicLevel } from 'classic-level'
import { addressBehind } from './address.ts'
import { createDeviceTokens, isDeviceToken } from './auth/devices.ts'
import { createSessions } from './auth/sessions.ts'
import { createTokens, keptSecret } from './auth/tokens.ts'
import { isoTime, systemClock, type Clock } from './clock.ts'
import type { Config } from './config.ts'
import { makeDemo, type DemoAccount } from './demo.ts'
import { authRoutes } from './http/controllers/auth.ts'
import { catalogueRoutes } from './http/controllers/catalogue.ts'
import { deviceRoutes } from './http/controllers/devices.ts'
import { orderRoutes } from './http/controllers/orders.ts'
import { peopleRoutes } from './http/controllers/people.ts'
import { createRateLimits } from './http/middleware/rate-limits.ts'
import { trackRequests } from './http/requests.ts'
import { createHttp } from './http/server.ts'
import { createLog } from './log.ts'
import { createBridge } from './mqtt/bridge/index.ts'
import { createBroker } from './mqtt/broker.ts'
import { createCommands } from './mqtt/commands.ts'
import { createConnections } from './mqtt/connections.ts'
import { createDeviceSessions } from './mqtt/device-sessions.ts'
import { createOrderEvents } from './mqtt/order-events.ts'
import { createPersistence } from './mqtt/persistence.ts'
import { createPublisher, type Publisher } from './mqtt/publisher.ts'
import { createReports } from './mqtt/reports.ts'
import { storedSessions } from './mqtt/stored-sessions.ts'
import { websocketPath } from './mqtt/websocket.ts'
import { createCatalogueService } from './services/catalogue.service.ts'
import { createDevicesService } from './services/devices.service.ts'
import { createLocationsService } from './services/locations.service.ts'
import { createOrderListsService } from './services/order-lists.service.ts'
import { createOrdersService } from './services/orders.service.ts'
import { createPresenceService } from './services/presence.service.ts'
import { createUsersService } from './services/users.service.ts'
import { createSqliteStore } from './storage/sqlite/index.ts'

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

export type App = ReturnType<typeof createApp>

/** Builds everything in order; nothing is open before `start`. */
export function createApp(config: Config, { clientDir, clock = systemClock }: AppOptions) {
  const { dataDir, currency, allowedOrigins } = config
  const log = createLog(config.logLevel)
  const store = createSqliteStore({ file: join(dataDir, 'callout.db'), clock, exclusive: true })

  const tokens = createTokens({ secret: config.jwtSecret ?? keptSecret(dataDir), ttl: config.accessTokenTtl, clock })
  const sessions = createSessions({ store, tokens, clock })
  const deviceTokens = createDeviceTokens({ store, clock })
  const identify = (token: string) => (isDeviceToken(token) ? deviceTokens.identify(token) : sessions.identify(token))

  const orderEvents = createOrderEvents()
  const publisher = createPublisher({ store, orderEvents, clock, log })

  const presence = createPresenceService({ store, publisher, clock })
  const catalogue = createCatalogueService({ store, currency })
  const orders = createOrdersService({ store, publisher, clock, currency })
  const users = createUsersService({ store, sessions, vendors: presence, orders, clock })
  const lists = createOrderListsService({ store })
  const devices = createDevicesService({ store, tokens: deviceTokens })

  const locations = createLocationsService({ store, publisher, clock })

  const kept = new ClassicLevel<string, Buffer>(join(dataDir, 'device-sessions'), { valueEncoding: 'buffer' })
  const persistence = createPersistence({ engine: createLevelPersistence(kept), orderEvents, log })
  const stored = () => storedSessions(kept)
  const deviceSessions = createDeviceSessions({ store, persistence, stored, clock, log })
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
  const presenceFailed = (error: unknown) => log.error({ error }, 'presence was not kept')
  function reportsFor(reply: Publisher['reply']) {
    const command = createCommands({ orders, publisher: { reply, commandApplied: publisher.commandApplied } })
    return createReports({ presence, locations, command, publisher: { reply } })
  }
  const { rateLimits } = config
  const broker = createBroker({
    identify,
    connections,
    deviceSessions,
    persistence,
    orderEvents,
    reports: reportsFor(publisher.reply),
    clock,
    log,
    rateLimits,
  })
  sessions.onEnded(connections.close)
  deviceTokens.onEnded((ended) => {
    connections.close(ended)
    deviceSessions.ended(ended)
  })

  const { identityOf } = deviceTokens
  const bridge =
    config.bridge &&
    createBridge({ broker: config.bridge, store, identityOf, presence, reportsFor, publisher, clock, log })
  if (bridge) {
    publisher.onFact(bridge.facts)
    sessions.onEnded((ended) => void ('userId' in ended && bridge.recheck()))
    deviceTokens.onEnded(() => void bridge.recheck())
  }

  let mqttPort = config.mqttPort
  const limits = createRateLimits({ enabled: rateLimits })
  const routes = [
    ...authRoutes({ users, sessions, identify, limits }),
    ...catalogueRoutes({ catalogue }),
    ...orderRoutes({ orders, lists }),
    ...peopleRoutes({ users, presence }),
    ...deviceRoutes({ devices, mqttPort: () => mqttPort }),
  ]
  const ready = async () => {
    await store.ping()
    if (!broker.usable()) throw new Error('the broker is closed')
  }
  const http = createHttp({ routes, identify, ready, clientDir, allowedOrigins, trustProxy: config.trustProxy, log })
  // Whoever sends nothing, or a byte now and then, is not waited for. A body may take longer: phones are on trains.
  const patience = { headersTimeout: 5_000, requestTimeout: 30_000, connectionsCheckingInterval: 500 }
  const httpServer = createServer(patience)
  const requests = trackRequests(httpServer, clock, http)

  let cancelSweep = () => {}
  /** Forgets sessions that have run out, now and every hour. */
  function sweepSessions() {
    store.sessions
      .sweep(isoTime(clock.now()))
      .catch((error: unknown) => log.error({ error }, 'sessions were not swept'))
    cancelSweep = clock.after(3_600_000, sweepSessions)
  }

  return {
    /** null without MQTT_BROKER_URL. It may be stopped and started while the app runs. */
    bridge,

    /**
     * Opens the database, then the broker, then the doors: who comes in first finds everything as it was kept, and what
     * they report is not overwritten. Rejects with one clear line when it cannot.
     */
    async start(): Promise<Running> {
      await store.start()
      const demoAccounts = config.demo ? await makeDemo({ store, dataDir, currency, clock }) : []
      const { host } = config
      await kept.open()
      await deviceSessions.start()
      const addressOf = addressBehind(config.trustProxy)
      await broker.start()
      await publisher.start(broker.aedes)
      await presence.start()
      mqttPort = await broker.listen({ host, mqttPort, httpServer, allowedOrigins, addressOf })
      sweepSessions()
      const port = await listen(httpServer, config.port, host)
      bridge?.start()
      const at = host.includes(':') ? `[${host}]` : host
      return {
        http: `http://${at}:${port}`,
        mqtt: `mqtt://${at}:${mqttPort}`,
        websocket: `ws://${at}:${port}${websocketPath}`,
        demoAccounts,
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
      cancelSweep()
      broker.close()
      await requests.close(2_000)
      await broker.drain()
      await bridge?.stop()
      await publisher.stop()
      await deviceSessions.stop()
      await broker.stop()
      httpServer.closeAllConnections()
      await presence.drain()
      await persistence.destroy()
      await store.stop()
    },
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  return address.port
}
