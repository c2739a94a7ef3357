import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { End } from './link.ts'

/** A reset rather than a goodbye, where the socket can: it is what a failing network looks like. */
export function reset(socket: Socket) {
  if (socket.destroyed) return
  if (socket.connecting) socket.destroy()
  else socket.resetAndDestroy()
}

export function tcpEnd(socket: Socket): End {
  socket.setNoDelay(true)
  socket.on('error', () => {})
  return {
    send: (bytes) => void (socket.writable && socket.write(bytes)),
    onData: (listen) => void socket.on('data', listen),
    onClosed: (listen) => void socket.once('close', listen),
    cut: () => reset(socket),
  }
}

export function webSocketEnd(websocket: WebSocket): End {
  websocket.binaryType = 'nodebuffer'
  websocket.on('error', () => {})
  return {
    send: (bytes) => void (websocket.readyState === websocket.OPEN && websocket.send(bytes)),
    onData: (listen) => void websocket.on('message', (data) => listen(Buffer.isBuffer(data) ? data : Buffer.alloc(0))),
    onClosed: (listen) => void websocket.once('close', () => listen()),
    cut: () => websocket.terminate(),
  }
}
