import { coreRecords } from '../core-records.ts'
import { recordViews } from '../record-views.ts'
import { requireDefinition } from '../records.ts'
import type { Store, StoreAdapter } from '../store.ts'
import { createMongoBulkTransfer } from './bulk-transfer.ts'
import { createDatabase, type DatabaseOptions } from './database.ts'
import { createOrders } from './orders.ts'
import { createRecordCollection } from './record-collection.ts'
import { createSessions } from './sessions.ts'
import { createUsers } from './users.ts'

/** The store on MongoDB: a single server or a replica set, 4.4 or later, without transactions. */
export function createMongoStore({ records: added = [], ...options }: DatabaseOptions): Store & {
  drop(): Promise<void>
} {
  const records = [...coreRecords, ...added]
  const database = createDatabase({ ...options, records })
  const { use } = database
  const adapter: StoreAdapter = {
    start: database.open,
    stop: database.close,
    async ping() {
      await database.now()
    },
    users: createUsers(use),
    sessions: createSessions(use),
    orders: createOrders(database),
    collection: (definition) => createRecordCollection(requireDefinition(records, definition), database),
    // The files are the database server's.
    async purge() {},
    backUp: null,
    bulkTransfer: createMongoBulkTransfer(database, records),
    metrics: database.metrics,
    markWithin: 0,
  }
  return { ...adapter, ...recordViews(adapter), drop: database.drop }
}
