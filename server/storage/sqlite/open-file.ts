import { statSync } from 'node:fs'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import type { TextLog } from '../../lib/log.ts'
import type { RecordDefinition } from '../records.ts'
import { areFactsReadable, indexChanged, markAdded } from './changed-orders.ts'
import { countOrders } from './count-orders.ts'
import { errorCodeOf, sqliteNotADatabase } from './errors.ts'
import { createRecordTables } from './record-tables.ts'
import { backUpBeforeMigration } from './migration-backup.ts'
import { applicationId, figuresSince, migrations } from './schema.ts'
import { createStatements } from './statements.ts'

/** How long a write waits for another process's, in ms. It blocks the event loop. */
export const busyTimeout = 1000

/**
 * Pages of the write-ahead log (64 MB) after which they are copied into the file: a page that changed several times is
 * copied once, and of a thousand single writes at most about one waits for it.
 */
const checkpointEvery = 16_000

/** Opens the file with the program's settings and brings its schema up to date. */
export function openFile(
  file: string,
  records: readonly RecordDefinition[],
  log: TextLog | undefined,
  shrinks: boolean,
): DatabaseSyncInstance {
  const connection = new DatabaseSync(file, { timeout: busyTimeout })
  try {
    const existed = file !== ':memory:' && statSync(file).size > 0
    const pragma = (name: string): unknown => connection.prepare(`SELECT * FROM pragma_${name}`).get()?.[name]
    const tables = checkApplication(file, connection)
    if (existed && tables === 0)
      log?.warn(
        `${file} has no tables, as a copy that was made without ${file}-wal: the server begins with an empty database`,
      )
    connection.exec('PRAGMA journal_mode = WAL')
    // FULL: under WAL the default leaves the last commits to the system's next fsync.
    connection.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA foreign_keys = ON')
    // Savepoints' undo pages would otherwise go through a temporary file: half of all bytes written.
    connection.exec('PRAGMA temp_store = MEMORY')
    // Deleted records are overwritten (purge.ts). Of an order's 110 µs it takes less than can be measured.
    connection.exec('PRAGMA secure_delete = ON')
    connection.exec(`PRAGMA wal_autocheckpoint = ${checkpointEvery}`)
    if (file !== ':memory:' && pragma('journal_mode') !== 'wal')
      log?.warn(`${file}: write-ahead logging is not possible here, so reads and writes wait for each other`)
    if (file !== ':memory:') backUpBeforeMigration(file, connection, log)
    migrate(file, connection, records, log)
    if (shrinks && pragma('auto_vacuum') === 0) makeShrinkable(file, connection, log)
    return connection
  } catch (error) {
    connection.close()
    if (errorCodeOf(error) === sqliteNotADatabase)
      throw new Error(
        `${file} is not a database: restore it from a backup, or move it away to begin with an empty one`,
        {
          cause: error,
        },
      )
    throw error
  }
}

/** Afterwards pages can be given back in steps (purge.ts). The file is rewritten, once; `kill -9` leaves the old one. */
function makeShrinkable(file: string, connection: DatabaseSyncInstance, log: TextLog | undefined) {
  const startedAt = performance.now()
  connection.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM')
  log?.info(`${file}: rewritten once, so that it can shrink, in ${Math.round(performance.now() - startedAt)} ms`)
}

/** Runs before anything is written to the file. An empty file is accepted. Returns the number of tables. */
function checkApplication(file: string, connection: DatabaseSyncInstance): number {
  const tables: number = connection.prepare('SELECT count(*) AS count FROM sqlite_schema').get().count
  const id = connection.prepare('PRAGMA application_id').get().application_id
  if (tables > 0 && id !== applicationId) throw new Error(`${file} is a database of another program`)
  return tables
}

function migrate(
  file: string,
  connection: DatabaseSyncInstance,
  records: readonly RecordDefinition[],
  log: TextLog | undefined,
) {
  // Takes the write lock before reading the version: two processes may open a new file at once.
  connection.exec('BEGIN IMMEDIATE')
  try {
    const version: number = connection.prepare('PRAGMA user_version').get().user_version
    if (version > migrations.length)
      throw new Error(
        `${file} was written by a newer version of this program (schema ${version}; this one knows ${migrations.length})`,
      )
    for (const migration of migrations.slice(version)) connection.exec(migration)
    createRecordTables(connection, records)
    const statements = createStatements(() => connection)
    const isReadable = version < figuresSince || areFactsReadable(statements)
    if (!isReadable) {
      log?.info(`${file}: figures are damaged, and counted anew from the orders`)
      indexChanged(statements)
      markAdded(statements)
      connection.exec('DELETE FROM figures')
    }
    if (version < figuresSince || !isReadable) countOrders(statements, log)
    statements.clear()
    connection.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`)
    if (version < migrations.length) log?.info(`${file}: schema ${version} → ${migrations.length}`)
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK')
    throw error
  }
}
