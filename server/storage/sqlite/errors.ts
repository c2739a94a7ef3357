import { UnavailableError } from '../../lib/errors.ts'
import { DuplicateError } from '../store.ts'
import { fieldOf } from './record-columns.ts'

// https://sqlite.org/rescode.html; the low byte is the primary code.
export const sqliteBusy = 5
export const sqliteNotADatabase = 26
const constraintPrimaryKey = 1555
const constraintUnique = 2067
/** Busy, locked, read-only, an I/O error, a full disk, a file that cannot be opened. */
const unusable = new Set([sqliteBusy, 6, 8, 10, 13, 14])

export const errorCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined

/** The error as the port defines it. */
export function domainError(error: unknown): unknown {
  const code = errorCodeOf(error)
  if (code !== undefined && unusable.has(code & 0xff))
    return new UnavailableError('the database cannot be written to', { cause: error })
  if (!(error instanceof Error) || (code !== constraintUnique && code !== constraintPrimaryKey)) return error
  // SQLite names the columns: `UNIQUE constraint failed: orders.customer_id, orders.idempotency_key`.
  return new DuplicateError(fieldOf(error.message.slice(error.message.lastIndexOf('.') + 1)))
}
