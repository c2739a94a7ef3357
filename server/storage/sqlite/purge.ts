import { setTimeout } from 'node:timers/promises'
import type { ChangedOrders } from './changed-orders.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'

/** Pages of the text index that one transaction merges: other writes wait for about 10 ms. */
const pagesAtOnce = 250

const mostAttempts = 20
const betweenAttempts = 50

/**
 * `secure_delete` overwrites deleted records at once. What they leave are tokens in the text index, which deletes by
 * marking until its segments are merged, and pages in the write-ahead log. A file that can shrink (open-file.ts) does so.
 */
export function createPurge(database: Database, write: Write, { addAll }: Pick<ChangedOrders, 'addAll'>) {
  /** https://sqlite.org/fts5.html#the_merge_command: a negative number begins to merge all segments into one. */
  const merge = (pages: number) =>
    write(() => {
      const before = changes()
      database.run("INSERT INTO orders_text (orders_text, rank) VALUES ('merge', :pages)", { pages })
      return changes() - before
    })
  /** Gives free pages at the end of the file back; resolves to the number of those that are left. */
  const vacuum = () =>
    write(() => {
      database.all(`PRAGMA incremental_vacuum(${pagesAtOnce})`)
      return database.get<{ freelist_count: number }>('PRAGMA freelist_count')?.freelist_count ?? 0
    })
  const changes = () => database.get<{ changes: number }>('SELECT total_changes() AS changes')?.changes ?? 0

  return async (): Promise<void> => {
    await write(addAll)
    // Fewer than two changes: there was nothing to merge.
    let merged = await merge(-pagesAtOnce)
    while (merged >= 2) merged = await merge(pagesAtOnce)
    let [left, before] = [await vacuum(), Infinity]
    while (left > 0 && left < before) [before, left] = [left, await vacuum()]
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      if (database.truncateLog()) return
      // A reader needs the log. It is also truncated when the server stops.
      await setTimeout(betweenAttempts)
    }
  }
}
