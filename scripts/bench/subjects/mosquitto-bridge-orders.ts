import type { StartSubject } from './subject.ts'
import { startBridgedMosquitto } from './bridged-mosquitto.ts'
import { startOrderApi } from './order-api.ts'

/** The order API, publishing to Mosquitto; the bridge forwards to the dashboards. */
export const start: StartSubject = async ({ qos, dir }) => {
  const bridged = await startBridgedMosquitto(dir, qos)
  const { orderApi, close } = await startOrderApi(dir, bridged.publish)
  return {
    ...bridged,
    orderApi,
    async stop() {
      bridged.stop()
      await close()
    },
  }
}
