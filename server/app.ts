import { version } from '../package.json'
import { createAuth } from './auth/index.ts'
import { withAccessChecks } from './auth/checks.ts'
import { createIdentify } from './auth/identify.ts'
import { createRevalidate } from './auth/revalidate.ts'
import type { PasswordCost } from './auth/passwords.ts'
import type { Revocation } from './auth/sessions.ts'
import { connectCluster } from './cluster/cluster-sync.ts'
import { createCluster } from './cluster/index.ts'
import { runOnLeader } from './cluster/on-leader.ts'
import { createWatchingCustomers } from './cluster/watching-customers.ts'
import { ConfigError, type Config } from './config/config.ts'
import {
  createDemoData,
  demoPasswordFile,
  endDemoAccounts,
  type DemoAccount,
  type DemoData,
} from './demo/demo-accounts.ts'
import { createFeatures, featureRecords, redactSecrets } from './features/compose.ts'
import { createHttpServer, type HttpServerDependencies } from './http/index.ts'
import { createRateLimits } from './http/middleware/rate-limits.ts'
import { createRefuseDemo } from './http/middleware/refuse-demo.ts'
import { createSignIn } from './http/sign-in.ts'
import { systemClock, type Clock } from './lib/clock.ts'
import { createLifecycle, type Part } from './lib/lifecycle.ts'
import { createLog, type LogOptions } from './lib/log.ts'
import { retryWhileUnavailable } from './lib/retry.ts'
import { createOrderCommands } from './mqtt/inbound/order-commands.ts'
import { createMqtt, createPublishing } from './mqtt/index.ts'
import { websocketPath } from './mqtt/transport/websocket.ts'
import { createMailer } from './lib/mailer.ts'
import { createClientAddress } from './net/client-address.ts'
import { createLimits } from './net/rate-limiters.ts'
import { createEventBus } from './services/domain-events.ts'
import { createOffering } from './services/offering.ts'
import { orderMetrics } from './services/order-metrics.ts'
import { createOutbox } from './services/outbox.ts'
import { createServices } from './services/index.ts'
import { createRegistration } from './services/registration.ts'
import { currencyProblem } from './services/shop-currency.ts'
import { createStore, databaseName } from './storage/create-store.ts'

export interface Running {
  /** `http://HOST:PORT`, and the same for `mqtt://` and `ws://…/mqtt`. */
  http: string
  mqtt: string
  websocket: string
  /** Only with MQTT_TLS_PORT. */
  mqtts?: string
  demoAccounts: DemoAccount[]
  /** Which of them this start has made, and the file with their passwords. */
  demoPasswords?: { made: DemoAccount[]; file: string }
}

export interface AppOptions {
  clientDir: string
  clock?: Clock
  /** Where the log goes instead of standard error. */
  logOutput?: LogOptions['output']
  /** The cost of new password hashes, for tests; without it that of passwords.ts. */
  passwordCost?: PasswordCost
  /** For tests, which check every reply. */
  wrapRoute?: HttpServerDependencies['wrapRoute']
}

export type App = Awaited<ReturnType<typeof createApp>>

