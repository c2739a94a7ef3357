import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import { LRUCache } from 'lru-cache'
import type { TextLog } from '../../lib/log.ts'
import { makePrivateFile, makePrivateFolder } from '../../lib/private-files.ts'
import type { RecordDefinition } from '../records.ts'
import { domainError } from './errors.ts'
import { lockFor } from './lock.ts'
import { missingData } from './missing-data.ts'
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
  /** Let the file shrink when records are deleted, at the cost of a rewrite at the first start. */
  shrinks?: boolean
  /** Converts an error of a read or write to the port's, and may log it (outages.ts). */
  failed?: Failed
  log?: TextLog
}

export type Failed = (error: unknown) => unknown

/** Lists are composed per query, so the number of cached statements needs a limit. */
const maxStatements = 300

export function createDatabase({
  file,
  records = [],
  exclusive = false,
  readOnly = false,
  shrinks = false,
  failed = (error) => domainError(error, file),
  log,
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

  /** Never throws, because timers and message handlers call it. The reads of the snapshot have reported their errors. */
  function refreshSnapshot() {
    if (!snapshot) return
    clearImmediate(snapshot)
    snapshot = undefined
    for (const end of ['COMMIT', 'ROLLBACK'])
      try {
        // After a failed read SQLite may have rolled back; after a failed COMMIT the transaction may still be open.
        if (connection?.isTransaction) statement(end).statement.run()
      } catch (error) {
        failed(error)
      }
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

  function prepareFolder() {
    try {
      makePrivateFolder(dirname(file))
      const missing = exclusive ? missingData(file) : null
      if (missing) log?.warn(missing)
      if (exclusive) unlock = lockFor(file)
      for (const suffix of ['', '-wal', '-shm', '.lock'])
        if (suffix === '' || existsSync(file + suffix)) makePrivateFile(file + suffix)
    } catch (error) {
      unlock()
      throw domainError(error, file)
    }
  }

  return {
    open() {
      if (file !== ':memory:') prepareFolder()
      try {
        connection = openFile(file, records, log, shrinks)
        if (readOnly) connection.exec('PRAGMA query_only = ON')
      } catch (error) {
        unlock()
        throw domainError(error, file)
      }
    },
    refreshSnapshot,
    close() {
      refreshSnapshot()
      prepared.clear()
      // Statements live until they are collected, which delays the checkpoint that SQLite runs after the last of them.
      try {
        connection?.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } catch (error) {
        // A full disk or a damaged page: the log keeps what was committed, and the next start reads it.
        failed(error)
      }
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
