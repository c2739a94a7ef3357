import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import type { OrderEvent } from '#shared/orders.ts'

export interface RoomOptions {
  qos: 0 | 1
  /** Throws or rejects if the token is invalid. */
  verify(token: unknown): unknown
}

export const roomPath = '/socket.io/?EIO=4&transport=websocket'

/** Socket.IO as documented: a middleware that verifies the token, a room, and events to the room. */
export function createRoom(server: HttpServer, { qos, verify }: RoomOptions) {
  const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false })
  const check = async (token: unknown) => verify(token)
  io.use((socket, next) => {
    check(socket.handshake.auth.token).then(
      () => next(),
      () => next(new Error('unauthenticated')),
    )
  })
  io.on('connection', (socket) => void socket.join('orders'))
  return {
    publish(event: OrderEvent) {
      if (qos === 0) io.to('orders').emit('order', event)
      else
        io.to('orders')
          .timeout(10_000)
          .emit('order', event, () => {})
    },
    close: () => io.close(),
  }
}
