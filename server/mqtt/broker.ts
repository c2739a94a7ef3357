import type { Duplex } from 'node:stream'
import { Aedes, type Client } from 'aedes'
import type { Clock } from '../lib/clock.ts'
import type { CreateLimiter } from '../net/rate-limiters.ts'
import type { Log } from '../lib/log.ts'
import { createConnectionLimits } from './transport/connection-limits.ts'
import { createConnectRates } from './transport/connect-rates.ts'
import type { Connections } from './sessions/connections.ts'
import { limitControlPackets } from './transport/control-packets.ts'
import type { DeviceSessions } from './sessions/device-sessions.ts'
import type { FanOut } from './outbound/fan-out.ts'
import { createAuthenticate, type AuthenticateDependencies } from './hooks/authenticate.ts'
import { createConnect } from './hooks/connect.ts'
import { createForward } from './hooks/forward.ts'
import { createPublish } from './hooks/publish.ts'
import { guardHook } from './hooks/guard-hook.ts'
import { createSubscribe } from './hooks/subscribe.ts'
import { limits } from './limits.ts'
import type { OrderPayloads } from './outbound/order-payloads.ts'
import { limitPacketSize } from './transport/packet-size.ts'
import { disableDuplicateCheck, slimParser, unregisterClient } from './transport/aedes-internals.ts'
import type { BrokerPersistence } from './sessions/persistence.ts'
import type { InboundRouter } from './inbound/router.ts'
import { disconnectWhenSlow } from './transport/slow-consumers.ts'
import { createTcpListener } from './transport/tcp.ts'
import { WebSocketDuplex } from './transport/websocket-duplex.ts'
import { listenOnWebSocket, type WebSocketListenerOptions } from './transport/websocket.ts'

export interface BrokerDependencies {
  /** Messages wait for devices in the order of it and a counter, so a later start must have a later one. */
  id: string
  /** Hands every publication to whoever has subscribed here, and `mq` to whoever has anywhere (relay.ts). */
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
  /** Off lifts every rate and what one address may have. */
  rateLimits: boolean
  createLimiter: CreateLimiter
}

export type Broker = ReturnType<typeof createBroker>

/** Aedes with its two listeners, TCP and WebSocket, and our rules in its hooks. */
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
  createLimiter,
}: BrokerDependencies) {
  const aedes = new Aedes({
    id,
    mq,
    persistence,
    connectTimeout: limits.connectWithin,
    maxInflightInbound: limits.halfOpenQos2,
  })
  const admission = createConnectionLimits({ perAddress: rateLimits })
  const addresses = new WeakMap<Client, string | undefined>()
  const tcp = createTcpListener({
    enter: admission.enter,
    onStream: (socket) => accept(socket, socket.remoteAddress),
    log,
  })
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
    rates: createConnectRates({ enabled: rateLimits, createLimiter }),
    addressOf: (client) => addresses.get(client),
  })
  const patience = { clock, within: limits.authenticateWithin }
  const inspect = guardHook(log, 'preConnect', connect.inspect, undefined)
  const authenticate = guardHook(log, 'authenticate', authentication, 3, patience)
  const publish = guardHook(log, 'authorizePublish', publications.hook, 'cut')
  const subscribe = guardHook(log, 'authorizeSubscribe', createSubscribe({ connections, log }), false)
  const forward = guardHook(log, 'authorizeForward', createForward({ connections, orderPayloads, persistence }), null)

  aedes.preConnect = (client, packet, done) => inspect([client, packet], () => done(null, !closing))
  aedes.authenticate = (client, username, password, done) =>
    authenticate([client, username, password], (refused) => {
      if (refused === null) {
        if (client.conn instanceof WebSocketDuplex) client.conn.hold()
        return done(null, true)
      }
      log.info({ address: addresses.get(client), returnCode: refused }, 'connection refused')
      done(Object.assign(new Error('connection refused'), { returnCode: refused }), false)
    })
  aedes.authorizePublish = (client, packet, done) => {
    // Everybody is about to be disconnected, so wills say nothing; and what came too late is not acknowledged, so its
    // sender will send it again.
    if (closing) return
    publish([client, packet], (answer) => {
      if (answer === 'acknowledge') done(null)
      // After the acknowledgements of those before it are on the way.
      else if (answer === 'cut') setImmediate(() => done(new Error('not stored')))
    })
  }
  // MQTT-3.9.3: null makes it 128, a refusal of this one subscription.
  aedes.authorizeSubscribe = (client, subscription, done) =>
    subscribe([client, subscription.topic], (allowed) => {
      if (allowed && !client.clean) persistence.grant(subscription)
      done(null, allowed ? subscription : null)
    })
  aedes.authorizeForward = (client, packet) => {
    let forwarded: typeof packet | null = null
    forward([client, packet], (answer) => (forwarded = answer))
    return forwarded
  }
  fanOut.serve(aedes.authorizeForward)

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
    // Aedes does so for clean sessions only.
    void persistence.cleanIncoming(client)
  })
  aedes.on('subscribe', (subscriptions, client) => fanOut.admit(client, subscriptions))
  aedes.on('unsubscribe', (filters, client) => {
    const connection = connections.of(client)
    for (const filter of filters) connection?.filters.delete(filter)
  })
  aedes.on('clientError', (client, error) => log.debug({ client: client.id, reason: error.message }, 'connection lost'))
  aedes.on('connectionError', (_client, error) => log.debug({ reason: error.message }, 'connection refused'))
  // Without a listener Node ends the process.
  aedes.addListener('error', (error: unknown) => log.error({ error }, 'broker error'))

  function accept(stream: Duplex, address: string | undefined) {
    if (!open || closing) return stream.destroy()
    disconnectWhenSlow(stream, () =>
      log.warn({ address, client: client.id }, 'a receiver that did not read was cut off'),
    )
    // Without the request, which would stay as long as the connection.
    const client = aedes.handle(stream)
    addresses.set(client, address)
    slimParser(client)
    limitPacketSize(client)
    limitControlPackets(client, { clock, log, paced: rateLimits })
  }

  return {
    aedes,

    /** Whether clients can come in. */
    usable: () => tcp.isOpen() && open && !closing,

    /** From here on the server itself can publish; nobody can come in yet. */
    start: () => aedes.listen(),

    /** Takes the TCP port (0 picks a free one) and resolves to it; rejects when it is taken. Who comes is turned away. */
    bind: (mqttPort: number, host: string): Promise<number> => tcp.listen(mqttPort, host),

    /** From here on clients come in, through both doors. */
    open(door: Omit<WebSocketListenerOptions, 'enter' | 'onStream'>) {
      terminateWebSockets = listenOnWebSocket({ ...door, enter: admission.enter, onStream: accept })
      open = true
    },

    /** From now on nobody comes in, and nothing is taken in. */
    close() {
      closing = true
      publications.close()
      tcp.close()
    },

    /** Resolves when everything that was taken in is done. After `close` what still waited for its turn is not taken. */
    drain: publications.drain,

    /** Disconnects everybody. `broker.close` leaves sockets that never sent CONNECT, so they are ended here. */
    async stop() {
      await new Promise<void>((resolve) => aedes.close(resolve))
      tcp.terminate()
      terminateWebSockets()
    },
  }
}
