import { topics } from '#shared/topics.ts'
import type { StartSubject } from './subject.ts'
import { startMosquitto } from './mosquitto-broker.ts'
import { eventOf } from './order.ts'

/** Mosquitto's WebSocket listener, without authentication. */
export const start: StartSubject = async ({ qos, dir }) => {
  const broker = await startMosquitto(dir)
  const filters = [topics.ordersNew, topics.ordersUpdate]
  return {
    endpoint: { protocol: 'mqtt', port: broker.websocket, path: '/mqtt', qos, token: null, filters },
    pids: [broker.pid],
    publish: (order) => broker.publish(topics.ordersNew, Buffer.from(JSON.stringify(eventOf(order))), qos),
    stop: broker.stop,
  }
}
