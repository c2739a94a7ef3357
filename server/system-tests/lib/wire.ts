import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { Running } from '../../app.ts'

export type Via = 'tcp' | 'websocket'

/** A connection on which a test sends arbitrary bytes. */
export interface Wire {
  /** The client's port, as in /proc/net/tcp. */
  readonly localPort: number
  /** The server's port. */
  readonly remotePort: number
  /** Resolves when either side has closed it. */
  readonly closed: Promise<void>
  readonly isClosed: () => boolean
  send(bytes: Buffer): void
  /** Bytes in the local send buffer. */
  readonly waiting: () => number
  onData(listen: (bytes: Buffer) => void): void
  /** Stops reading for good. */
  freeze(): void
  destroy(): void
}

/** Connects over TCP to the MQTT port, or over WebSocket to /mqtt. */
export const openWire = (app: Running, via: Via): Promise<Wire> =>
  via === 'tcp' ? overTcp(app.mqtt) : overWebSocket(app.websocket)

/** A plain connection to the HTTP port. */
export const openHttpWire = (app: Running): Promise<Wire> => overTcp(app.http)

async function overTcp(url: string): Promise<Wire> {
  const socket = await opened(url)
  let closed = false
  return {
    localPort: socket.localPort ?? 0,
    remotePort: socket.remotePort ?? 0,
    closed: whenClosed(socket).then(() => void (closed = true)),
    isClosed: () => closed,
    send: (bytes) => void (socket.writable && socket.write(bytes)),
    waiting: () => socket.writableLength,
    onData: (listen) => void socket.on('data', listen),
    freeze: () => void socket.pause(),
    destroy: () => void socket.destroy(),
  }
}

async function overWebSocket(url: string): Promise<Wire> {
  const socket = await opened(url)
  const websocket = new WebSocket(url, 'mqtt', { createConnection: () => socket, perMessageDeflate: false })
  websocket.on('error', () => {})
  websocket.binaryType = 'nodebuffer'
  const { localPort = 0, remotePort = 0 } = socket
  const closing = whenClosed(socket)
  await new Promise<void>((resolve, reject) => {
    websocket.once('open', resolve)
    closing.then(() => reject(new Error('the server closed before it upgraded')), reject)
  })
  let closed = false
  return {
    localPort,
    remotePort,
    closed: closing.then(() => void (closed = true)),
    isClosed: () => closed,
    send: (bytes) => void (websocket.readyState === WebSocket.OPEN && websocket.send(bytes)),
    waiting: () => websocket.bufferedAmount,
    onData: (listen) => void websocket.on('message', (data) => listen(Buffer.isBuffer(data) ? data : Buffer.alloc(0))),
    freeze: () => websocket.pause(),
    destroy: () => websocket.terminate(),
  }
}

async function opened(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  // What goes wrong later shows as "close".
  socket.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('close', () => reject(new Error('no connection')))
  })
  return socket
}

/** Discards incoming data: a socket that is not read never emits the end of the other side. */
function whenClosed(socket: Socket): Promise<void> {
  socket.resume()
  return new Promise((resolve) => socket.once('close', () => resolve()))
}
