import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { Aedes } from 'aedes'
import { createServer as listenOnWebSocket } from 'websocket-stream/server.js'
import { topics } from '#shared/topics.ts'
import type { StartSubject } from './subject.ts'
import { listening } from './listening.ts'
import { eventOf } from './order.ts'

/** Aedes over websocket-stream as documented, without permissions and views. */
export const start: StartSubject = async ({ qos }) => {
  const server = createServer()
  const aedes = await Aedes.createBroker()
  const webSockets = listenOnWebSocket({ server, perMessageDeflate: false })
  webSockets.on('stream', (stream: Duplex) => void aedes.handle(stream))
  const filters = [topics.ordersNew, topics.ordersUpdate]
  return {
    endpoint: { protocol: 'mqtt', port: await listening(server), path: '/', qos, token: null, filters },
    pids: [],
    publish(order) {
      const payload = Buffer.from(JSON.stringify(eventOf(order)))
      aedes.publish({ cmd: 'publish', topic: topics.ordersNew, payload, qos, dup: false, retain: false }, () => {})
    },
    async stop() {
      server.close()
      await new Promise<void>((resolve) => aedes.close(resolve))
    },
  }
}
