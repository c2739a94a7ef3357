import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createServer } from 'websocket-stream/server.js'
import type { AdmissionScheduler } from '../../net/admission-scheduler.ts'
import { limits } from '../limits.ts'
import { WebSocketDuplex } from './websocket-duplex.ts'

/** The HTTP path of MQTT over WebSocket. */
export const websocketPath = '/mqtt'

export interface WebSocketListenerOptions {
  /** The HTTP server. Upgrades are scheduled together with its requests. */
  http: { server: Server; schedule: AdmissionScheduler }
  /** Pages of these origins may connect, besides pages of this server and clients that send no Origin header. */
  allowedOrigins: readonly string[]
  /** The client's address, behind trusted proxies. */
  addressOf: (request: IncomingMessage) => string
  /** Counts a connection; returns the function that releases it, or null when the address has too many. */
  enter: (address: string) => (() => void) | null
  onStream: (stream: Duplex, address: string) => void
}

/** Serves MQTT over WebSocket on the HTTP server's port. Returns a function that closes every connection at once. */
export function listenOnWebSocket({
  http,
  allowedOrigins,
  addressOf,
  enter,
  onStream,
}: WebSocketListenerOptions): () => void {
  const server = createServer({
    noServer: true,
    maxPayload: limits.frame,
    // Compressing small messages costs far more than it saves.
    perMessageDeflate: false,
    handleProtocols: (offered: Set<string>) => subprotocols.find((protocol) => offered.has(protocol)) ?? false,
  })

  http.server.on('upgrade', (request, socket, head) => {
    endOnError(socket)
    if (pathOf(request) !== websocketPath) return refuse(socket, '404 Not Found')
    if (!offersMqtt(request)) return refuse(socket, '400 Bad Request')
    if (!originAllowed(request, allowedOrigins)) return refuse(socket, '403 Forbidden')
    const address = addressOf(request)
    const release = enter(address)
    if (!release) return refuse(socket, '503 Service Unavailable')
    socket.once('close', release)
    http.schedule(() => {
      if (socket.destroyed) return
      server.handleUpgrade(request, socket, head, (connection) =>
        onStream(new WebSocketDuplex(connection, socket), address),
      )
    })
  })

  return () => server.clients.forEach((client) => client.terminate())
}

/** A separate function: a closure in the upgrade listener would hold the request in memory while the connection is open. */
const endOnError = (socket: Duplex) => void socket.on('error', () => socket.destroy())

const pathOf = (request: IncomingMessage) => (request.url ?? '').split('?', 1)[0]

/** MQTT-6.0.0-3: a client must offer the subprotocol "mqtt"; clients of MQTT 3.1 offer "mqttv3.1". */
const subprotocols = ['mqtt', 'mqttv3.1']

const offersMqtt = ({ headers }: IncomingMessage) =>
  (headers['sec-websocket-protocol'] ?? '').split(',').some((protocol) => subprotocols.includes(protocol.trim()))

function originAllowed({ headers }: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin === undefined || allowed.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

function refuse(socket: Duplex, status: string) {
  // The HTTP server no longer closes a socket after its upgrade.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
