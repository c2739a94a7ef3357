import type { Clock } from '../../lib/clock.ts'
import type { Store } from '../store.ts'
import { createDatabase, type Database, type DatabaseOptions } from './database.ts'
import { createDevices } from './devices.ts'
import { createGroupCommit } from './group-commit.ts'
import { createOrders, indexWords } from './orders.ts'
import { createKeyValue } from './key-value.ts'
import { createPresence } from './presence.ts'
import { createBulkTransfer } from './bulk-transfer.ts'
import { createServices } from './services.ts'
import { createSessions } from './sessions.ts'
import { createUsers } from './users.ts'

export interface SqliteOptions extends DatabaseOptions {
  clock: Clock
}

/** The embedded store: one SQLite file and nothing to install. The directory is made when it is missing. */
export function createSqliteStore({ clock, ...options }: SqliteOptions): Store & Pick<Database, 'lookAnew'> {
  const database = createDatabase(options)
  const commits = createGroupCommit(database, (resting) => indexWords(database, resting))

  return {
    async start() {
      database.open()
      commits.start()
    },

    async stop() {
      commits.stop()
      database.close()
    },

    lookAnew: database.lookAnew,

    async ping() {
      database.get('SELECT 1 FROM users LIMIT 1')
    },

    users: createUsers(database, commits.write),
    sessions: createSessions(database, commits.write),
    services: createServices(database, commits.write),
    orders: createOrders(database, commits.write, clock),
    presence: createPresence(database, commits.write),
    devices: createDevices(database, commits.write),
    notes: createKeyValue(database, commits.write),
    records: createBulkTransfer(database, commits.write, clock),
  }
}
