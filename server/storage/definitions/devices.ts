import { defineRecords, nullable, text, type RecordOf } from '../records.ts'

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
