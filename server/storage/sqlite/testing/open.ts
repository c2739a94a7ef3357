import { StillClock } from '../../../testing/clock.ts'
import type { OpenStore } from '../../contract/index.ts'
import type { Store } from '../../store.ts'
import { createSqliteStore, type SqliteOptions } from '../index.ts'
import { createWriterThreadStore } from '../writer-thread.ts'
import { temporaryDirectory } from './temporary.ts'

/** Opens an empty store on a new file, with a clock that the test advances. */
const opened = (createStore: (options: SqliteOptions) => Store) =>
  (async (records = []) => {
    const directory = await temporaryDirectory()
    const clock = new StillClock()
    const store = createStore({ file: directory.file, clock, records, exclusive: true })
    await store.start()
    const { now, advance, set } = clock
    return {
      store,
      time: { pass: async (more: number) => advance(more), advance, set, now },
      async close() {
        await store.stop()
        await directory.remove()
      },
    }
  }) satisfies OpenStore

export const openSqlite = opened(createSqliteStore)
export const openWriterThread = opened(createWriterThreadStore)
