import { createServer } from 'node:http'
import { createAccess } from './access.ts'
import type { StartSubject } from './subject.ts'
import { listening } from './listening.ts'
import { eventOf } from './order.ts'
import { createRoom, roomPath } from './socketio-room.ts'

/** Socket.IO with one room, without a store. */
export const start: StartSubject = async ({ qos }) => {
  const server = createServer()
  const { token, verify } = createAccess()
  const room = createRoom(server, { qos, verify })
  return {
    endpoint: { protocol: 'socketio', port: await listening(server), path: roomPath, token },
    pids: [],
    publish: (order) => room.publish(eventOf(order)),
    stop: room.close,
  }
}
