import type { FeatureModule } from '../feature.ts'
import { createDeviceTokens } from './device-tokens.ts'
import { createDevicesService } from './devices.service.ts'
import { deviceRoutes } from './routes.ts'
import { isDeviceToken, redactDeviceTokens } from './token-format.ts'

/** Vendors' programs and hardware, each with a long-lived token of its own. */
export const devices: FeatureModule = {
  name: 'devices',
  redact: redactDeviceTokens,
  create({ store, events, clock, mqttPort }) {
    const tokens = createDeviceTokens({ store, events, clock })
    return {
      routes: deviceRoutes({ devices: createDevicesService({ store, tokens }), mqttPort }),
      tokens: { matches: isDeviceToken, identify: tokens.identify },
      devices: {
        list: () => store.devices.list({}),
        saveSession: store.devices.setSession,
        seen: store.devices.seen,
        identityOf: tokens.identityOf,
      },
    }
  },
}
