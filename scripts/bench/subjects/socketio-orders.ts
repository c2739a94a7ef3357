import type { StartSubject } from './subject.ts'
import { eventOf } from './order.ts'
import { createRoom, roomPath } from './socketio-room.ts'
import { startOrderApi } from './order-api.ts'

/** The order API and a Socket.IO room, in one process. */
export const start: StartSubject = async ({ qos, dir }) => {
  const { server, port, token, verify, orderApi, close } = await startOrderApi(dir, (order) =>
    room.publish(eventOf(order)),
  )
  const room = createRoom(server, { qos, verify })
  return {
    endpoint: { protocol: 'socketio', port, path: roomPath, token },
    orderApi,
    pids: [],
    publish: (order) => room.publish(eventOf(order)),
    async stop() {
      await room.close()
      await close()
    },
  }
}
