import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createServer } from 'websocket-stream/server.js'
import type { AdmissionScheduler } from '../../net/admission-scheduler.ts'
import type { ThrottledLog } from '../../lib/throttled-log.ts'
import { hasSeveralHosts, isHostOf } from '../../net/host-header.ts'
import { ignoreUpgrade, isWebSocket } from '../../net/ignore-upgrade.ts'
import { limits } from '../limits.ts'
import type { ConnectionLimits, ConnectionPlace } from './connection-limits.ts'
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
  enter: ConnectionLimits['enter']
  /** `place.keep` is called when the token is valid. */
  onStream: (stream: Duplex, address: string, place: ConnectionPlace) => void
  logOnce: ThrottledLog
  /** Called for each handshake that is refused by its content. */
  onRefused: () => void
}

interface Refusal {
  status: string
  /** For the log. */
  reason: string
  /** The setting that permits it. */
  setting?: string
}

const badRequest = '400 Bad Request'

/** Serves MQTT over WebSocket on the HTTP server's port. Returns a function that closes every connection at once. */
export function listenOnWebSocket({
  http,
  allowedOrigins,
  addressOf,
  enter,
  onStream,
  logOnce,
  onRefused,
}: WebSocketListenerOptions): () => void {
  const server = createServer({
    noServer: true,
    maxPayload: limits.frame,
    // Compressing small messages costs far more than it saves.
    perMessageDeflate: false,
    handleProtocols: (offered: Set<string>) => subprotocols.find((protocol) => offered.has(protocol)) ?? false,
  })

  http.server.on('upgrade', (request, socket, head) => {
    if (!isWebSocket(request)) return ignoreUpgrade(http.server, request, socket, head)
    socket.on('error', destroy)
    const address = addressOf(request)
    const refusal = refusalOf(request, allowedOrigins)
    if (refusal) {
      logRefusal(address, request, refusal)
      return refuse(socket, refusal.status)
    }
    const place = enter(address, socket)
    if (!place) return refuse(socket, '503 Service Unavailable')
    leaveOnClose(socket, place)
    http.schedule(() => {
      if (socket.destroyed) return
      server.handleUpgrade(request, socket, head, (connection) =>
        onStream(new WebSocketDuplex(connection, socket), address, place),
      )
    })
  })

  // A handshake that is not valid (RFC 6455, 4.2.1). Without a listener ws answers it without a trace.
  server.on('wsClientError', ({ message }, socket, request) => {
    logRefusal(addressOf(request), request, { status: badRequest, reason: message })
    refuse(socket, badRequest)
  })

  function logRefusal(address: string, { url, headers }: IncomingMessage, { status, reason, setting }: Refusal) {
    onRefused()
    const { host, origin, 'sec-websocket-protocol': subprotocol } = headers
    const fields = { address, status, reason, setting, host, origin, path: pathOf({ url }), subprotocol }
    logOnce('warn', `${status} ${reason} ${address}`, fields, 'WebSocket refused')
  }

  return () => server.clients.forEach((client) => client.terminate())
}

// Functions of their own: a closure in the upgrade listener would hold the request in memory while the connection is open.
const leaveOnClose = (socket: Duplex, place: ConnectionPlace) => void socket.on('close', () => place.leave())
function destroy(this: Duplex) {
  this.destroy()
}

const pathOf = ({ url = '' }: { url?: string }) => url.split('?', 1)[0]

function refusalOf(request: IncomingMessage, allowedOrigins: readonly string[]): Refusal | null {
  if (pathOf(request) !== websocketPath) return { status: '404 Not Found', reason: `the path is not ${websocketPath}` }
  if (hasSeveralHosts(request)) return { status: badRequest, reason: 'more than one Host header' }
  if (!offersMqtt(request)) return { status: badRequest, reason: 'the subprotocol mqtt is not offered' }
  if (originAllowed(request, allowedOrigins)) return null
  const reason = 'the page is of another origin than the Host; a proxy may have replaced the Host'
  return { status: '403 Forbidden', reason, setting: 'ALLOWED_ORIGINS' }
}

/** MQTT-6.0.0-3: a client must offer the subprotocol "mqtt"; clients of MQTT 3.1 offer "mqttv3.1". */
const subprotocols = ['mqtt', 'mqttv3.1']

const offersMqtt = ({ headers }: IncomingMessage) =>
  (headers['sec-websocket-protocol'] ?? '').split(',').some((protocol) => subprotocols.includes(protocol.trim()))

function originAllowed({ headers }: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  return allowed.includes(url.origin) || isHostOf(url, host)
}

function refuse(socket: Duplex, status: string) {
  // The HTTP server no longer closes a socket after its upgrade.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n`)
}