/** Creates every part in the order in which parts need each other. Nothing is open before `start`. */
export async function createApp(config: Config, options: AppOptions) {
  const { clientDir, clock = systemClock, logOutput, passwordCost, wrapRoute } = options
  const { dataDir, currency, country, pushOnDutyFor, allowedOrigins, redisUrl, host, basePath } = config
  const log = createLog(config.logLevel, { redact: redactSecrets, output: logOutput })
  const events = createEventBus(log)
  const store = await createStore(config, { clock, server: true, records: featureRecords, log })
  const core = { store, events, clock, log }
  const cluster = createCluster({ redisUrl, clock, log })
  const { membership, createLimiter } = cluster
  const { sessions, sessionSweep, knownBrowsers, keyFor } = createAuth({ ...core, config })
  const publishing = createPublishing(core)
  const { publisher } = publishing
  const offering = createOffering()
  const services = createServices({
    ...core,
    sessions,
    nodes: membership,
    offering,
    currency,
    country,
    pushOnDutyFor,
    passwordCost,
    async checkCompletion(order, given) {
      for (const check of features.completionChecks) await check(order, given)
    },
    reasonText: (list, code) => features.reasonText(list, code),
  })
  const { orders, presence, catalogue, handOverSweep, renames, renameSweep } = services

  let port = config.port
  let mqttPorts: { port: number; tlsPort: number | null } = { port: config.mqttPort, tlsPort: null }
  let [storeStarted, open, stopping] = [false, false, false]
  let demo: DemoData = { accounts: [], made: [], ids: new Set() }

  const outbox = createOutbox({ ...core, sharesStore: config.mongoUri !== null })
  const mailer = createMailer(config)
  const registration = createRegistration(config.registration)
  const limits = createRateLimits({ enabled: config.rateLimits, limits: config.httpLimits, createLimiter })
  const refuseDemo = createRefuseDemo({ config, isDemoAccount: (id) => demo.ids.has(id) })
  const signIn = createSignIn({ users: services.users, knownBrowsers, limits, refuseDemo })
  const hostAddress = () => `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const httpAddress = () => hostAddress() + basePath
  const features = createFeatures({
    ...core,
    publish: publisher.publish,
    replaceRetained: (name, messages) => mqtt.replaceRetained(name, messages),
    publishMessage: publisher.publishMessage,
    outbox,
    mailer,
    users: services.users,
    customers: services.customers,
    amendments: services.amendments,
    catalogue,
    limit: createLimits(createLimiter, config.rateLimits),
    registration,
    signIn,
    sessions,
    presence,
    offering,
    keyFor,
    settings: {
      ...config,
      version,
      publicUrl: () => config.publicUrl ?? httpAddress(),
      severalNodes: redisUrl !== null,
    },
    languageOf: (userId) => features.languageOf(userId),
    lastPositions: (vendorIds) => features.lastPositions(vendorIds),
    attachFiles: (message, ids) => features.attachFiles(message, ids),
    trackingUrl: (orderId) => features.trackingUrl(orderId),
    isWatching: (customerId, orderId) => watchingCustomers.isWatching(customerId, orderId),
    nodes: membership,
    discardOutdated: (ids) => mqtt.discardOutdated(ids),
    routes: () => http.routes,
    mqttPort: () => mqttPorts.port,
    mqttTlsPort: () => mqttPorts.tlsPort,
  })
  const { devices } = features
  const identifyLimited = createIdentify(sessions, features.tokens)
  const identify = withAccessChecks(identifyLimited, features.accessChecks)
  const shared = { config, identify }
  const mqtt = createMqtt({
    ...core,
    ...shared,
    createLimiter,
    publishing,
    membership,
    presence,
    catalogue,
    devices,
    handlers: [
      createOrderCommands({ orders, publisher }),
      { vendorStatus: ({ id, identity }, _parameters, { status }) => presence.reported(identity, id, status) },
      ...features.topics,
    ],
  })
  const watchingCustomers = createWatchingCustomers({ membership, isWatchingHere: mqtt.connections.isWatching, clock })
  const ready = async () => {
    if (!open) throw new Error('the start is not complete')
    await store.ping()
    if (!mqtt.usable()) throw new Error('the broker is closed')
    const since = membership.disconnectedSince()
    return { ...features.health(), ...(since !== null && { redis: { status: 'away', since } }) }
  }
  const http = createHttpServer({
    ...core,
    ...shared,
    services,
    sessions,
    identifyLimited,
    audits: features.audits,
    signIn,
    limits,
    registration,
    registered: features.registered,
    orderChecks: features.orderChecks,
    vendorRatings: features.vendorRatings,
    featureRoutes: features.routes,
    wrapRoute,
    pages: features.pages,
    files: features.files,
    clientDir,
    version,
    metrics: [...orderMetrics(events), ...store.metrics, ...mqtt.metrics, ...outbox.metrics],
    started: () => open,
    ready,
  })

  events.on('access.revoked', mqtt.end)
  events.on('access.revoked', (revocation) => membership.send('ended', revocation))
  connectCluster({
    ...core,
    membership,
    presence,
    publisher,
    mqtt,
    revalidate: createRevalidate({ store, kinds: features.tokens }),
    onEnded(revocation: Revocation) {
      sessions.invalidateLookups()
      mqtt.end(revocation)
    },
  })
  const bridge = mqtt.bridge && runOnLeader(membership, mqtt.bridge)
  const searchRefresh = runOnLeader(membership, services.searchRefresh)

  /** A MongoDB that becomes unavailable during the start is waited for; an embedded database is not. */
  const retry = <T>(task: () => Promise<T>) =>
    retryWhileUnavailable(task, clock, () => stopping || config.mongoUri === null)

  async function openPorts() {
    port = await http.listen(config.port, host)
    mqttPorts = await mqtt.bind(config.mqttPort, host)
  }
  function closePorts() {
    mqtt.close()
    http.terminate()
  }
  async function startStore() {
    await store.start()
    storeStarted = true
  }
  async function checkCurrency() {
    const problem = await currencyProblem(store, currency)
    if (problem) throw new ConfigError([problem])
  }
  async function createDemo() {
    if (config.demo) {
      demo = await createDemoData({ store, dataDir, currency, clock, passwordCost, reactivate: true })
      return
    }
    const accounts = await endDemoAccounts({ store, dataDir }, sessions.endAllOf)
    if (accounts.length > 0) log.warn({ accounts }, 'the demo accounts are deactivated, because DEMO is not on')
  }
  function letClientsConnect() {
    mqtt.open({ http, allowedOrigins, addressOf: createClientAddress(config.trustProxy) })
    open = true
  }
  async function refuseClients() {
    membership.leave()
    mqtt.close()
    await http.close()
    await mqtt.drain()
  }

  // Started in this order, stopped in reverse. Where the closing order differs, a part has an entry for each end:
  // presence is stored after the last client is disconnected, the bridge forwards what the last requests changed, and the
  // outbox, which asks all nodes whether a customer looks at the page, starts last and stores the outcome of its last attempts.
  const parts: Part[] = [
    { name: 'ports', start: openPorts, stop: closePorts },
    { name: 'store', start: startStore, stop: store.stop },
    { name: 'currency', start: () => retry(checkCurrency) },
    { name: 'mailer', stop: mailer.stop },
    { name: 'outbox', stop: outbox.stop },
    { name: 'demo accounts', start: () => retry(createDemo) },
    { name: 'device sessions', start: mqtt.openStorage },
    { name: 'cluster', start: cluster.start, stop: cluster.stop },
    { name: 'device session storage', stop: mqtt.closeStorage },
    { name: 'presence writes', stop: presence.stop },
    { name: 'open requests', stop: http.terminate },
    { name: 'broker', start: () => mqtt.start(retry), stop: mqtt.stop },
    { name: 'presence', start: () => retry(presence.start) },
    ...features.parts,
    { name: 'bridge', stop: bridge?.stop },
    { name: 'clients', start: letClientsConnect, stop: refuseClients },
    { name: 'outbox', start: outbox.start },
    { name: 'hand-over of jobs', start: handOverSweep.start, stop: handOverSweep.stop },
    { name: 'rename sweep', start: renameSweep.start, stop: renameSweep.stop },
    { name: 'renames', stop: renames.stop },
    { name: 'search tokens', start: searchRefresh.start, stop: searchRefresh.stop },
    { name: 'session sweep', start: sessionSweep.start, stop: sessionSweep.stop },
    { name: 'bridge', start: bridge?.start },
  ]
  const lifecycle = createLifecycle(parts)
  let starting = Promise.resolve()

  return {
    /** null without MQTT_BROKER_URL. It may be stopped and started while the app runs. */
    bridge: mqtt.bridge,

    /** The REST API, for tests of who may call what. */
    routes: http.routes,

    /** For measurements, which publish orders that no service has created. */
    publisher,

    /** Rejects with one clear line, and closes what was open, when a part does not start. Waits for a MongoDB that is away. */
    async start(): Promise<Running> {
      starting = lifecycle.start()
      try {
        await starting
      } catch (error) {
        if (!stopping) await lifecycle.stop()
        throw error
      }
      const address = httpAddress()
      const mqttAddress = (protocol: string, at: number) =>
        hostAddress().replace(/^http/, protocol).replace(/\d+$/, String(at))
      const addresses = {
        http: address,
        mqtt: mqttAddress('mqtt', mqttPorts.port),
        websocket: `${address.replace(/^http/, 'ws')}${websocketPath}`,
        ...(mqttPorts.tlsPort !== null && { mqtts: mqttAddress('mqtts', mqttPorts.tlsPort) }),
      }
      log.info({ version, node: process.version, database: databaseName(config), ...addresses }, 'the server is ready')
      return {
        ...addresses,
        demoAccounts: demo.accounts,
        demoPasswords: { made: demo.made, file: demoPasswordFile(dataDir) },
      }
    },

    /** Resolves when everything stored so far is published, and presence is stored. */
    async drain(): Promise<void> {
      await mqtt.drain()
      await presence.drain()
      await publisher.drain()
      await outbox.drain()
    },

    /** Refuses clients, finishes what was accepted, then closes the parts. Ends a start that waits for the database. */
    async stop(): Promise<void> {
      stopping = true
      // A start that has the store is let finish.
      if (!storeStarted) await store.stop()
      await starting.catch(() => {})
      await lifecycle.stop()
    },
  }
}
