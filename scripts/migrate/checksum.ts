import { createHash } from 'node:crypto'
import type { RecordTable } from '../../server/storage/store.ts'

export interface Checksum {
  count: number
  /** SHA-256 over every record in the order of the ids, in hexadecimal. */
  sha256: string
}

/** Reads the whole table; `onRead` hears of every batch. */
export async function checksumOf<Kept>(
  table: Pick<RecordTable<Kept>, 'read'>,
  onRead: (count: number) => void = () => {},
): Promise<Checksum> {
  const hash = createHash('sha256')
  let count = 0
  for await (const { records } of table.read()) {
    for (const record of records) hash.update(`${canonical(record)}\n`)
    count += records.length
    onRead(count)
  }
  return { count, sha256: hash.digest('hex') }
}

/** JSON in which the order of the fields is always the same. */
export const canonical = (value: unknown): string => JSON.stringify(value, (_key, part: unknown) => ordered(part))

function ordered(part: unknown): unknown {
  // Half a character, such as a text that was cut amid an emoji ends in, is nothing that MongoDB could hold: it writes U+FFFD.
  if (typeof part === 'string') return part.replace(/\p{Cs}/gu, '\ufffd')
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
  return Object.fromEntries(Object.entries(part).sort(([one], [two]) => (one < two ? -1 : 1)))
}
