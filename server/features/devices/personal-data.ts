import type { PersonalData } from '../feature.ts'
import type { DeviceStore } from './device-records.ts'
import type { DeviceTokens } from './device-tokens.ts'

export interface PersonalDataDependencies {
  devices: Pick<DeviceStore, 'list'>
  tokens: Pick<DeviceTokens, 'revoke'>
}

export const createPersonalData = ({ devices, tokens }: PersonalDataDependencies): PersonalData => ({
  exportOf: async ({ id: vendorId }) => ({
    devices: (await devices.list({ vendorId })).map(({ id, name, createdAt, lastSeenAt }) => {
      return { id, name, createdAt, lastSeenAt }
    }),
  }),

  async erase({ id: vendorId }) {
    for (const { id } of await devices.list({ vendorId })) await tokens.revoke(id)
  },
})
