import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Endpoint } from './link.ts'

/** Resets the connection (RST) if possible, as a failing network does. */
export function reset(socket: Socket) {
  if (socket.destroyed) return
  if (socket.connecting) socket.destroy()
  else socket.resetAndDestroy()
}

export function tcpEndpoint(socket: Socket): Endpoint {
  socket.setNoDelay(true)
  socket.on('error', () => {})
  return {
    send: (bytes) => void (socket.writable && socket.write(bytes)),
    onData: (listen) => void socket.on('data', listen),
    onClosed: (listen) => void socket.once('close', listen),
    cut: () => reset(socket),
  }
}

export function webSocketEndpoint(websocket: WebSocket): Endpoint {
  websocket.binaryType = 'nodebuffer'
  websocket.on('error', () => {})
  return {
    send: (bytes) => void (websocket.readyState === websocket.OPEN && websocket.send(bytes)),
    onData: (listen) => void websocket.on('message', (data) => listen(Buffer.isBuffer(data) ? data : Buffer.alloc(0))),
    onClosed: (listen) => void websocket.once('close', () => listen()),
    cut: () => websocket.terminate(),
  }
}
