import { systemClock } from '../../server/lib/clock.ts'
import { ConfigError, readConfig, type Config } from '../../server/config/config.ts'
import { featureRecords } from '../../server/features/compose.ts'
import { createStore } from '../../server/storage/create-store.ts'
import type { Store } from '../../server/storage/store.ts'

/**
 * Runs `work` with the configured store, next to a running server or without one, and exits: 0 on success, 78 for a bad
 * configuration, 1 for any other error, with one line on stderr.
 */
export async function withStore(work: (store: Store, config: Config) => Promise<void>): Promise<never> {
  try {
    const config = readConfig()
    const store = await createStore(config, { clock: systemClock, server: false, records: featureRecords })
    await store.start()
    try {
      await work(store, config)
    } finally {
      await store.stop()
    }
    process.exit(0)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(error instanceof ConfigError ? 78 : 1)
  }
}
