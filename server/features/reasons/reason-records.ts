import type { Reason, ReasonListName } from '#shared/reasons.ts'
import { defineRecords, json, text, type RecordOf } from '../../storage/records.ts'

/** The lists that the business has of its own. */
export const reasonRecords = defineRecords({
  name: 'reason_lists',
  key: 'name',
  fields: { name: text<ReasonListName>(), reasons: json<Reason[]>() },
  indexes: {},
})

export type ReasonRecord = RecordOf<typeof reasonRecords>
