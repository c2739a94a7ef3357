import type { Clock } from '../../lib/clock.ts'
import { coreRecords } from '../core-records.ts'
import { recordViews } from '../record-views.ts'
import { requireDefinition, type RecordDefinition } from '../records.ts'
import type { Store, StoreAdapter } from '../store.ts'
import { createSqliteBulkTransfer } from './bulk-transfer.ts'
import { createDatabase, type Database, type DatabaseOptions } from './database.ts'
import { createGroupCommit } from './group-commit.ts'
import { createOrders, indexTokens } from './orders.ts'
import { createRecordCollection } from './record-collection.ts'
import { createSessions } from './sessions.ts'
import { createUsers } from './users.ts'

export interface SqliteOptions extends DatabaseOptions {
  clock: Clock
}

export interface SqliteStore extends Store, Pick<Database, 'refreshSnapshot'> {
  /** The definitions it was created with, the core's included. */
  readonly records: readonly RecordDefinition[]
}

/** The embedded store: one SQLite file. Its directory is created when it is missing. */
export function createSqliteStore({ clock, records: added = [], ...options }: SqliteOptions): SqliteStore {
  const records = [...coreRecords, ...added]
  const database = createDatabase({ ...options, records })
  const { write, start, stop } = createGroupCommit(database, (idle) => indexTokens(database, idle))

  const adapter: StoreAdapter = {
    async start() {
      database.open()
      start()
    },

    async stop() {
      stop()
      database.close()
    },

    async ping() {
      database.get('SELECT 1 FROM users LIMIT 1')
    },

    users: createUsers(database, write),
    sessions: createSessions(database, write),
    orders: createOrders(database, write, clock),
    collection: (definition) => createRecordCollection(requireDefinition(records, definition), database, write),
    bulkTransfer: createSqliteBulkTransfer(database, write, clock, records),
  }
  return { ...adapter, ...recordViews(adapter), records, refreshSnapshot: database.refreshSnapshot }
}
