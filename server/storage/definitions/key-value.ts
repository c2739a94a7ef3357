import { defineRecords, text } from '../records.ts'

/** One short text per name: a part's own state between runs, such as its position in a stream of changes. */
export const keyValueRecords = defineRecords({
  name: 'notes',
  key: 'name',
  fields: { name: text(), text: text() },
  indexes: {},
})
