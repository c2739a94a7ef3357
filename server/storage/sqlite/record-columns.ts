import { definedEntries, type Field, type RecordDefinition } from '../records.ts'
import type { Value, Values } from './statements.ts'
import { parseStored } from './stored-json.ts'

/** `vendorId` is stored in the column `vendor_id`. */
export const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The field of a column, for errors in which SQLite names the column. */
export const fieldOf = (column: string): string =>
  column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

export const fieldNames = ({ fields }: RecordDefinition): string[] => Object.keys(fields)

/** A column list that names each column as its field. */
export const selection = (definition: RecordDefinition): string =>
  fieldNames(definition)
    .map((name) => (columnOf(name) === name ? name : `${columnOf(name)} AS "${name}"`))
    .join(', ')

export function columnValue(field: Field | undefined, value: unknown): Value {
  if (value === null || value === undefined) return null
  if (field?.type === 'json') return JSON.stringify(value)
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`a ${typeof value} is no value of a column`)
}

/** The values of the record's fields by name, after `prefix`. */
export const columnValues = ({ fields }: RecordDefinition, record: object, prefix = ''): Values =>
  Object.fromEntries(definedEntries(record).map(([name, value]) => [prefix + name, columnValue(fields[name], value)]))

/** Converts selected rows to records. They are trusted: this adapter wrote them. */
export function rowReader<Stored extends object>(definition: RecordDefinition<Stored>): (row: Values) => Stored {
  const fields = Object.entries(definition.fields).map(([name, { type }]) => ({ name, type }))
  return (row) => {
    const record: Record<string, unknown> = {}
    // By assignment, without a list of entries: each request reads a session, and each order its services.
    for (const { name, type } of fields) {
      const value = row[name] ?? null
      if (type === 'boolean' && value !== null) record[name] = value === 1
      else record[name] = type === 'json' && typeof value === 'string' ? parseStored(value) : value
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has the fields of the definition
    return record as Stored
  }
}
