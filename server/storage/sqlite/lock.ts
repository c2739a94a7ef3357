import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { domainError, errorCodeOf, sqliteBusy } from './errors.ts'

/**
 * Prevents a second server from opening the same data. It is SQLite's lock on an empty side file: the system releases it
 * however the process ends, so no stale lock blocks a restart. This process must not open the side file elsewhere: on
 * POSIX, closing any descriptor of a file drops its locks.
 */
export function lockFor(file: string): () => void {
  const lock = openLock(file)
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw errorCodeOf(error) === sqliteBusy
      ? new Error(`${file} is in use by another process`, { cause: error })
      : domainError(error, `${file}.lock`)
  }
  return () => close(lock)
}

function openLock(file: string): DatabaseSyncInstance {
  try {
    return new DatabaseSync(`${file}.lock`, { timeout: 0 })
  } catch (error) {
    throw domainError(error, `${file}.lock`)
  }
}

function close(lock: DatabaseSyncInstance) {
  lock.exec('ROLLBACK')
  lock.close()
}
