import type { VendorStatus } from '#shared/presence.ts'
import { boolean, defineRecords, nullable, text, type RecordOf } from '../records.ts'

/** A vendor's presence between connections. `onBreak`: set by the vendor, and unset by the vendor only. */
export const presenceRecords = defineRecords({
  name: 'presence',
  key: 'vendorId',
  fields: {
    vendorId: text(),
    status: text<VendorStatus>(),
    since: text(),
    lastSeenAt: nullable(text()),
    onBreak: boolean(),
  },
  indexes: {},
})

export type PresenceRecord = RecordOf<typeof presenceRecords>
