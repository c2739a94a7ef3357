import type { SavedAddress } from '#shared/accounts.ts'
import { defineRecords, json, nullable, text, type RecordOf } from '../../storage/records.ts'

/** What a person has added to their account. */
export const profileRecords = defineRecords({
  name: 'profiles',
  key: 'userId',
  fields: {
    userId: text(),
    phone: nullable(text()),
    language: nullable(text()),
    addresses: json<SavedAddress[]>(),
  },
  indexes: {},
})

export type ProfileRecord = RecordOf<typeof profileRecords>

export const emptyProfile = (userId: string): ProfileRecord => ({ userId, phone: null, language: null, addresses: [] })
