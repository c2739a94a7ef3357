import type { Role } from '#shared/actors.ts'
import { defineRecords, json, text, type RecordOf } from '../../storage/records.ts'

/** A person whose data are being erased. `id`: of the user. `email`: what is stored under it is found by it. */
export const erasureRecords = defineRecords({
  name: 'erasures',
  key: 'id',
  fields: {
    id: text(),
    role: text<Role>(),
    email: text(),
    by: json<{ id: string; role: Role }>(),
    at: text(),
  },
  indexes: {},
})

export type ErasureRecord = RecordOf<typeof erasureRecords>
