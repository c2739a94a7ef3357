import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { errorCodeOf, sqliteBusy } from './errors.ts'

/**
 * Keeps a second server off the same data. The lock is SQLite's own on an empty side file: the system holds it for the
 * process and takes it back however that ends, so nothing stale is ever left to block a restart. (Nothing else may open
 * the side file in this process: on POSIX, closing any descriptor of a file drops the locks.)
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
