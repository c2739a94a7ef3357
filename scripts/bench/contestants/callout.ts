import { topics } from '#shared/topics.ts'
import { startApp } from '../../../server/testing/app.ts'
import type { StartContestant } from './contestant.ts'

/** This product: the whole app, and its own publisher with every permission and view. */
export const start: StartContestant = async ({ qos, dir }) => {
  const app = await startApp({ env: { DATA_DIR: dir } })
  const { port, pathname } = new URL(app.websocket)
  const filters = [topics.ordersNew, topics.ordersUpdate]
  return {
    door: { protocol: 'mqtt', port: Number(port), path: pathname, qos, token: app.admin.token, filters },
    pids: [],
    publish: (order) => app.publisher.orderChanged(order, 0),
    stop: () => app.stop({ keep: true }),
  }
}
