import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { TextLog } from '../../lib/log.ts'
import { makePrivateFile, makePrivateFolder } from '../../lib/private-files.ts'
import type { RecordDefinition } from '../records.ts'
import { domainError } from './errors.ts'
import { lockFor } from './lock.ts'
import { missingData } from './missing-data.ts'
import { busyTimeout, openFile } from './open-file.ts'
import { createStatements, type Statements, type Value, type Values } from './statements.ts'

export type { Value, Values }

/** One connection. */
export interface Database extends Statements {
  open(): void
  close(): void
  /** On a read-only connection: later reads see everything committed by now. */
  refreshSnapshot(): void
  /**
   * Copies the write-ahead log into the file and empties it. Other connections cannot write meanwhile, so it waits for
   * readers only for a moment. Returns whether the log is empty: false if a reader needs it.
   */
  truncateLog(): boolean
  inTransaction(): boolean
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

/** How long the truncation of the log waits for readers, in ms. */
const truncationTimeout = 20

export type Failed = (error: unknown) => unknown

export function createDatabase({
  file,
  records = [],
  exclusive = false,
  readOnly = false,
  shrinks = false,
  failed = (error) => domainError(error, file),
  log,
}: DatabaseOptions): Database {
  let connection: DatabaseSyncInstance | undefined
  let unlock = () => {}
  let snapshot: NodeJS.Immediate | undefined
  const statements = createStatements(() => {
    if (!connection) throw new Error('the store is not running')
    return connection
  })

  /** BEGIN and COMMIT cost half as much as a read, so the reads of one event-loop turn share one read transaction. */
  function beginSnapshot() {
    if (!readOnly || snapshot) return
    statements.run('BEGIN')
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
        if (connection?.isTransaction) statements.run(end)
      } catch (error) {
        failed(error)
      }
  }

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

  function truncateLog(): boolean {
    // By exec: SQLite sets this timeout when it compiles the statement, so a cached one would have no effect.
    connection?.exec(`PRAGMA busy_timeout = ${truncationTimeout}`)
    try {
      const result: { busy: number } | undefined = connection?.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
      return result?.busy === 0
    } finally {
      connection?.exec(`PRAGMA busy_timeout = ${busyTimeout}`)
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
    truncateLog,
    close() {
      refreshSnapshot()
      statements.clear()
      // Statements live until they are collected, which delays the checkpoint that SQLite runs after the last of them. A
      // script does not empty the log: the server beside it could not write meanwhile.
      try {
        if (exclusive) truncateLog()
        else connection?.exec('PRAGMA wal_checkpoint(PASSIVE)')
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
    run: statements.run,
    get(sql, values) {
      beginSnapshot()
      return statements.get(sql, values)
    },
    all(sql, values) {
      beginSnapshot()
      return statements.all(sql, values)
    },
  }
}
