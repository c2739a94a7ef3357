import type { FeatureModule } from '../feature.ts'
import { createDeviceStore, deviceRecords } from './device-records.ts'
import { createDeviceTokens, deviceSecrets } from './device-tokens.ts'
import { createDevicesService } from './devices.service.ts'
import { createPersonalData } from './personal-data.ts'
import { deviceRoutes } from './routes.ts'

/** Vendors' programs and hardware, each with a long-lived token of its own. */
export const devices: FeatureModule = {
  name: 'devices',
  records: [deviceRecords],
  redact: deviceSecrets.redact,
  create({ store, events, clock, mqttPort, mqttTlsPort }) {
    const stored = createDeviceStore(store)
    const tokens = createDeviceTokens({ devices: stored, users: store.users, events, clock })
    return {
      routes: deviceRoutes({
        devices: createDevicesService({ devices: stored, users: store.users, tokens }),
        mqttPort,
        mqttTlsPort,
      }),
      personalData: createPersonalData({ devices: stored, tokens }),
      tokens: {
        matches: deviceSecrets.matches,
        identify: tokens.identify,
        issued: ({ deviceId }) => deviceId !== null,
        isValid: async ({ id, deviceId }) => (await tokens.identityOf(deviceId ?? ''))?.id === id,
      },
      devices: {
        list: () => stored.list({}),
        saveSession: stored.setSession,
        seen: stored.seen,
        identityOf: tokens.identityOf,
      },
    }
  },
}
