import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGunzip, createGzip, gzip } from 'node:zlib'
import type { OrderRecord } from '../../storage/store.ts'

// Monthly files of orders, one as JSON per line. gzip allows appending: a file is a series of compressed parts (RFC 1952, 2.2).

const compress = promisify(gzip)
const name = /^orders-\d{4}-\d\d\.jsonl\.gz$/

/** The file of the month in which the order was placed. */
export const archiveFileOf = (folder: string, { createdAt }: Pick<OrderRecord, 'createdAt'>): string =>
  join(folder, `orders-${createdAt.slice(0, 7)}.jsonl.gz`)

/** Oldest month first. */
export async function archiveFiles(folder: string): Promise<string[]> {
  const files = existsSync(folder) ? await readdir(folder) : []
  return files
    .filter((file) => name.test(file))
    .toSorted()
    .map((file) => join(folder, file))
}

/** While a part is appended, this file has the size from before: a part that a crash cut off would end every reader. */
const sizeFile = (path: string) => `${path}.size`

/** Resolves when the orders are on the disk. */
export async function appendOrders(path: string, orders: readonly OrderRecord[]): Promise<void> {
  await undoAppend(path)
  const size = existsSync(path) ? (await stat(path)).size : 0
  await writeDurably(sizeFile(path), 'w', String(size))
  await writeDurably(path, 'a', await compress(orders.map((order) => `${JSON.stringify(order)}\n`).join('')))
  await rm(sizeFile(path))
  await sync(dirname(path))
}

/** Removes what an interrupted append has left. Its orders are still in the database. */
async function undoAppend(path: string): Promise<void> {
  if (!existsSync(sizeFile(path))) return
  const size = (await readFile(sizeFile(path), 'utf8')).trim()
  // Empty: the crash came before the append.
  if (size !== '' && existsSync(path)) await truncate(path, Number(size))
  await rm(sizeFile(path))
}

export async function* readOrders(path: string): AsyncGenerator<OrderRecord> {
  await undoAppend(path)
  if (!existsSync(path)) return
  const unpacked = createReadStream(path).pipe(createGunzip())
  for await (const line of createInterface({ input: unpacked })) {
    const order: OrderRecord = JSON.parse(line)
    yield order
  }
}

/** Replaces each order by what `change` returns. The file is the old or the new one at every moment. */
export async function rewriteOrders(path: string, change: (order: OrderRecord) => OrderRecord): Promise<void> {
  const partial = `${path}.partial`
  async function* lines() {
    for await (const order of readOrders(path)) yield `${JSON.stringify(change(order))}\n`
  }
  await pipeline(lines, createGzip(), createWriteStream(partial, { mode: 0o600 }))
  await sync(partial)
  await rename(partial, path)
  await sync(dirname(path))
}

async function writeDurably(path: string, flags: 'a' | 'w', content: string | Buffer): Promise<void> {
  const file = await open(path, flags, 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await sync(dirname(path))
}

async function sync(path: string): Promise<void> {
  const file = await open(path)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
