import { defineRecords, json, text, type RecordOf } from '../records.ts'

/** What a vendor can do, and the ids of the areas where. Vendors without a record can do what needs no skill, anywhere. */
export const abilityRecords = defineRecords({
  name: 'abilities',
  key: 'vendorId',
  fields: { vendorId: text(), skills: json<string[]>(), areas: json<string[]>() },
  indexes: {},
})

export type AbilityRecord = RecordOf<typeof abilityRecords>
