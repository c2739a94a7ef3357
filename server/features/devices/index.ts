import type { FeatureModule } from '../feature.ts'
import { createDeviceStore, deviceRecords } from './device-records.ts'
import { createDeviceTokens } from './device-tokens.ts'
import { createDevicesService } from './devices.service.ts'
import { createPersonalData } from './personal-data.ts'
import { deviceRoutes } from './routes.ts'
import { isDeviceToken, redactDeviceTokens } from './token-format.ts'

/** Vendors' programs and hardware, each with a long-lived token of its own. */
export const devices: FeatureModule = {
  name: 'devices',
  records: [deviceRecords],
  redact: redactDeviceTokens,
  create({ store, events, clock, mqttPort }) {
    const stored = createDeviceStore(store)
    const tokens = createDeviceTokens({ devices: stored, users: store.users, events, clock })
    return {
      routes: deviceRoutes({
        devices: createDevicesService({ devices: stored, users: store.users, tokens }),
        mqttPort,
      }),
      personalData: createPersonalData({ devices: stored, tokens }),
      tokens: { matches: isDeviceToken, identify: tokens.identify },
      devices: {
        list: () => stored.list({}),
        saveSession: stored.setSession,
        seen: stored.seen,
        identityOf: tokens.identityOf,
      },
    }
  },
}
