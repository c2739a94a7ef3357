import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import type { OrderEvent } from '#shared/orders.ts'

export interface RoomOptions {
  qos: 0 | 1
  /** Throws, or rejects, when the token is not good. */
  verify(token: unknown): unknown
}

export const roomPath = '/socket.io/?EIO=4&transport=websocket'

/** Socket.IO as its manual has it: a middleware that checks the token, a room, an event to the room. */
export function openRoom(server: HttpServer, { qos, verify }: RoomOptions) {
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
    tell(event: OrderEvent) {
      if (qos === 0) io.to('orders').emit('order', event)
      else
        io.to('orders')
          .timeout(10_000)
          .emit('order', event, () => {})
    },
    close: () => io.close(),
  }
}
