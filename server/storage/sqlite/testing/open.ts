import type { OpenStore } from '../../contract/index.ts'
import type { Store } from '../../store.ts'
import { createSqliteStore, type SqliteOptions } from '../index.ts'
import { createWriterThreadStore } from '../writer-thread.ts'
import { temporaryDirectory } from './temporary.ts'

/** Opens an empty store on a new file, with a clock that the test advances. */
const opened = (createStore: (options: SqliteOptions) => Store) =>
  (async (records = []) => {
    const directory = await temporaryDirectory()
    let ms = Date.parse('2026-03-02T10:00:00.000Z')
    const clock = { now: () => ms, after: () => () => {} }
    const store = createStore({ file: directory.file, clock, records, exclusive: true })
    await store.start()
    const advance = (more: number) => void (ms += more)
    return {
      store,
      time: { pass: async (more: number) => advance(more), advance },
      async close() {
        await store.stop()
        await directory.remove()
      },
    }
  }) satisfies OpenStore

export const openSqlite = opened(createSqliteStore)
export const openWriterThread = opened(createWriterThreadStore)
