import { defineRecords, nullable, text, type RecordOf } from '../../storage/records.ts'
import type { Store } from '../../storage/store.ts'

/** Its secret is stored hashed, and never sent. `session`: the client id of the device's persistent MQTT session. */
export const deviceRecords = defineRecords({
  name: 'devices',
  key: 'id',
  fields: {
    id: text(),
    name: text(),
    vendorId: text(),
    createdAt: text(),
    lastSeenAt: nullable(text()),
    secretHash: text(),
    session: nullable(text()),
  },
  indexes: { byVendor: ['vendorId', 'name'], byName: ['name'] },
})

export type DeviceRecord = RecordOf<typeof deviceRecords>

export type DeviceStore = ReturnType<typeof createDeviceStore>

export function createDeviceStore({ collection }: Pick<Store, 'collection'>) {
  const devices = collection(deviceRecords)
  return {
    /** Throws DuplicateError('id'). */
    create: devices.create,
    byId: devices.get,
    /** By name, then id; of one vendor, or of all vendors. */
    list: ({ vendorId }: { vendorId?: string }): Promise<DeviceRecord[]> =>
      vendorId === undefined
        ? devices.list({ index: 'byName' })
        : devices.list({ index: 'byVendor', where: { vendorId } }),
    /** Sets `lastSeenAt`; no effect when the device does not exist. */
    async seen(id: string, at: string): Promise<void> {
      await devices.change(id, { lastSeenAt: at })
    },
    /** Sets `session`; no effect when the device does not exist. */
    async setSession(id: string, session: string | null): Promise<void> {
      await devices.change(id, { session })
    },
    /** False when the device does not exist. */
    remove: (id: string): Promise<boolean> => devices.delete(id),
  }
}
