import { createServer } from 'node:http'
import { createAccess } from './access.ts'
import type { StartSubject } from './subject.ts'
import { listening } from './listening.ts'
import { eventOf } from './order.ts'
import { openRoom, roomPath } from './room.ts'

/** Socket.IO with a room and nothing else. */
export const start: StartSubject = async ({ qos }) => {
  const server = createServer()
  const { token, verify } = createAccess()
  const room = openRoom(server, { qos, verify })
  return {
    door: { protocol: 'socketio', port: await listening(server), path: roomPath, token },
    pids: [],
    publish: (order) => room.tell(eventOf(order)),
    stop: room.close,
  }
}
