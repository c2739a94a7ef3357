/**
 * Record definitions: data that every adapter interprets (record-collection.ts), that bulk transfer copies and that the
 * contract tests run over. Keys are text; times are ISO 8601 strings in UTC.
 */
export interface RecordDefinition<Stored = object, Index extends string = string> {
  /** Of the table or collection. */
  readonly name: string
  /** The field that identifies a record; never changed. */
  readonly key: string
  readonly fields: Readonly<Record<string, Field>>
  /** Fields of which no two records have the same value, besides the key. */
  readonly unique: readonly string[]
  /** The fields of each index; the key follows them, so that the order of every list is total. */
  readonly indexes: Readonly<Record<Index, readonly string[]>>
  /** The field with the time at which a record expires: null in a record that never does. */
  readonly expires: string | null
  /** Carries the type only. */
  readonly stored?: Stored
}

export type FieldType = 'text' | 'integer' | 'boolean' | 'json'

export interface Field<Value = unknown> {
  readonly type: FieldType
  readonly nullable: boolean
  /** Carries the type only. */
  readonly value?: Value
}

export const text = <Value extends string = string>(): Field<Value> => ({ type: 'text', nullable: false })
export const integer = (): Field<number> => ({ type: 'integer', nullable: false })
export const boolean = (): Field<boolean> => ({ type: 'boolean', nullable: false })
/** Stored as JSON text by every adapter: no query reads inside it. */
export const json = <Value>(): Field<Value> => ({ type: 'json', nullable: false })
export const nullable = <Value>({ type }: Field<Value>): Field<Value | null> => ({ type, nullable: true })

/** The type of the records of a definition. */
export type RecordOf<Definition extends RecordDefinition> = NonNullable<Definition['stored']>

type StoredOf<Fields> = {
  -readonly [Name in keyof Fields]: Fields[Name] extends Field<infer Value> ? Exclude<Value, undefined> : never
}

/** The names of the fields whose values are of this type, and never null. */
type FieldsOf<Fields, Value> = {
  [Name in keyof Fields]: StoredOf<Fields>[Name] extends Value ? Name : never
}[keyof Fields] &
  string

type Comparable = string | number | boolean

/** `unique` and `indexes` take no nullable field: databases differ in how null compares. */
interface DefinitionInput<Fields, Index extends string> {
  name: string
  key: FieldsOf<Fields, string>
  fields: Fields
  unique?: readonly FieldsOf<Fields, Comparable>[]
  indexes: Readonly<Record<Index, readonly FieldsOf<Fields, Comparable>[]>>
  expires?: FieldsOf<Fields, string | null>
}

export function defineRecords<Fields extends Readonly<Record<string, Field>>, Index extends string>(
  definition: DefinitionInput<Fields, Index>,
): RecordDefinition<StoredOf<Fields>, Index> {
  const { name, key, fields, unique = [], indexes, expires = null } = definition
  return { name, key, fields, unique, indexes, expires }
}

/** One definition's records in a store. Every write is one atomic, durable change of one record. */
export interface RecordCollection<Stored, Index extends string = string> {
  /** Throws DuplicateError with the field whose value another record has: the key or a unique one. */
  create(record: Stored): Promise<void>
  /** Creates the record, or replaces the one with its key. Throws DuplicateError for a unique value of another record. */
  put(record: Stored): Promise<void>
  get(key: string): Promise<Stored | null>
  /** Those of `keys` that exist, in no particular order. */
  getMany(keys: readonly string[]): Promise<Stored[]>
  list(query?: RecordQuery<Stored, Index>): Promise<Stored[]>
  /**
   * The changed record; null when there is none, or when it differs from `when`. Fields that are undefined stay as they
   * are. Throws DuplicateError for a unique value of another record.
   */
  change(key: string, change: Partial<Stored>, when?: Partial<Stored>): Promise<Stored | null>
  /** Whether this call deleted it: false when there is none, or when it differs from `when`. */
  delete(key: string, when?: Partial<Stored>): Promise<boolean>
  /** Deletes the records that have expired by `now`; resolves to their number. */
  sweep(now: string): Promise<number>
}

export interface RecordQuery<Stored, Index extends string = string> {
  /** The order of the list; by key without one. */
  index?: Index
  /** Equalities. Those on the first fields of the index narrow the part of it that is read. */
  where?: Partial<Stored>
  /** The last record of the page before; its indexed fields and its key suffice. */
  after?: Partial<Stored>
  limit?: number
  descending?: boolean
}

/** A definition's query with names resolved, as adapters read it. */
export interface ResolvedQuery {
  where: [field: string, value: unknown][]
  /** The fields of the order that `where` leaves open, the key last. */
  order: string[]
  /** The values of `order` after which the list starts. */
  after: unknown[] | null
  limit: number | null
  descending: boolean
}

export function resolveQuery(definition: RecordDefinition, query: RecordQuery<object>): ResolvedQuery {
  const where = definedEntries(query.where)
  const fixed = new Set(where.map(([name]) => name))
  const indexed = query.index === undefined ? [] : (definition.indexes[query.index] ?? [])
  const order = [...indexed.filter((name) => !fixed.has(name)), definition.key]
  const last = query.after && new Map(definedEntries(query.after))
  const missing = last && order.find((name) => !last.has(name))
  if (missing !== undefined) throw new Error(`a page of ${definition.name} begins after a record without ${missing}`)
  return {
    where,
    order,
    after: last ? order.map((name) => last.get(name)) : null,
    limit: query.limit ?? null,
    descending: query.descending ?? false,
  }
}

/** The fields that are not undefined. */
export const definedEntries = (values: object = {}): [name: string, value: unknown][] =>
  Object.entries(values).filter(([, value]) => value !== undefined)

/** The definition, if the store was created with it: without it, the store has no table or collection for its records. */
export function requireDefinition<Definition extends RecordDefinition>(
  records: readonly RecordDefinition[],
  definition: Definition,
): Definition {
  if (records.some(({ name }) => name === definition.name)) return definition
  throw new Error(`the store was created without the records "${definition.name}"`)
}
