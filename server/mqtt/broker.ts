import type { Duplex } from 'node:stream'
import { Aedes, type Client } from 'aedes'
import { writeToStream } from 'mqtt-packet'
import { audienceOf } from '../auth/permissions.ts'
import type { Clock } from '../lib/clock.ts'
import type { MqttLimits } from '../config/mqtt-config.ts'
import type { Certificate } from '../net/certificate.ts'
import { compileAddressList } from '../net/client-address.ts'
import type { CreateLimiter } from '../net/rate-limiters.ts'
import type { Log } from '../lib/log.ts'
import { createThrottledLog } from '../lib/throttled-log.ts'
import { createBrokerMetrics } from './broker-metrics.ts'
import { createConnectionLimits, type ConnectionLimits, type ConnectionPlace } from './transport/connection-limits.ts'
import { createCleanConnect } from './transport/clean-connect.ts'
import { createConnectRates } from './transport/connect-rates.ts'
import type { Connections } from './sessions/connections.ts'
import { limitControlPackets } from './transport/control-packets.ts'
import type { DeviceSessions } from './sessions/device-sessions.ts'
import type { FanOut } from './outbound/fan-out.ts'
import { createAuthenticate, type AuthenticateDependencies } from './hooks/authenticate.ts'
import { createConnect, reasons } from './hooks/connect.ts'
import { createForward } from './hooks/forward.ts'
import { createPublish } from './hooks/publish.ts'
import { guardAnswer, guardHook } from './hooks/guard-hook.ts'
import { createSubscribe } from './hooks/subscribe.ts'
import { limits } from './limits.ts'
import type { OrderPayloads } from './outbound/order-payloads.ts'
import { limitPacketSize } from './transport/packet-size.ts'
import { disableDuplicateCheck, slimParser, unregisterClient } from './transport/aedes-internals.ts'
import type { BrokerPersistence } from './sessions/persistence.ts'
import type { InboundRouter } from './inbound/router.ts'
import { answerUnknownVersions, refuseVersion } from './transport/protocol-version.ts'
import { disconnectWhenSlow } from './transport/slow-consumers.ts'
import { createTcpListener } from './transport/tcp.ts'
import { WebSocketDuplex } from './transport/websocket-duplex.ts'
import { listenOnWebSocket, type WebSocketListenerOptions } from './transport/websocket.ts'

export interface BrokerDependencies {
  /** Queued messages are sorted by this id and a counter, so a later start needs a higher id. */
  id: string
  /** Serves local subscribers; `mq` also sends to other nodes (cluster-emitter.ts). */
  fanOut: FanOut
  mq: FanOut['mq']
  identify: AuthenticateDependencies['identify']
  connections: Connections
  deviceSessions: Pick<DeviceSessions, 'begin'>
  persistence: BrokerPersistence
  orderPayloads: OrderPayloads
  router: InboundRouter
  clock: Clock
  log: Log
  /** False disables all rate limits and the connection limit per address. */
  rateLimits: boolean
  mqttLimits: MqttLimits
  /** Addresses of proxies whose connections begin with a PROXY header, or null. */
  mqttProxyProtocol: string | null
  /** For the listener with TLS; null: none. */
  certificate: Certificate | null
  createLimiter: CreateLimiter
}

export type Broker = ReturnType<typeof createBroker>

// mqtt-packet would keep a buffer for each number up to 65,535: 7 MB.
writeToStream.cacheNumbers = false

