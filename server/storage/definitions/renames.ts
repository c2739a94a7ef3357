import type { Actor } from '#shared/actors.ts'
import type { Renamed } from '#shared/orders.ts'
import { defineRecords, json, text, type RecordOf } from '../records.ts'

/** A user or a service that gets the name `name`, until its open orders have it too. `at`: when this was requested. */
export const renameRecords = defineRecords({
  name: 'renames',
  key: 'id',
  fields: {
    id: text(),
    kind: text<Renamed['kind']>(),
    subjectId: text(),
    name: text(),
    by: json<Actor>(),
    at: text(),
  },
  indexes: {},
})

export type RenameRecord = RecordOf<typeof renameRecords>
