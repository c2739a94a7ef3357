import type { Store } from '../store.ts'
import { createDatabase, type DatabaseOptions } from './database.ts'
import { createDevices } from './devices.ts'
import { createKeyValue } from './key-value.ts'
import { createOrders } from './orders.ts'
import { createPresence } from './presence.ts'
import { createBulkTransfer } from './bulk-transfer.ts'
import { createServices } from './services.ts'
import { createSessions } from './sessions.ts'
import { createUsers } from './users.ts'

/** The store on MongoDB: a single server or a replica set, 4.4 or later. Needs no transaction. */
export function createMongoStore(options: DatabaseOptions): Store & { drop(): Promise<void> } {
  const database = createDatabase(options)
  const { use } = database
  return {
    start: database.open,
    stop: database.close,
    drop: database.drop,
    async ping() {
      await database.now()
    },
    users: createUsers(use),
    sessions: createSessions(use),
    services: createServices(use),
    orders: createOrders(database),
    presence: createPresence(use),
    devices: createDevices(use),
    notes: createKeyValue(use),
    records: createBulkTransfer(database),
  }
}
