import type { Clock } from '../../../lib/clock.ts'
import type { OpenStore } from '../../contract/index.ts'
import type { Store } from '../../store.ts'
import { createSqliteStore } from '../index.ts'
import { createWriterThreadStore } from '../writer-thread.ts'
import { temporaryDirectory } from './temporary.ts'

/** An empty store on a file of its own, and a clock that is moved by hand. */
const opened = (createStore: (options: { file: string; clock: Clock; exclusive: true }) => Store) =>
  (async () => {
    const directory = await temporaryDirectory()
    let ms = Date.parse('2026-03-02T10:00:00.000Z')
    const clock = { now: () => ms, after: () => () => {} }
    const store = createStore({ file: directory.file, clock, exclusive: true })
    await store.start()
    const goOn = (more: number) => void (ms += more)
    return {
      store,
      time: { pass: async (more: number) => goOn(more), goOn },
      async close() {
        await store.stop()
        await directory.remove()
      },
    }
  }) satisfies OpenStore

export const openSqlite = opened(createSqliteStore)
export const openThreaded = opened(createWriterThreadStore)
