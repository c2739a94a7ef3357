import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newId } from '../../lib/ids.ts'
import { createKeyedMutex } from '../../lib/keyed-mutex.ts'
import { makePrivateFolder } from '../../lib/private-files.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import { appendOrders, archiveFileOf, archiveFiles, readOrders, rewriteOrders } from './archive-files.ts'

export type Archive = ReturnType<typeof createArchive>

/** Of the note in the database. */
const noteName = 'archive'

const keyOf = ({ id, version }: Pick<OrderRecord, 'id' | 'version'>) => `${id} ${version}`

/**
 * The folder of archived orders. The database notes its id, so that no node writes to, or erases in, another folder by
 * mistake. At most one process changes the files at a time: the leader.
 */
export function createArchive({ keyValue }: Pick<Store, 'keyValue'>, folder: string) {
  const runExclusive = createKeyedMutex()
  const idFile = join(folder, 'id')
  /** What is in the files that this sweep has read. */
  let known = new Map<string, Set<string>>()

  const presentId = () => (existsSync(idFile) ? readFileSync(idFile, 'utf8').trim() : null)

  /** Whether there is an archive. Throws when it is in another folder. */
  async function exists(): Promise<boolean> {
    const noted = await keyValue.get(noteName)
    if (noted === null) return false
    if (presentId() === noted) return true
    throw new Error(
      `${idFile} is not that of this database's archive (${noted}): bring that folder here. If it is lost, write ${noted} into the file to begin with an empty one`,
    )
  }

  async function create(): Promise<void> {
    makePrivateFolder(folder)
    if (presentId() === null) writeFileSync(idFile, newId(), { mode: 0o600, flush: true })
    await keyValue.create(noteName, presentId() ?? '')
    await exists()
  }

  async function knownIn(path: string): Promise<Set<string>> {
    const found = known.get(path) ?? new Set()
    if (!known.has(path)) for await (const order of readOrders(path)) found.add(keyOf(order))
    known.set(path, found)
    return found
  }

  async function add(path: string, orders: readonly OrderRecord[]): Promise<void> {
    const present = await knownIn(path)
    // A crash between the archive and the removal from the database: the order is here already.
    const missing = orders.filter((order) => !present.has(keyOf(order)))
    if (missing.length === 0) return
    await appendOrders(path, missing)
    for (const order of missing) present.add(keyOf(order))
  }

  return {
    exists,

    /** To be called before the first `add` of a sweep. Throws when the archive is in another folder. */
    async begin(): Promise<void> {
      known = new Map()
      if (!(await exists())) await create()
    },

    /** Resolves when the orders are on the disk, each version once. */
    async add(orders: readonly OrderRecord[]): Promise<void> {
      for (const path of new Set(orders.map((order) => archiveFileOf(folder, order)))) {
        const some = orders.filter((order) => archiveFileOf(folder, order) === path)
        await runExclusive(noteName, () => add(path, some))
      }
    },

    /** Of each archived order the highest version, oldest month first. */
    async *orders(): AsyncGenerator<OrderRecord> {
      for (const path of await archiveFiles(folder)) {
        const newest = new Map<string, OrderRecord>()
        for await (const order of readOrders(path))
          if (order.version >= (newest.get(order.id)?.version ?? 0)) newest.set(order.id, order)
        yield* newest.values()
      }
    },

    /** Replaces the orders for which `change` returns another one. It may run again. */
    async change(change: (order: OrderRecord) => OrderRecord | null): Promise<void> {
      for (const path of await archiveFiles(folder))
        await runExclusive(noteName, async () => {
          let isOutdated = false
          for await (const order of readOrders(path)) isOutdated ||= change(order) !== null
          if (isOutdated) await rewriteOrders(path, (order) => change(order) ?? order)
          known.delete(path)
        })
    },
  }
}
