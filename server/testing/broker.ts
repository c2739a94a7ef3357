import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import createMemoryPersistence, { type Persistence } from 'aedes-persistence'
import { pino } from 'pino'
import type { Identity } from '../auth/sessions.ts'
import { readMqttLimits } from '../config/mqtt-config.ts'
import { systemClock } from '../lib/clock.ts'
import { createRateLimiters } from '../net/rate-limiters.ts'
import { createBroker, type BrokerDependencies } from '../mqtt/broker.ts'
import { createConnections } from '../mqtt/sessions/connections.ts'
import { createFanOut } from '../mqtt/outbound/fan-out.ts'
import { createOrderPayloads } from '../mqtt/outbound/order-payloads.ts'
import { createPersistence } from '../mqtt/sessions/persistence.ts'
import { createOfflineQueues } from '../mqtt/sessions/offline-queues.ts'
import { createAdmissionScheduler } from '../net/admission-scheduler.ts'

const silent = pino({ level: 'silent' })

/** An admin, unless a test needs another identity. */
export const anIdentity = (given: Partial<Identity> = {}): Identity => ({
  id: 'boss',
  name: 'Boss',
  role: 'admin',
  sessionId: 's1',
  deviceId: null,
  scope: null,
  expiresAt: Infinity,
  ...given,
})

/** A persistence over an in-memory engine, with `given` methods replaced. */
export function somePersistence(given: Partial<Persistence> = {}) {
  const engine = Object.assign(createMemoryPersistence(), given)
  return createPersistence({
    createEngine: () => ({ engine, queues: createOfflineQueues(engine) }),
    orderPayloads: createOrderPayloads(),
    log: silent,
  })
}

/** Starts the broker on free ports; `given` replaces dependencies, for example with failing ones. */
export async function startBroker(given: Partial<BrokerDependencies> = {}) {
  const { clock = systemClock } = given
  const connections = given.connections ?? createConnections({ clock, onOpen() {}, onClose() {} })
  const fanOut = createFanOut()
  const broker = createBroker({
    id: `node-${clock.now().toString(36).padStart(9, '0')}`,
    fanOut,
    mq: fanOut.mq,
    createLimiter: createRateLimiters(null),
    identify: async () => anIdentity(),
    connections,
    deviceSessions: { begin: async () => {} },
    persistence: somePersistence(),
    orderPayloads: createOrderPayloads(),
    router: { route: async () => 'acknowledge', refuse() {} },
    clock,
    log: silent,
    rateLimits: false,
    mqttLimits: readMqttLimits(),
    mqttProxyProtocol: null,
    certificate: null,
    ...given,
  })
  const httpServer = createServer()
  const host = '127.0.0.1'
  const addressOf = () => host
  await broker.start()
  const mqttPort = await broker.bind(0, host)
  const http = { server: httpServer, schedule: createAdmissionScheduler(httpServer) }
  broker.open({ http, allowedOrigins: [], addressOf })
  await new Promise<void>((resolve) => httpServer.listen(0, host, resolve))
  const { port } = httpServer.address() as AddressInfo
  return {
    broker,
    connections,
    http: `http://${host}:${port}`,
    mqtt: `mqtt://${host}:${mqttPort}`,
    websocket: `ws://${host}:${port}/mqtt`,
    demoAccounts: [],
    async stop() {
      broker.close()
      await broker.stop()
      httpServer.closeAllConnections()
      httpServer.close()
    },
  }
}
