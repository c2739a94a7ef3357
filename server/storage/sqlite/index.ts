import { dirname } from 'node:path'
import type { Clock } from '../../lib/clock.ts'
import { coreRecords } from '../core-records.ts'
import { recordViews } from '../record-views.ts'
import { requireDefinition, type RecordDefinition } from '../records.ts'
import type { Store, StoreAdapter } from '../store.ts'
import { createSqliteBulkTransfer } from './bulk-transfer.ts'
import { backUp } from './backup.ts'
import { createChangedOrders } from './changed-orders.ts'
import { createDatabase, type Database, type DatabaseOptions } from './database.ts'
import { domainError } from './errors.ts'
import { createGroupCommit } from './group-commit.ts'
import { guardReads } from './guard-reads.ts'
import { collectionOperations, partOperations, type PartName } from './operations.ts'
import { createOrders } from './orders.ts'
import { createRecordCollection } from './record-collection.ts'
import { createPurge } from './purge.ts'
import { migrations } from './schema.ts'
import { readSecretFiles } from './secret-files.ts'
import { createSessions } from './sessions.ts'
import { createUsers } from './users.ts'

export interface SqliteOptions extends DatabaseOptions {
  clock: Clock
}

export interface SqliteStore extends Store, Pick<Database, 'refreshSnapshot'> {
  /** The definitions it was created with, the core's included. */
  readonly records: readonly RecordDefinition[]
  /** Resolves when the file can be written to. */
  writeNothing(): Promise<void>
}

/** The embedded store: one SQLite file. Its directory is created when it is missing. */
export function createSqliteStore({ clock, records: added = [], ...options }: SqliteOptions): SqliteStore {
  const records = [...coreRecords, ...added]
  const database = createDatabase({ ...options, records })
  const { failed = (error) => domainError(error, options.file) } = options
  const changed = createChangedOrders(database, failed)
  const { write, start, stop } = createGroupCommit(database, { maintain: changed.addWhenMany, failed })
  const guarded = <Name extends PartName>(name: Name, part: StoreAdapter[Name]) =>
    guardReads(part, partOperations[name], failed)

  const adapter: StoreAdapter = {
    async start() {
      database.open()
      // A read-only store commits nothing; its checkpoint would fail during a read.
      if (!options.readOnly) start()
    },

    async stop() {
      stop()
      database.close()
    },

    async ping() {
      try {
        database.get('SELECT 1 FROM users LIMIT 1')
      } catch (error) {
        throw failed(error)
      }
    },

    users: guarded('users', createUsers(database, write)),
    sessions: guarded('sessions', createSessions(database, write)),
    orders: guarded('orders', createOrders(database, write, clock, changed)),
    collection: (definition) =>
      guardReads(
        createRecordCollection(requireDefinition(records, definition), database, write),
        collectionOperations,
        failed,
      ),
    purge: createPurge(database, write, changed),
    backUp: (to) => backUp({ file: options.file, to, beside: readSecretFiles(dirname(options.file)) }),
    bulkTransfer: createSqliteBulkTransfer(database, write, clock, records, failed, changed),
    metrics: [],
    markWithin: 500,
  }
  return {
    ...adapter,
    ...recordViews(adapter),
    records,
    refreshSnapshot: database.refreshSnapshot,
    // Writes the page that holds the version, although it does not change.
    writeNothing: () => write(() => void database.run(`PRAGMA user_version = ${migrations.length}`)),
  }
}
