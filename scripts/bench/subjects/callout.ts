import { topics } from '#shared/topics.ts'
import { startApp } from '../../../server/testing/app.ts'
import type { StartSubject } from './subject.ts'

/** This product: the whole app, and its publisher with all permissions and views. */
export const start: StartSubject = async ({ qos, dir, port = 0 }) => {
  const app = await startApp({ env: { DATA_DIR: dir, PORT: String(port) }, checksReplies: false })
  const { pathname, port: taken } = new URL(app.websocket)
  const filters = [topics.ordersNew, topics.ordersUpdate]
  const [customer, [service]] = await Promise.all([app.demo('customer@example.com'), app.services()])
  return {
    endpoint: { protocol: 'mqtt', port: Number(taken), path: pathname, qos, token: app.admin.token, filters },
    orderApi: { port: Number(taken), token: customer.token, serviceId: service?.id ?? '' },
    pids: [],
    publish: (order) => app.publisher.orderChanged(order, 0),
    stop: () => app.stop({ keep: true }),
  }
}
