import type { StartSubject } from './subject.ts'
import { startBridged } from './bridged.ts'
import { openShop } from './shop.ts'

/** An API that tells Mosquitto, which tells the bridge, which tells the dashboards. */
export const start: StartSubject = async ({ qos, dir }) => {
  const bridged = await startBridged(dir, qos)
  const { shop, close } = await openShop(dir, bridged.publish)
  return {
    ...bridged,
    shop,
    async stop() {
      bridged.stop()
      await close()
    },
  }
}
