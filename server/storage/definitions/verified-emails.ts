import { defineRecords, text, type RecordOf } from '../records.ts'

/**
 * Who has shown that the account's e-mail address is theirs. An address changes only to one that is verified, so a record
 * holds for the account.
 */
export const verifiedEmailRecords = defineRecords({
  name: 'verified_emails',
  key: 'userId',
  fields: { userId: text(), at: text() },
  indexes: {},
})

export type VerifiedEmailRecord = RecordOf<typeof verifiedEmailRecords>
