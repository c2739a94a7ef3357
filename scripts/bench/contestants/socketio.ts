import { createServer, type Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import type { OrderEvent } from '#shared/orders.ts'
import { createAccess } from './access.ts'
import type { StartContestant } from './contestant.ts'
import { listening } from './listening.ts'
import { eventOf } from './order.ts'

/** Socket.IO as its manual has it: a middleware that checks the token, a room, an event to the room. */
export const start: StartContestant = async ({ qos }) => {
  const server = createServer()
  const { token, verify } = createAccess()
  const room = openRoom(server, { qos, verify })
  return {
    door: { protocol: 'socketio', port: await listening(server), path: room.path, token },
    pids: [],
    publish: (order) => room.tell(eventOf(order)),
    stop: room.close,
  }
}

export function openRoom(server: HttpServer, { qos, verify }: { qos: 0 | 1; verify: (token: unknown) => unknown }) {
  const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false })
  io.use((socket, next) => {
    try {
      verify(socket.handshake.auth.token)
      next()
    } catch {
      next(new Error('unauthenticated'))
    }
  })
  io.on('connection', (socket) => void socket.join('orders'))
  return {
    path: '/socket.io/?EIO=4&transport=websocket',
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
