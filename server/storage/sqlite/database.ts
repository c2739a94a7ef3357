import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import { LRUCache } from 'lru-cache'
import type { RecordDefinition } from '../records.ts'
import { lockFor } from './lock.ts'
import { openFile } from './open-file.ts'

export type Value = string | number | null
export type Values = Record<string, Value>

/** A statement, and the names of its parameters in their order. */
interface Prepared {
  statement: StatementSyncInstance
  names: string[]
}

/** One connection. Statements are prepared at their first use and cached; `Row` is what the SQL selects, trusted as written. */
export interface Database {
  open(): void
  close(): void
  /** On a read-only connection: later reads see everything committed by now. */
  refreshSnapshot(): void
  inTransaction(): boolean
  run(sql: string, values?: Values): { changes: number }
  get<Row>(sql: string, values?: Values): Row | undefined
  all<Row>(sql: string, values?: Values): Row[]
}

export interface DatabaseOptions {
  /** A path, or ':memory:'. */
  file: string
  /** The definitions whose tables are created when the file is opened. */
  records?: readonly RecordDefinition[]
  /** Refuse to start while another process has the file open exclusively; scripts beside a running server open it without. */
  exclusive?: boolean
  /** Refuse writes once the schema is up to date. */
  readOnly?: boolean
  log?: (line: string) => void
}

/** Lists are composed per query, so the number of cached statements needs a limit. */
const maxStatements = 300

export function createDatabase({
  file,
  records = [],
  exclusive = false,
  readOnly = false,
  log = () => {},
}: DatabaseOptions): Database {
  const prepared = new LRUCache<string, Prepared>({ max: maxStatements })
  let connection: DatabaseSyncInstance | undefined
  let unlock = () => {}
  let snapshot: NodeJS.Immediate | undefined

  /** BEGIN and COMMIT cost half as much as a read, so the reads of one event-loop turn share one read transaction. */
  function beginSnapshot() {
    if (!readOnly || snapshot) return
    statement('BEGIN').statement.run()
    snapshot = setImmediate(refreshSnapshot)
  }

  function refreshSnapshot() {
    if (!snapshot) return
    clearImmediate(snapshot)
    snapshot = undefined
    statement('COMMIT').statement.run()
  }

  function statement(sql: string): Prepared {
    if (!connection) throw new Error('the store is not running')
    const cached = prepared.get(sql)
    if (cached) return cached
    // Bound by position: by name, the driver takes three times as long for an order's fourteen values.
    const names: string[] = []
    const positional = sql.replace(/:(\w+)/g, (_, name: string) => (names.push(name), '?'))
    const created = { statement: connection.prepare(positional), names }
    prepared.set(sql, created)
    return created
  }

  const bound = ({ names }: Prepared, values: Values = {}) => names.map((name) => values[name] ?? null)

  return {
    open() {
      if (file !== ':memory:') {
        mkdirSync(dirname(file), { recursive: true })
        if (exclusive) unlock = lockFor(file)
      }
      try {
        connection = openFile(file, records, log)
        if (readOnly) connection.exec('PRAGMA query_only = ON')
      } catch (error) {
        unlock()
        throw error
      }
    },
    refreshSnapshot,
    close() {
      refreshSnapshot()
      prepared.clear()
      // Statements live until they are collected, which delays the checkpoint that SQLite runs after the last of them.
      connection?.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      connection?.close()
      connection = undefined
      unlock()
      unlock = () => {}
    },
    inTransaction: () => connection?.isTransaction ?? false,
    run(sql, values) {
      const cached = statement(sql)
      return cached.statement.run(...bound(cached, values))
    },
    get(sql, values) {
      beginSnapshot()
      const cached = statement(sql)
      return cached.statement.get(...bound(cached, values))
    },
    all(sql, values) {
      beginSnapshot()
      const cached = statement(sql)
      return cached.statement.all(...bound(cached, values))
    },
  }
}
