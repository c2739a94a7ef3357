import { defineRecords, integer, json, nullable, text, type RecordOf } from '../../storage/records.ts'

/** Named areas. `polygon`: positions in GeoJSON's order. */
export const areaRecords = defineRecords({
  name: 'areas',
  key: 'id',
  fields: {
    id: text(),
    name: text(),
    postcodes: json<string[]>(),
    polygon: nullable(json<number[][]>()),
  },
  indexes: { byName: ['name'] },
})

export type AreaRecord = RecordOf<typeof areaRecords>

/**
 * When the round of an order ends: an index of what the orders themselves say. `version`: of the order from which the record
 * was made, so that an older one does not replace it.
 */
export const roundRecords = defineRecords({
  name: 'offer_rounds',
  key: 'orderId',
  fields: { orderId: text(), version: integer(), dueAt: text() },
  indexes: { byTime: ['dueAt'] },
})

export type RoundRecord = RecordOf<typeof roundRecords>
