import { defineRecords, nullable, text, type RecordOf } from '../records.ts'

/**
 * Customers without an account, for whom others place orders. An account that is registered by their link gets the same id,
 * so their orders are its orders; the record then only leads from the phone number to the account. `phone`: as it was given;
 * `phoneKey`: the same for every notation (lib/phone-number.ts).
 */
export const customerRecords = defineRecords({
  name: 'customers',
  key: 'id',
  fields: {
    id: text(),
    name: text(),
    phone: text(),
    phoneKey: text(),
    email: nullable(text()),
    createdAt: text(),
  },
  unique: ['phoneKey'],
  indexes: {},
})

export type CustomerRecord = RecordOf<typeof customerRecords>
