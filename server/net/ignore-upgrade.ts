import { ServerResponse, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Whether a request asks for a WebSocket: the only upgrade that this server makes. */
export const isWebSocket = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket'

/**
 * Node's option `shouldUpgradeCallback` (24.9 and later 22): whether a request becomes an upgrade. Such a Node passes the body
 * of an upgrade by another stream, so `ignoreUpgrade` cannot give it back to the HTTP server: a request with a body stays a
 * request. One without a body goes through `ignoreUpgrade`, because Node drops what is pipelined behind it in one packet.
 */
export const becomesUpgrade = (request: IncomingMessage) => isWebSocket(request) || !hasBody(request)

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Fields that concern only the connection to the next hop and the upgrade (RFC 9110, 7.8; RFC 7540, 3.2.1). */
const upgradeFields = new Set(['upgrade', 'http2-settings'])

/**
 * Answers a request as if it had no Upgrade header (RFC 9110, 7.8: a server may ignore it). Java's HttpClient and
 * `curl --http2` send `Upgrade: h2c` with their first request. Node passes each upgrade to the "upgrade" listener and parses
 * no further, so the request goes to the HTTP server again, without the header and with the bytes that follow it.
 */
export function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer) {
  if (socket.destroyed) return
  // Node's HTTP server: the response that is being written. A pipelined request is answered after it.
  const current = '_httpMessage' in socket ? socket._httpMessage : null
  if (current instanceof ServerResponse) {
    const end = () => socket.destroy()
    socket.once('error', end)
    current.once('close', () => {
      socket.off('error', end)
      ignoreUpgrade(server, request, socket, head)
    })
    return
  }
  const { method, url, httpVersion, rawHeaders } = request
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const [name = '', value = ''] = rawHeaders.slice(n, n + 2)
    if (upgradeFields.has(name.toLowerCase())) continue
    const kept = name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value
    if (kept !== '' || value === '') lines.push(`${name}: ${kept}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit('connection', socket)
}

const withoutUpgrade = (value: string) =>
  value
    .split(',')
    .map((option) => option.trim())
    .filter((option) => !upgradeFields.has(option.toLowerCase()))
    .join(', ')
