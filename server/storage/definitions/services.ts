import type { Deadlines } from '#shared/deadlines.ts'
import { boolean, defineRecords, integer, json, nullable, text } from '../records.ts'

/** The catalogue; the record is the `Service` of #shared/catalogue.ts. */
export const serviceRecords = defineRecords({
  name: 'services',
  key: 'id',
  fields: {
    id: text(),
    name: text(),
    description: text(),
    price: integer(),
    currency: text(),
    durationMinutes: integer(),
    deadlines: nullable(json<Deadlines>()),
    active: boolean(),
  },
  indexes: { byName: ['name'] },
})
