import { existsSync, readFileSync, statSync } from 'node:fs'

// What SQLite takes for a new or a complete file, although data is missing. To be called before the file is opened.

/** The line for an operator, or null when nothing is missing. Throws when an open would delete what is left. */
export function missingData(file: string): string | null {
  const wal = `${file}-wal`
  if (sizeOf(file) > 0) {
    const lost = lostPages(file)
    return lost === 0
      ? null
      : `${wal} is truncated: the last ${lost} pages of committed changes are missing. Copy ${file} and ${wal} together, or restore both from a backup`
  }
  const state = existsSync(file) ? 'is empty' : 'is missing'
  if (sizeOf(wal) > 0)
    throw new Error(
      `${file} ${state}, but ${wal} has data that belongs to it: restore ${file}, or move ${wal} away to begin with an empty database`,
    )
  // A server makes the lock file at its first start and leaves it.
  return existsSync(`${file}.lock`)
    ? `${file} ${state}, although this folder has been used: the server begins with an empty database. Stop it and restore the file if that is not intended`
    : null
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/**
 * How many pages of committed changes the write-ahead log lacks. Its index (`-shm`), which a process that was killed
 * leaves behind, counts them: https://sqlite.org/walformat.html#the_wal_index_header
 */
function lostPages(file: string): number {
  const index = existsSync(`${file}-shm`) ? readFileSync(`${file}-shm`) : Buffer.alloc(0)
  if (index.length < 100) return 0
  const number = (offset: number) => (littleEndian ? index.readUInt32LE(offset) : index.readUInt32BE(offset))
  const [committed, copied] = [number(16), number(96)]
  const pageSize = littleEndian ? index.readUInt16LE(14) : index.readUInt16BE(14)
  // A frame is a page with a header of 24 bytes; the log begins with 32 bytes of its own.
  const present = Math.max(0, Math.floor((sizeOf(`${file}-wal`) - 32) / (pageSize + 24)))
  return pageSize === 0 || committed <= copied ? 0 : Math.max(0, committed - present)
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
