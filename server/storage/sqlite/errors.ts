import { UnavailableError } from '../../lib/errors.ts'
import { DuplicateError } from '../store.ts'
import { fieldOf } from './record-columns.ts'
import { DamagedRecordError } from './stored-json.ts'

// https://sqlite.org/rescode.html; the low byte is the primary code.
export const sqliteBusy = 5
export const sqliteNotADatabase = 26
const constraintPrimaryKey = 1555
const constraintUnique = 2067

export type Outage = 'damaged' | 'full' | 'readOnly' | 'unopened' | 'failing' | 'locked'

/** Why a file cannot be used. `codes`, `texts`: SQLite's, as the driver's `all()` reports no code. */
interface OutageRule {
  outage: Outage
  codes: readonly number[]
  texts: readonly string[]
  /** What the operator reads after the file's name: the fault, and what to do. */
  line: string
}

const outageRules: readonly OutageRule[] = [
  {
    outage: 'damaged',
    codes: [11, sqliteNotADatabase],
    texts: ['database disk image is malformed', 'file is not a database'],
    line: `is damaged: stop the server and restore the file from a backup, or save what can be read with sqlite3's .recover`,
  },
  {
    outage: 'full',
    codes: [13],
    texts: ['database or disk is full'],
    line: 'cannot be written to, because the disk is full: free space on it, and the server continues by itself',
  },
  {
    outage: 'readOnly',
    codes: [3, 8],
    texts: ['access permission denied', 'attempt to write a readonly database'],
    line: 'is read-only: let the user of the server write to the file and to its folder',
  },
  {
    outage: 'unopened',
    codes: [14, 23],
    texts: ['unable to open database file', 'authorization denied'],
    line: 'cannot be opened: let the user of the server read and write the file and its folder',
  },
  {
    outage: 'failing',
    codes: [7, 10],
    texts: ['out of memory', 'disk I/O error'],
    line: 'cannot be read or written: check the disk, and the log of the operating system',
  },
  {
    outage: 'locked',
    codes: [sqliteBusy, 6, 15],
    texts: ['database is locked', 'database table is locked', 'locking protocol'],
    line: 'is locked by another program: end the transaction of that program',
  },
]

/** The file cannot be used. The message is for the operator: it names the file and what to do. */
export class OutageError extends UnavailableError {
  readonly outage: Outage

  constructor(outage: Outage, file: string, options: ErrorOptions & { logged?: boolean } = {}) {
    super(`${file} ${outageRules.find((rule) => rule.outage === outage)?.line}`, options)
    this.outage = outage
  }
}

export const errorCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined

const isRefusedBySystem = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS')

export function outageOf(error: unknown): Outage | undefined {
  if (error instanceof OutageError) return error.outage
  if (error instanceof DamagedRecordError) return 'damaged'
  if (isRefusedBySystem(error)) return 'unopened'
  if (!(error instanceof Error)) return undefined
  const code = errorCodeOf(error)
  return outageRules.find(({ codes, texts }) =>
    code === undefined ? texts.includes(error.message) : codes.includes(code & 0xff),
  )?.outage
}

/** The error as the port defines it. */
export function domainError(error: unknown, file: string): unknown {
  if (error instanceof UnavailableError) return error
  const outage = outageOf(error)
  if (outage) return new OutageError(outage, file, { cause: error })
  const code = errorCodeOf(error)
  if (!(error instanceof Error) || (code !== constraintUnique && code !== constraintPrimaryKey)) return error
  // SQLite names the columns: `UNIQUE constraint failed: orders.customer_id, orders.idempotency_key`.
  return new DuplicateError(fieldOf(error.message.slice(error.message.lastIndexOf('.') + 1)))
}
