import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Field, FieldType, RecordDefinition } from '../records.ts'
import { columnOf } from './record-columns.ts'

const columnTypes: Record<FieldType, string> = { text: 'TEXT', integer: 'INTEGER', boolean: 'INTEGER', json: 'TEXT' }

/** Creates what the file lacks of the tables, columns and indexes of the definitions. Runs in the migration's transaction. */
export function createRecordTables(connection: DatabaseSyncInstance, records: readonly RecordDefinition[]) {
  for (const definition of records) {
    connection.exec(createTableSql(definition))
    addColumns(connection, definition)
    for (const sql of createIndexSql(definition)) connection.exec(sql)
  }
}

function createTableSql({ name, key, fields }: RecordDefinition): string {
  const columns = Object.entries(fields).map(([field, { type, nullable }]) => {
    const constraint = field === key ? 'PRIMARY KEY NOT NULL' : nullable ? '' : 'NOT NULL'
    return `${columnOf(field)} ${columnTypes[type]} ${constraint}`
  })
  return `CREATE TABLE IF NOT EXISTS ${name} (${columns.join(', ')}) STRICT`
}

function addColumns(connection: DatabaseSyncInstance, { name, fields }: RecordDefinition) {
  const rows: { name: string }[] = connection.prepare(`SELECT name FROM pragma_table_info('${name}')`).all()
  const present = new Set(rows.map((row) => row.name))
  for (const [field, { type, nullable }] of Object.entries<Field>(fields)) {
    if (present.has(columnOf(field))) continue
    if (!nullable)
      throw new Error(`${name}.${field} is new, so it has to be nullable: the records that exist have no value for it`)
    connection.exec(`ALTER TABLE ${name} ADD COLUMN ${columnOf(field)} ${columnTypes[type]}`)
  }
}

function createIndexSql({ name, key, unique, indexes, expires }: RecordDefinition): string[] {
  const columns = (fields: readonly string[]) => fields.map(columnOf).join(', ')
  const create = (kind: string, index: string, fields: readonly string[]) =>
    `CREATE ${kind} IF NOT EXISTS ${name}_${columnOf(index)} ON ${name} (${columns(fields)})`
  return [
    ...unique.map((field) => create('UNIQUE INDEX', `unique_${field}`, [field])),
    ...Object.entries(indexes).map(([index, fields]) => create('INDEX', index, [...fields, key])),
    ...(expires === null ? [] : [create('INDEX', 'by_expiry', [expires])]),
  ]
}
