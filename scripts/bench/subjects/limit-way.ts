import type { StartSubject } from './subject.ts'
import { acceptSockets, frameOf } from './limit.ts'
import { startOrderApi } from './order-api.ts'

/** The order API, then one frame to every socket of a bare `ws` server in the same process. */
export const start: StartSubject = async ({ dir }) => {
  const { server, port, orderApi, close } = await startOrderApi(dir, (order) => sockets.write(frameOf(order)))
  const sockets = acceptSockets(server)
  return {
    endpoint: { protocol: 'plain', port, path: '/', acknowledge: false },
    orderApi,
    pids: [],
    publish: (order) => sockets.write(frameOf(order)),
    async stop() {
      sockets.close()
      await close()
    },
  }
}
