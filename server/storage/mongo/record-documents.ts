import type mongoose from 'mongoose'
import { definedEntries, type Field, type RecordDefinition } from '../records.ts'

/** A record as a document: its key is the `_id`. */
export interface RecordDocument {
  _id: string
  [field: string]: unknown
}

export type RecordDocuments = mongoose.mongo.Collection<RecordDocument>

export const pathOf = ({ key }: RecordDefinition, field: string): string => (field === key ? '_id' : field)

const storedValue = (field: Field | undefined, value: unknown): unknown =>
  field?.type === 'json' && value !== null ? JSON.stringify(value) : value

/** The fields that are not undefined, as they are stored, without the key. */
export const storedFields = ({ key, fields }: RecordDefinition, values: object): Record<string, unknown> =>
  Object.fromEntries(
    definedEntries(values).flatMap(([name, value]) => (name === key ? [] : [[name, storedValue(fields[name], value)]])),
  )

export function documentOf(definition: RecordDefinition, record: object): RecordDocument {
  const values = new Map(definedEntries(record))
  const _id = values.get(definition.key)
  if (typeof _id !== 'string') throw new TypeError(`a record of ${definition.name} has no ${definition.key}`)
  return { ...storedFields(definition, record), _id }
}

/** Converts documents to records. They are trusted: this adapter wrote them. A field that is missing is null. */
export function documentReader<Stored extends object>(
  definition: RecordDefinition<Stored>,
): (document: RecordDocument) => Stored {
  const fields = Object.entries(definition.fields).map(([name, { type }]) => ({
    name,
    type,
    path: pathOf(definition, name),
  }))
  return (document) => {
    const entries: unknown[][] = fields.map(({ name, type, path }) => {
      const value = document[path] ?? null
      return [name, type === 'json' && typeof value === 'string' ? JSON.parse(value) : value]
    })
    return Object.fromEntries(entries)
  }
}

/** By `$eq`, so that no value is ever read as an operator. */
export const equalTo = (
  definition: RecordDefinition,
  values: readonly (readonly [field: string, value: unknown])[],
): Record<string, { $eq: unknown }> =>
  Object.fromEntries(
    values.map(([field, value]) => [pathOf(definition, field), { $eq: storedValue(definition.fields[field], value) }]),
  )

/** The keys of the indexes; the key's follows the fields of each that is not unique. */
export const indexesOf = ({ unique, indexes, expires }: RecordDefinition) => {
  const keyOf = (fields: readonly string[]) => Object.fromEntries(fields.map((field) => [field, 1 as const]))
  return [
    ...unique.map((field) => ({ key: keyOf([field]), unique: true })),
    ...Object.values(indexes).map((fields) => ({ key: { ...keyOf(fields), _id: 1 as const }, unique: false })),
    ...(expires === null ? [] : [{ key: keyOf([expires]), unique: false }]),
  ]
}
