import { createClientAddress } from './net/client-address.ts'
import { createDeviceTokens } from './auth/devices.ts'
import { isDeviceToken } from './lib/device-token-format.ts'
import { createSessionSweep } from './auth/session-sweep.ts'
import { createSessions, type Ended } from './auth/sessions.ts'
import { createRevalidate } from './auth/revalidate.ts'
import { createTokens, keptSecret } from './auth/tokens.ts'
import { systemClock, type Clock } from './lib/clock.ts'
import type { Config } from './config/config.ts'
import { createDemoData, type DemoAccount } from './demo/demo-accounts.ts'
import { authRoutes } from './http/controllers/auth.ts'
import { catalogueRoutes } from './http/controllers/catalogue.ts'
import { deviceRoutes } from './http/controllers/devices.ts'
import { orderRoutes } from './http/controllers/orders.ts'
import { peopleRoutes } from './http/controllers/people.ts'
import { createRateLimits } from './http/middleware/rate-limits.ts'
import { createHttpListener } from './http/listener.ts'
import { createHttp } from './http/server.ts'
import { createRateLimiters } from './net/rate-limiters.ts'
import { createLog } from './lib/log.ts'
import { createMqtt, createPublishing } from './mqtt/index.ts'
import { createOrderCommands } from './mqtt/inbound/order-commands.ts'
import { websocketPath } from './mqtt/transport/websocket.ts'
import { createMembership } from './cluster/membership.ts'
import { runOnLeader } from './cluster/on-leader.ts'
import { createRedisBus } from './cluster/redis-bus.ts'
import { connectOnce, createRedis } from './net/redis.ts'
import { connectCluster } from './cluster/cluster-sync.ts'
import { retryWhileUnavailable } from './lib/retry.ts'
import { createCatalogueService } from './services/catalogue.service.ts'
import { createDevicesService } from './services/devices.service.ts'
import { createLocationsService } from './services/locations.service.ts'
import { createOrderListsService } from './services/order-lists.service.ts'
import { createOrdersService } from './services/orders.service.ts'
import { createPresenceService } from './services/presence.service.ts'
import { createUsersService } from './services/users.service.ts'
import { createStore } from './storage/create-store.ts'
import { logLevelOf } from './lib/errors.ts'

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

  const nodes = createMembership({ bus: redisUrl === null ? null : createRedisBus(redisUrl), clock, log })
  const publishing = createPublishing({ store, clock, log })
  const { publisher } = publishing

  const presence = createPresenceService({ store, publisher, nodes, clock })
  const catalogue = createCatalogueService({ store, currency })
  const orders = createOrdersService({ store, publisher, clock, currency })
  const users = createUsersService({ store, sessions, vendors: presence, orders, clock })
  const lists = createOrderListsService({ store })
  const devices = createDevicesService({ store, tokens: deviceTokens })

  const locations = createLocationsService({ store, publisher, clock })

  const { rateLimits } = config
  const redis = redisUrl === null ? null : createRedis(redisUrl)
  const createLimiter = createRateLimiters(redis)
  const { identityOf } = deviceTokens
  const mqtt = createMqtt({
    publishing,
    handlers: [
      createOrderCommands({ orders, publisher }),
      { vendorStatus: (sender, _parameters, { status }) => presence.reported(sender.identity, sender.id, status) },
      { vendorLocation: (sender, _parameters, report) => locations.reported(sender.identity, report) },
    ],
    config,
    store,
    membership: nodes,
    presence,
    identify,
    identityOf,
    isIdle: () => door.quiet(),
    createLimiter,
    clock,
    log,
  })
  for (const tokensOf of [sessions, deviceTokens]) {
    tokensOf.onEnded(mqtt.end)
    tokensOf.onEnded((ended) => nodes.send('ended', ended))
  }
  const stillGood = createRevalidate(store)
  const { connections, persistence, deviceSessions } = mqtt
  const parts = { store, presence, publisher, persistence, connections, deviceSessions }
  const presenceFailed = (error: unknown) => log[logLevelOf(error)]({ error }, 'presence could not be stored')
  function endedElsewhere(ended: Ended) {
    sessions.lookAnew()
    mqtt.end(ended)
  }
  connectCluster({ nodes, ...parts, stillGood, onEnded: endedElsewhere, presenceFailed, clock, log })

  const { bridge } = mqtt
  if (bridge) {
    sessions.onEnded((ended) => void ('userId' in ended && bridge.recheck()))
    deviceTokens.onEnded(() => void bridge.recheck())
  }
  const bridging = bridge && runOnLeader(nodes, bridge)

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
    if (!mqtt.usable()) throw new Error('the broker is closed')
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
  const door = createHttpListener(http, clock)
  const sessionSweep = createSessionSweep({ store, clock, log })

  /** A database of its own may go away again amid the start: it is waited for like one that was never there. */
  const step = <T>(work: () => Promise<T>) =>
    retryWhileUnavailable(work, clock, () => stopping || config.mongoUri === null)

  async function open(): Promise<Running> {
    const { host } = config
    // The ports come first: one that is taken is said at once, and who asks meanwhile is told to come back.
    const port = await door.listen(config.port, host)
    mqttPort = await mqtt.bind(config.mqttPort, host)
    await store.start()
    stage = 'opening'
    const demoAccounts = await step(async () =>
      config.demo ? createDemoData({ store, dataDir, currency, clock }) : [],
    )
    await mqtt.openStorage()
    if (redis) await connectOnce(redis)
    await nodes.start()
    await mqtt.start(step)
    await step(presence.start)
    mqtt.open({ http: door, allowedOrigins, addressOf: createClientAddress(config.trustProxy) })
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
        mqtt.close()
        door.terminate()
        throw error
      }
    },

    /** Resolves when everything stored so far has been published and kept. */
    async drain(): Promise<void> {
      await mqtt.drain()
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
      mqtt.close()
      await door.close()
      await mqtt.drain()
      await bridging?.stop()
      await mqtt.stop()
      door.terminate()
      await presence.stop()
      await mqtt.closeStorage()
      await nodes.stop()
      redis?.disconnect()
      await store.stop()
    },
  }
}
