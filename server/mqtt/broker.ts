import type { Server } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { Aedes, type Client } from 'aedes'
import { maySubscribe } from '../auth/permissions.ts'
import type { Log } from '../log.ts'
import type { PresenceService } from '../services/presence.service.ts'
import type { Connections } from './connections.ts'
import { createAuthenticate } from './hooks/authenticate.ts'
import { createForward } from './hooks/forward.ts'
import { createPublish } from './hooks/publish.ts'
import { safely } from './hooks/safely.ts'
import { neverDuplicate } from './hooks/duplicates.ts'
import type { OrderEvents } from './order-events.ts'
import type { Reports } from './reports.ts'
import { listenOnWebSocket } from './websocket.ts'
import type { Sessions } from '../auth/sessions.ts'

export interface BrokerDependencies {
  sessions: Pick<Sessions, 'identify' | 'onEnded'>
  presence: Pick<PresenceService, 'connected' | 'disconnected'>
  connections: Connections
  orderEvents: OrderEvents
  reports: Reports
  log: Log
}

export interface BrokerAddresses {
  host: string
  /** 0 picks a free one. */
  mqttPort: number
  /** Carries MQTT over WebSocket at /mqtt. */
  httpServer: Server
  allowedOrigins: readonly string[]
}

export type Broker = ReturnType<typeof createBroker>

/** Aedes with its two listeners, TCP and WebSocket, and our rules in its hooks. */
export function createBroker({ sessions, presence, connections, orderEvents, reports, log }: BrokerDependencies) {
  const aedes = new Aedes({ connectTimeout: 5_000, drainTimeout: 10_000 })
  const tcp = createServer((socket) => void aedes.handle(socket))
  let terminateWebSockets = () => {}
  let closing = false

  const authenticate = safely(log, 'authenticate', createAuthenticate({ sessions, connections }), 3)
  const publish = safely(log, 'authorizePublish', createPublish({ connections, reports, log }), undefined)
  const forward = safely(log, 'authorizeForward', createForward({ connections, orderEvents }), null)
  const subscribe = safely(
    log,
    'authorizeSubscribe',
    (client: Client, filter: string) => {
      const identity = connections.of(client)?.identity
      const allowed = identity !== undefined && maySubscribe(identity, filter)
      if (!allowed) log.warn({ filter, user: identity?.id, role: identity?.role }, 'subscription refused')
      return allowed
    },
    false,
  )

  aedes.preConnect = (_client, packet, done) => {
    // Sessions are not kept: a receiver reads the current state when it returns, so nothing is owed to it.
    packet.clean = true
    done(null, !closing)
  }
  aedes.authenticate = (client, username, password, done) =>
    authenticate([client, username, password], (refused) => {
      if (refused === null) done(null, true)
      else done(Object.assign(new Error('connection refused'), { returnCode: refused }), false)
    })
  aedes.authorizePublish = (client, packet, done) => publish([closing ? null : client, packet], () => done(null))
  // MQTT-3.9.3: null makes it 128, a refusal of this one subscription.
  aedes.authorizeSubscribe = (client, subscription, done) =>
    subscribe([client, subscription.topic], (allowed) => done(null, allowed ? subscription : null))
  aedes.authorizeForward = (client, packet) => {
    let forwarded: typeof packet | null = null
    forward([client, packet], (answer) => (forwarded = answer))
    return forwarded
  }

  const presenceFailed = (error: unknown) => log.error({ error }, 'presence was not kept')
  aedes.on('client', (client) => {
    neverDuplicate(client)
    const connection = connections.of(client)
    if (connection) connection.registered = true
    if (connection?.identity.role !== 'vendor') return
    presence.connected(connection.identity, connection.id).catch(presenceFailed)
  })
  aedes.on('clientDisconnect', (client) => {
    const connection = connections.remove(client)
    if (connection?.identity.role !== 'vendor') return
    presence.disconnected(connection.identity.id, connection.id).catch(presenceFailed)
  })
  aedes.on('clientError', (client, error) => log.debug({ client: client.id, reason: error.message }, 'connection lost'))
  aedes.on('connectionError', (_client, error) => log.debug({ reason: error.message }, 'connection refused'))
  // Without a listener Node ends the process.
  aedes.addListener('error', (error: unknown) => log.error({ error }, 'broker error'))
  sessions.onEnded(connections.close)

  return {
    aedes,

    /** Whether clients can come in. */
    usable: () => tcp.listening && !closing,

    /** Opens both listeners; resolves to the TCP port. Rejects when it is taken. */
    async start({ host, mqttPort, httpServer, allowedOrigins }: BrokerAddresses): Promise<number> {
      await aedes.listen()
      terminateWebSockets = listenOnWebSocket({
        server: httpServer,
        allowedOrigins,
        onStream: (stream, request) => void aedes.handle(stream, request),
      })
      await new Promise<void>((resolve, reject) => tcp.once('error', reject).listen(mqttPort, host, resolve))
      tcp.on('error', (error) => log.error({ error }, 'mqtt listener error'))
      return portOf(tcp.address())
    },

    /** From now on nobody comes in, and wills say nothing: everybody is about to be disconnected, not lost. */
    close() {
      closing = true
      if (tcp.listening) tcp.close()
    },

    /** Disconnects everybody. `broker.close` leaves sockets that never sent CONNECT, so they are ended here. */
    async stop() {
      await new Promise<void>((resolve) => aedes.close(resolve))
      terminateWebSockets()
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  return address.port
}
