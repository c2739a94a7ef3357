import type { StartSubject } from './subject.ts'
import { eventOf } from './order.ts'
import { openRoom, roomPath } from './room.ts'
import { openShop } from './shop.ts'

/** An API that tells a Socket.IO room, in one process. */
export const start: StartSubject = async ({ qos, dir }) => {
  const { server, port, token, verify, shop, close } = await openShop(dir, (order) => room.tell(eventOf(order)))
  const room = openRoom(server, { qos, verify })
  return {
    door: { protocol: 'socketio', port, path: roomPath, token },
    shop,
    pids: [],
    publish: (order) => room.tell(eventOf(order)),
    async stop() {
      await room.close()
      await close()
    },
  }
}
