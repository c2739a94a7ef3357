import { boolean, defineRecords, nullable, text, type RecordOf } from '../records.ts'

/** What a vendor whom push reaches has said about being on duty. Vendors without a record are on duty while connected. */
export const dutyRecords = defineRecords({
  name: 'duties',
  key: 'vendorId',
  fields: {
    vendorId: text(),
    /** On duty until then, also without a connection; null: only while connected. */
    until: nullable(text()),
    /** Has gone off duty: the connections of pages do not count until the vendor is online again. */
    off: boolean(),
  },
  indexes: {},
})

export type DutyRecord = RecordOf<typeof dutyRecords>
