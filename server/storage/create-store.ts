import { join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { createSqliteStore } from './sqlite/index.ts'
import { createWriterThreadStore } from './sqlite/writer-thread.ts'
import type { Store } from './store.ts'

/** As the configuration says it: MongoDB where there is a URI, else one file in `dataDir`. */
export interface StoreChoice {
  mongoUri: string | null
  dataDir: string
}

export interface StoreOptions {
  clock: Clock
  /** The server has an embedded file to itself, and waits for a database that is away; a script does neither. */
  server: boolean
  log?: { info(text: string): void; warn(text: string): void }
}

export async function createStore(
  { mongoUri, dataDir }: StoreChoice,
  { clock, server, log }: StoreOptions,
): Promise<Store> {
  if (mongoUri === null) {
    const file = join(dataDir, 'callout.db')
    return server ? createWriterThreadStore({ file, clock, exclusive: true }) : createSqliteStore({ file, clock })
  }
  // To load Mongoose takes a quarter of a start.
  const { createMongoStore } = await import('./mongo/index.ts')
  return createMongoStore({ uri: mongoUri, patient: server, log })
}
