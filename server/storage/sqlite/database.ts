import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite'
import { errorCodeOf, sqliteNotADatabase } from './errors.ts'
import { lockFor } from './lock.ts'
import { migrations } from './schema.ts'

export type Value = string | number | null
export type Values = Record<string, Value>

/** A statement, and the names of its values in the order in which it asks for them. */
interface Prepared {
  statement: StatementSyncInstance
  names: string[]
}

/** One connection. Statements are prepared at their first use and kept; `Row` is what the SQL selects, trusted as written. */
export interface Database {
  open(): void
  close(): void
  /** Where only reading is done: what is committed by now is seen from here on. */
  lookAnew(): void
  inTransaction(): boolean
  run(sql: string, values?: Values): { changes: number }
  get<Row>(sql: string, values?: Values): Row | undefined
  all<Row>(sql: string, values?: Values): Row[]
}

export interface DatabaseOptions {
  /** A path, or ':memory:'. */
  file: string
  /** Refuse to start when another process has opened the file so; scripts beside a running server do without. */
  exclusive?: boolean
  /** Refuse to change what is kept, once it is there. */
  readOnly?: boolean
  log?: (line: string) => void
}

/** How long a write waits for another process's, in ms: it waits on the event loop. */
const busyTimeout = 1000

/** Lists are put together as they are asked for: what is kept of them has to end somewhere. */
const mostStatements = 300

/**
 * After how many pages of the log (64 MB) they are written back into the file: what was changed several times is written
 * once, and it is so rare that of a thousand lone writes one may meet it.
 */
const checkpointEvery = 16_000

/** 'CALL' in the header of the file: tells ours from some other program's. */
const applicationId = 0x43414c4c

export function createDatabase({
  file,
  exclusive = false,
  readOnly = false,
  log = () => {},
}: DatabaseOptions): Database {
  const prepared = new Map<string, Prepared>()
  let connection: DatabaseSyncInstance | undefined
  let unlock = () => {}
  let look: NodeJS.Immediate | undefined

  /** To begin and to end takes half as long as to read, so what is read in one turn of the event loop is read in one look. */
  function lookOnce() {
    if (!readOnly || look) return
    statement('BEGIN').statement.run()
    look = setImmediate(lookAnew)
  }

  function lookAnew() {
    if (!look) return
    clearImmediate(look)
    look = undefined
    statement('COMMIT').statement.run()
  }

  function statement(sql: string): Prepared {
    if (!connection) throw new Error('the store is not running')
    const known = prepared.get(sql)
    if (known) return known
    const [oldest] = prepared.keys()
    if (oldest && prepared.size >= mostStatements) prepared.delete(oldest)
    // Bound by position: by name, the driver takes three times as long over an order's fourteen values.
    const names: string[] = []
    const positional = sql.replace(/:(\w+)/g, (_, name: string) => (names.push(name), '?'))
    const made = { statement: connection.prepare(positional), names }
    prepared.set(sql, made)
    return made
  }

  const bound = ({ names }: Prepared, values: Values = {}) => names.map((name) => values[name] ?? null)

  return {
    open() {
      if (file !== ':memory:') {
        mkdirSync(dirname(file), { recursive: true })
        if (exclusive) unlock = lockFor(file)
      }
      try {
        connection = openFile(file, log)
        if (readOnly) connection.exec('PRAGMA query_only = ON')
      } catch (error) {
        unlock()
        throw error
      }
    },
    lookAnew,
    close() {
      lookAnew()
      prepared.clear()
      // Statements live until they are collected, and so does what SQLite would tidy up after the last of them.
      connection?.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      connection?.close()
      connection = undefined
      unlock()
      unlock = () => {}
    },
    inTransaction: () => connection?.isTransaction ?? false,
    run(sql, values) {
      const known = statement(sql)
      return known.statement.run(...bound(known, values))
    },
    get(sql, values) {
      lookOnce()
      const known = statement(sql)
      return known.statement.get(...bound(known, values))
    },
    all(sql, values) {
      lookOnce()
      const known = statement(sql)
      return known.statement.all(...bound(known, values))
    },
  }
}

function openFile(file: string, log: (line: string) => void): DatabaseSyncInstance {
  const connection = new DatabaseSync(file, { timeout: busyTimeout })
  try {
    const pragma = (name: string): unknown => connection.prepare(`SELECT * FROM pragma_${name}`).get()?.[name]
    checkOurs(file, connection)
    connection.exec('PRAGMA journal_mode = WAL')
    // FULL: under WAL the default leaves the last commits to the system's next fsync.
    connection.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA foreign_keys = ON')
    // What a savepoint could take back would otherwise go through a temporary file: half of all that was written.
    connection.exec('PRAGMA temp_store = MEMORY')
    connection.exec(`PRAGMA wal_autocheckpoint = ${checkpointEvery}`)
    if (file !== ':memory:' && pragma('journal_mode') !== 'wal')
      log(`${file}: write-ahead logging is not possible here, so reading and writing wait for each other`)
    migrate(file, connection, log)
    return connection
  } catch (error) {
    connection.close()
    if (errorCodeOf(error) === sqliteNotADatabase) throw new Error(`${file} is not a database`, { cause: error })
    throw error
  }
}

/** Before anything is written to it. An empty file is anybody's. */
function checkOurs(file: string, connection: DatabaseSyncInstance) {
  const tables = connection.prepare('SELECT count(*) AS count FROM sqlite_schema').get().count
  const id = connection.prepare('PRAGMA application_id').get().application_id
  if (tables > 0 && id !== applicationId) throw new Error(`${file} is a database of another program`)
}

function migrate(file: string, connection: DatabaseSyncInstance, log: (line: string) => void) {
  // The lock comes before the look: two processes may be opening a new file at once.
  connection.exec('BEGIN IMMEDIATE')
  try {
    const version: number = connection.prepare('PRAGMA user_version').get().user_version
    if (version > migrations.length)
      throw new Error(
        `${file} was written by a newer version of this program (schema ${version}; this one knows ${migrations.length})`,
      )
    for (const step of migrations.slice(version)) connection.exec(step)
    connection.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`)
    if (version < migrations.length) log(`${file}: schema ${version} → ${migrations.length}`)
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK')
    throw error
  }
}
