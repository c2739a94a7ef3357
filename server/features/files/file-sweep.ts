import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { FileRecord, FileRecords } from './file-records.ts'
import { keyOfSmall, type FileStorage } from './storage.ts'

export interface FileSweepDependencies {
  files: FileRecords
  storage: FileStorage
  settle(record: FileRecord): Promise<unknown>
  remove(record: FileRecord): Promise<void>
  clock: Clock
}

/** A file younger than this may belong to a request that is being handled, in ms. */
const settledAfter = 60_000
/** A picture that was sent for a message waits so long for it: the page may be offline between the two. */
const messageAfter = 7 * 24 * 3_600_000
const orphanAfter = 24 * 3_600_000

/** Completes or removes what a crash has left between the bytes, the record and what names it. */
export function createFileSweep({ files, storage, settle, remove, clock }: FileSweepDependencies) {
  const isOlder = (at: string, than: number) => at < isoTime(clock.now() - than)

  return {
    /** Orders name the pictures that were stored for them; pictures whose message never came are removed. */
    async settleAll(): Promise<void> {
      for (const record of await files.unsettled()) {
        if (record.kind === 'message') {
          if (isOlder(record.at, messageAfter)) await remove(record)
        } else if (isOlder(record.at, settledAfter)) {
          // A picture that its order refuses was removed.
          await settle(record).catch((error: unknown) => {
            if (!(error instanceof DomainError)) throw error
          })
        }
      }
    },

    /** Removes the bytes that no record names. */
    async removeOrphans(): Promise<number> {
      let removed = 0
      for await (const { key, at } of storage.keys()) {
        if (at > clock.now() - orphanAfter || (await files.isStored(keyOfSmall(key)))) continue
        await storage.remove(key)
        removed++
      }
      return removed
    },
  }
}
