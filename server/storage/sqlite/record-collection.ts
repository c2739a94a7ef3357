import {
  resolveQuery,
  type RecordCollection,
  type RecordDefinition,
  type RecordQuery,
  type ResolvedQuery,
} from '../records.ts'
import type { Database, Values } from './database.ts'
import type { Write } from './group-commit.ts'
import { columnOf, columnValue, columnValues, fieldNames, rowReader, selection } from './record-columns.ts'

/** Interprets a definition. `database` and `write` are the store's: statements are prepared once, writes share commits. */
export function createRecordCollection<Stored extends object, Index extends string>(
  definition: RecordDefinition<Stored, Index>,
  database: Database,
  write: Write,
): RecordCollection<Stored, Index> {
  const { name, key, expires } = definition
  const present = rowReader(definition)
  const columns = selection(definition)
  const nothing = noValues(definition)
  const insert = insertSql(definition)
  const upsert = upsertSql(definition)
  const byKey = `SELECT ${columns} FROM ${name} WHERE ${columnOf(key)} = :key`

  function get(id: string): Stored | null {
    const row = database.get<Values>(byKey, { key: id })
    return row ? present(row) : null
  }

  return {
    create: (record) =>
      write(() => {
        database.run(insert, { ...nothing, ...columnValues(definition, record) })
      }),

    put: (record) =>
      write(() => {
        database.run(upsert, { ...nothing, ...columnValues(definition, record) })
      }),

    get: async (id) => get(id),

    getMany: async (keys) => [...new Set(keys)].flatMap((id) => get(id) ?? []),

    async list(query = {}) {
      const resolved = resolveQuery(definition, query)
      return database.all<Values>(listSql(definition, resolved), listValues(definition, resolved)).map(present)
    },

    change: (id, change, when = {}) =>
      write(() => {
        const values = columnValues(definition, change, 'set_')
        const conditions = columnValues(definition, when, 'when_')
        const sets = Object.keys(values).map((value) => `${columnOf(value.slice('set_'.length))} = :${value}`)
        const matching = `WHERE ${columnOf(key)} = :key${equalities(conditions, 'when_')}`
        const row = database.get<Values>(
          sets.length
            ? `UPDATE ${name} SET ${sets.join(', ')} ${matching} RETURNING ${columns}`
            : `SELECT ${columns} FROM ${name} ${matching}`,
          { ...values, ...conditions, key: id },
        )
        return row ? present(row) : null
      }),

    delete: (id, when = {}) =>
      write(() => {
        const conditions = columnValues(definition, when, 'when_')
        const matching = `${columnOf(key)} = :key${equalities(conditions, 'when_')}`
        return database.run(`DELETE FROM ${name} WHERE ${matching}`, { ...conditions, key: id }).changes === 1
      }),

    sweep: (now) =>
      write(() =>
        expires === null ? 0 : database.run(`DELETE FROM ${name} WHERE ${columnOf(expires)} <= :now`, { now }).changes,
      ),
  }
}

const noValues = (definition: RecordDefinition): Values =>
  Object.fromEntries(fieldNames(definition).map((field) => [field, null]))

const insertSql = (definition: RecordDefinition) => {
  const fields = fieldNames(definition)
  const [columns, values] = [fields.map(columnOf), fields.map((field) => `:${field}`)]
  return `INSERT INTO ${definition.name} (${columns.join(', ')}) VALUES (${values.join(', ')})`
}

/** Not OR REPLACE, which would delete another record with the same unique value. */
export const upsertSql = (definition: RecordDefinition): string => {
  const columns = fieldNames(definition).map(columnOf)
  return `${insertSql(definition)}
    ON CONFLICT (${columnOf(definition.key)}) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`
}

/** ` AND column = :value` for each; null is compared by IS NULL, which also uses an index. */
const equalities = (values: Values, prefix: string) =>
  Object.entries(values)
    .map(([name, value]) => ` AND ${columnOf(name.slice(prefix.length))} ${value === null ? 'IS NULL' : `= :${name}`}`)
    .join('')

/** The list of a query, by an index if one fits: equalities, then a row-value comparison with the cursor. */
export function listSql(definition: RecordDefinition, { where, order, after, descending }: ResolvedQuery): string {
  const values = columnValues(definition, Object.fromEntries(where), 'where_')
  const columns = order.map(columnOf)
  const [comparison, direction] = descending ? ['<', ' DESC'] : ['>', '']
  const cursor = after
    ? ` AND (${columns.join(', ')}) ${comparison} (${order.map((field) => `:after_${field}`).join(', ')})`
    : ''
  return `SELECT ${selection(definition)} FROM ${definition.name} WHERE TRUE${equalities(values, 'where_')}${cursor}
    ORDER BY ${columns.map((column) => column + direction).join(', ')} LIMIT :limit`
}

export const listValues = (definition: RecordDefinition, { where, order, after, limit }: ResolvedQuery): Values => ({
  ...columnValues(definition, Object.fromEntries(where), 'where_'),
  ...Object.fromEntries(
    order.map((field, n) => [`after_${field}`, after ? columnValue(definition.fields[field], after[n]) : null]),
  ),
  // No limit.
  limit: limit ?? -1,
})

/** The SQL of a list, for the test of query plans. */
export const listQuerySql = <Index extends string>(
  definition: RecordDefinition<object, Index>,
  query: RecordQuery<object, Index>,
): string => listSql(definition, resolveQuery(definition, query))
