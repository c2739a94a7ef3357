import { createHash } from 'node:crypto'
import type { BulkTable } from '../../server/storage/store.ts'

export interface Checksum {
  count: number
  /** SHA-256 over every record in the order of the ids, in hexadecimal. */
  sha256: string
}

/** Reads the whole table; `onRead` is called with the number of records after every batch. */
export async function checksumOf<Stored>(
  table: Pick<BulkTable<Stored>, 'read'>,
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

/** JSON with the fields in a fixed order. */
export const canonical = (value: unknown): string => JSON.stringify(value, (_key, part: unknown) => ordered(part))

function ordered(part: unknown): unknown {
  // MongoDB stores U+FFFD for half a surrogate pair, such as a text that was cut inside an emoji ends in.
  if (typeof part === 'string') return part.replace(/\p{Cs}/gu, '\ufffd')
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
  return Object.fromEntries(Object.entries(part).sort(([one], [two]) => (one < two ? -1 : 1)))
}
