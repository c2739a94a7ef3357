import type { Actor } from '#shared/actors.ts'
import { boolean, defineRecords, json, nullable, text, type RecordOf } from '../records.ts'

/**
 * What becomes of a deactivated vendor's open jobs. It is stored before the vendor is deactivated, and kept: a job that
 * the vendor gets late follows the same choice. `id`: of this deactivation. `reassignTo`: null for all vendors.
 */
export const departureRecords = defineRecords({
  name: 'departures',
  key: 'vendorId',
  fields: {
    vendorId: text(),
    id: text(),
    by: json<Actor>(),
    reassignTo: nullable(text()),
    /** The jobs have not all been handed over. */
    unfinished: boolean(),
  },
  indexes: { byUnfinished: ['unfinished'] },
})

export type DepartureRecord = RecordOf<typeof departureRecords>
