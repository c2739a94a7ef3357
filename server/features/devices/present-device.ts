import type { Device } from '#shared/devices.ts'
import type { DeviceRecord } from './device-records.ts'

/** The wire shape, field by field: a new field of the record stays private until it is named here. */
export function presentDevice({ id, name, vendorId, createdAt, lastSeenAt }: DeviceRecord): Device {
  return { id, name, vendorId, createdAt, lastSeenAt }
}
