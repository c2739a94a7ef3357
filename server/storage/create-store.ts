import { join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import type { TextLog } from '../lib/log.ts'
import { hostOf } from './mongo/connection-uri.ts'
import type { RecordDefinition } from './records.ts'
import { createSqliteStore } from './sqlite/index.ts'
import { createWriterThreadStore } from './sqlite/writer-thread.ts'
import type { Store } from './store.ts'

/** Part of the configuration: MongoDB if it has a URI, otherwise one file in `dataDir`. */
export interface StoreChoice {
  mongoUri: string | null
  dataDir: string
  /** With it the embedded file shrinks. */
  retention?: object | null
}

export interface StoreOptions {
  clock: Clock
  /** A server opens an embedded file exclusively, and waits for a database server; a script does neither. */
  server: boolean
  /** The definitions of the features, besides the core's. */
  records: readonly RecordDefinition[]
  log?: TextLog
}

/** The database as an operator knows it, without credentials. */
export const databaseName = ({ mongoUri, dataDir }: StoreChoice): string =>
  mongoUri === null ? `SQLite ${sqliteFile(dataDir)}` : `MongoDB ${hostOf(mongoUri)}`

export const sqliteFile = (dataDir: string) => join(dataDir, 'callout.db')

export async function createStore(
  { mongoUri, dataDir, retention }: StoreChoice,
  { clock, server, records, log }: StoreOptions,
): Promise<Store> {
  if (mongoUri === null) {
    const file = sqliteFile(dataDir)
    return server
      ? createWriterThreadStore({ file, clock, records, exclusive: true, shrinks: Boolean(retention), log })
      : createSqliteStore({ file, clock, records })
  }
  // Loaded on demand: Mongoose takes a quarter of the start.
  const { createMongoStore } = await import('./mongo/index.ts')
  return createMongoStore({ uri: mongoUri, waitForServer: server, records, log })
}
