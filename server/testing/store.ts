import { systemClock, type Clock } from '../lib/clock.ts'
import { featureRecords } from '../features/compose.ts'
import type { OpenStore } from '../storage/contract/index.ts'
import { createStore } from '../storage/create-store.ts'
import { openSqlite } from '../storage/sqlite/testing/open.ts'
import type { Store } from '../storage/store.ts'
import { databaseEnv, mongoUri } from './mongo.ts'

/** Opens an empty store of the adapter under test. */
export const emptyStore: OpenStore = mongoUri
  ? async (records) => (await import('../storage/mongo/testing/open.ts')).openMongo(records)
  : openSqlite

/** Runs `work` on the data in `dataDir` through a second store, beside the app. */
export async function withStoreOf<T>(
  dataDir: string,
  work: (store: Store) => Promise<T>,
  { clock = systemClock, server = false }: { clock?: Clock; server?: boolean } = {},
): Promise<T> {
  const { MONGO_URI = null } = await databaseEnv(dataDir)
  const store = await createStore({ mongoUri: MONGO_URI, dataDir }, { clock, server, records: featureRecords })
  await store.start()
  try {
    return await work(store)
  } finally {
    await store.stop()
  }
}
