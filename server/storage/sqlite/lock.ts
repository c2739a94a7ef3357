import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { errorCodeOf, sqliteBusy } from './errors.ts'

/**
 * Prevents a second server from opening the same data. It is SQLite's lock on an empty side file: the system releases it
 * however the process ends, so no stale lock blocks a restart. This process must not open the side file elsewhere: on
 * POSIX, closing any descriptor of a file drops its locks.
 */
export function lockFor(file: string): () => void {
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw errorCodeOf(error) === sqliteBusy
      ? new Error(`${file} is in use by another process`, { cause: error })
      : error
  }
  return () => close(lock)
}

function close(lock: DatabaseSyncInstance) {
  lock.exec('ROLLBACK')
  lock.close()
}