/** Aedes with a TCP and a WebSocket listener, and the server's rules in its hooks. */
export function createBroker({
  id,
  fanOut,
  mq,
  identify,
  connections,
  deviceSessions,
  persistence,
  orderPayloads,
  router,
  clock,
  log,
  rateLimits,
  mqttLimits,
  mqttProxyProtocol,
  certificate,
  createLimiter,
}: BrokerDependencies) {
  const aedes = new Aedes({
    id,
    mq,
    persistence,
    connectTimeout: limits.connectWithin,
    maxInflightInbound: limits.halfOpenQos2,
  })
  const logOnce = createThrottledLog({ log, clock })
  const connectionLimits = createConnectionLimits({ limits: mqttLimits, perAddress: rateLimits, logOnce })
  const metrics = createBrokerMetrics()
  const { counts } = metrics
  const addresses = new WeakMap<Client, string | undefined>()
  /** The places of clients that are not authenticated yet. */
  const places = new WeakMap<Client, ConnectionPlace>()
  const listener = {
    enter,
    isProxy: mqttProxyProtocol === null ? () => false : compileAddressList(mqttProxyProtocol),
    onStream: accept,
    clock,
    log,
  }
  const tcp = createTcpListener({ ...listener, certificate: null })
  const tls = certificate && createTcpListener({ ...listener, certificate })
  const connectCleanly = createCleanConnect(aedes, persistence)
  let terminateWebSockets = () => {}
  let open = false
  let closing = false

  const connect = createConnect()
  const publications = createPublish({ connections, router, clock, log, paced: rateLimits })
  const authentication = createAuthenticate({
    identify,
    connect,
    connections,
    deviceSessions,
    rates: createConnectRates({ enabled: rateLimits, limits: mqttLimits, createLimiter, logOnce }),
    addressOf: (client) => addresses.get(client),
    clock,
  })
  const timeout = { clock, within: limits.authenticateWithin }
  const inspect = guardHook(log, 'preConnect', connect.inspect, undefined)
  const authenticate = guardHook(log, 'authenticate', authentication, 3, timeout)
  const publish = guardHook(log, 'authorizePublish', publications.hook, 'cut')
  const subscribe = guardHook(log, 'authorizeSubscribe', createSubscribe({ connections, log }), false)
  const forward = guardAnswer(log, 'authorizeForward', createForward({ connections, orderPayloads, persistence }), null)

  aedes.preConnect = (client, packet, done) => {
    const { protocolVersion } = packet
    if (protocolVersion !== 5) return inspect([client, packet], () => done(null, !closing))
    metrics.connectRefused('version')
    logRefused(client, `MQTT version ${protocolVersion}; this server speaks 3.1.1`)
    refuseVersion(client, protocolVersion)
  }
  aedes.authenticate = (client, username, password, done) =>
    authenticate([client, username, password], (refused) => {
      if (refused === null) {
        places.get(client)?.keep()
        places.delete(client)
        if (client.conn instanceof WebSocketDuplex) client.conn.hold()
        return done(null, true)
      }
      metrics.connectRefused(refused)
      logRefused(client, reasons[refused], refused)
      done(Object.assign(new Error('connection refused'), { returnCode: refused }), false)
    })
  aedes.authorizePublish = (client, packet, done) => {
    // All clients are about to be disconnected, so wills are ignored. A publication that arrives now is not acknowledged,
    // so its sender sends it again.
    if (closing) return
    counts.received++
    publish([client, packet], (answer) => {
      if (answer === 'acknowledge') done(null)
      // After the acknowledgements of earlier publications are written.
      else if (answer === 'cut') setImmediate(() => done(new Error('not stored')))
    })
  }
  // MQTT-3.9.3: null makes it 128, a refusal of this one subscription.
  aedes.authorizeSubscribe = (client, subscription, done) =>
    subscribe([client, subscription.topic], (allowed) => {
      if (!allowed) metrics.subscriptionRefused()
      else if (!client.clean) persistence.grant(subscription)
      done(null, allowed ? subscription : null)
    })
  aedes.authorizeForward = (client, packet) => {
    const forwarded = forward(client, packet)
    if (forwarded) counts.sent++
    return forwarded
  }
  fanOut.serve(forward, (packets) => (counts.sent += packets))

  aedes.on('client', (client) => {
    disableDuplicateCheck(client)
    // It closed during authentication: Aedes registers it all the same and would never remove it.
    if (client.closed) unregisterClient(aedes, client)
  })
  aedes.on('connackSent', (_packet, { conn }) => {
    if (conn instanceof WebSocketDuplex) conn.admit()
  })
  aedes.on('clientDisconnect', (client) => {
    connections.remove(client)
    // Aedes does this for clean sessions only.
    void persistence.cleanIncoming(client)
  })
  aedes.on('subscribe', (subscriptions, client) => {
    const connection = connections.of(client)
    if (connection) fanOut.admit(client, subscriptions, audienceOf(connection.identity) ?? connection.id)
  })
  aedes.on('unsubscribe', (filters, client) => {
    const connection = connections.of(client)
    for (const filter of filters) connection?.filters.delete(filter)
  })
  aedes.on('clientError', (client, error) => log.debug({ client: client.id, reason: error.message }, 'connection lost'))
  // Before the CONNECT is accepted: TLS or HTTP on this port, an invalid packet, a client that sends nothing.
  aedes.on('connectionError', (client, { message }) => {
    metrics.connectRefused('protocol')
    logRefused(client, message)
  })
  // Without a listener Node ends the process.
  aedes.addListener('error', (error: unknown) => log.error({ error }, 'broker error'))

  function logRefused(client: Client, reason: string, returnCode?: number) {
    const address = addresses.get(client)
    logOnce('info', `${reason} ${address}`, { address, reason, returnCode }, 'connection refused')
  }

  function enter(...[address, socket]: Parameters<ConnectionLimits['enter']>) {
    const place = connectionLimits.enter(address, socket)
    if (!place) metrics.connectRefused(3)
    return place
  }

  function accept(stream: Duplex, address: string | undefined, place: ConnectionPlace) {
    if (!open || closing) return stream.destroy()
    disconnectWhenSlow(stream, () => {
      metrics.disconnected('slow_consumer')
      log.warn({ address, client: client.id }, 'a slow consumer was disconnected')
    })
    // Without the HTTP request, which would stay in memory as long as the connection.
    const client = aedes.handle(stream)
    addresses.set(client, address)
    places.set(client, place)
    slimParser(client)
    answerUnknownVersions(client)
    limitPacketSize(client, (bytes, limit) => {
      metrics.disconnected('packet_too_large')
      const user = connections.of(client)?.identity.id
      logOnce(
        'warn',
        `packet ${address} ${user}`,
        { address, user, bytes, limit },
        'connection closed: packet too large',
      )
    })
    limitControlPackets(client, { clock, log, paced: rateLimits, connectCleanly })
  }

  return {
    aedes,
    metrics: metrics.all,

    /** Whether clients can connect. */
    usable: () => tcp.isOpen() && open && !closing,

    /** From now on the server itself can publish; clients cannot connect yet. */
    start: () => aedes.listen(),

    /** Takes the TCP port (0 picks a free one) and resolves to it; rejects when it is in use. Clients are refused until `open`. */
    bind: (mqttPort: number, host: string): Promise<number> => tcp.listen(mqttPort, host),

    /** The same for the port with TLS. Rejects when the certificate cannot be used. */
    async bindTls(port: number, host: string): Promise<number> {
      if (!tls) throw new Error('there is no certificate')
      await certificate?.start()
      return tls.listen(port, host)
    },

    /** Accepts clients over TCP and WebSocket. */
    open(options: Omit<WebSocketListenerOptions, 'enter' | 'onStream' | 'logOnce' | 'onRefused'>) {
      const onRefused = () => metrics.connectRefused('websocket')
      terminateWebSockets = listenOnWebSocket({ ...options, enter, onStream: accept, logOnce, onRefused })
      open = true
    },

    /** Refuses connections and publications from now on. */
    close() {
      closing = true
      publications.close()
      tcp.close()
      tls?.close()
      certificate?.stop()
    },

    /** Resolves when every accepted publication is handled. After `close`, queued publications are dropped unacknowledged. */
    drain: publications.drain,

    /** Disconnects all clients. `aedes.close` leaves sockets that never sent CONNECT, so they are terminated here. */
    async stop() {
      await new Promise<void>((resolve) => aedes.close(resolve))
      tcp.terminate()
      tls?.terminate()
      terminateWebSockets()
    },
  }
}
