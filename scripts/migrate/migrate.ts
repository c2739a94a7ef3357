import type { BulkTable, Store } from '../../server/storage/store.ts'
import { checksumOf, type Checksum } from './checksum.ts'
import { deletePosition, readPosition, tablesOf, writePosition, type Position } from './position.ts'
import type { Progress } from './progress.ts'
import { retryWithProgress, systemTimer, type Timer } from './retry.ts'

/** A started store and its location, which is printed, and stored to recognize the source of an interrupted migration. */
export interface Place {
  store: Store
  name: string
}

export interface Compared {
  kind: string
  source: Checksum
  target: Checksum
}

export const equal = ({ source, target }: Compared) => source.count === target.count && source.sha256 === target.sha256

/**
 * Copies every record into an empty target, or resumes an interrupted migration from the same source, then reads both and
 * compares. The position is stored in the target after every batch, and deleted when all is equal.
 */
export async function migrate(
  source: Place,
  target: Place,
  progress: Progress,
  timer: Timer = systemTimer,
): Promise<Compared[]> {
  const [from, to] = [tablesOf(source.store), tablesOf(target.store)]
  const kinds = [...from.keys()]
  const retry = <T>(work: (progressed: () => void) => Promise<T>) => retryWithProgress(work, progress.print, timer)
  const totals = new Map<string, number>()
  const begin = await findPosition()

  for (const kind of kinds.slice(kinds.indexOf(begin.kind)))
    await copy(kind === begin.kind ? begin : { ...begin, kind, after: '', done: 0 })
  const compared: Compared[] = []
  for (const kind of kinds) compared.push(await compare(kind))
  if (compared.every(equal)) await retry(() => deletePosition(target.store))
  return compared

  /** Counted once: FerretDB scans the collection to count it. */
  async function totalOf(kind: string): Promise<number> {
    const total = totals.get(kind) ?? (await retry(() => table(from, kind).count()))
    totals.set(kind, total)
    return total
  }

  async function copy(start: Position) {
    const { kind } = start
    let position = start
    const total = await totalOf(kind)
    await retry(async (progressed) => {
      await writePosition(target.store, position)
      for await (const { records, last } of table(from, kind).read(position.after)) {
        await table(to, kind).write(records)
        position = { ...position, after: last, done: position.done + records.length }
        await writePosition(target.store, position)
        progressed()
        progress.at(kind, position.done, total)
      }
    })
    progress.done(kind, position.done)
  }

  async function compare(kind: string): Promise<Compared> {
    const total = await totalOf(kind)
    const read = (tables: typeof from, side: string) =>
      retry((progressed) =>
        checksumOf(table(tables, kind), (count) => {
          progressed()
          progress.at(`${kind}, checking the ${side}`, count, total)
        }),
      )
    return { kind, source: await read(from, 'source'), target: await read(to, 'target') }
  }

  async function findPosition(): Promise<Position> {
    if (await readPosition(source.store))
      throw new Error(`${source.name} holds an interrupted migration itself: complete that first. Nothing was changed.`)
    const stored = await readPosition(target.store)
    if (stored?.from === source.name) {
      table(to, stored.kind)
      progress.print(`Resuming with ${stored.kind}, of which ${stored.done} are already copied.`)
      return stored
    }
    if (stored)
      throw new Error(`${target.name} holds an interrupted migration from ${stored.from}. Nothing was changed.`)
    const held: string[] = []
    for (const [kind, records] of to) {
      const count = await records.count()
      if (count) held.push(`${count} ${kind}`)
    }
    if (held.length) throw new Error(`${target.name} is not empty (${held.join(', ')}). Nothing was changed.`)
    return { from: source.name, kind: kinds[0] ?? '', after: '', done: 0 }
  }
}

/** Both stores are created with the same definitions. */
function table(tables: ReadonlyMap<string, BulkTable<unknown>>, kind: string): BulkTable<unknown> {
  const found = tables.get(kind)
  if (!found) throw new Error(`there are no records of the kind ${kind}`)
  return found
}
