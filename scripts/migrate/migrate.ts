import { recordKinds, type RecordKind, type Store } from '../../server/storage/store.ts'
import { checksumOf, type Checksum } from './checksum.ts'
import { retryWithProgress, waiting, type Waiting } from './retry.ts'
import { forgetPosition, keepPosition, readPosition, recordsOf, type Position } from './position.ts'
import type { Progress } from './progress.ts'

/** A started store, and where it is: said to people, and noted to know it again. */
export interface Place {
  store: Store
  name: string
}

export interface Compared {
  kind: RecordKind
  source: Checksum
  target: Checksum
}

export const equal = ({ source, target }: Compared) => source.count === target.count && source.sha256 === target.sha256

/**
 * Copies everything into an empty target, or goes on where a migration from the same source was interrupted, then reads
 * both and compares. The position is kept in the target after every batch, and goes when all is equal.
 */
export async function migrate(
  source: Place,
  target: Place,
  progress: Progress,
  time: Waiting = waiting,
): Promise<Compared[]> {
  const [from, to] = [recordsOf(source.store), recordsOf(target.store)]
  const persist = <T>(work: (goesOn: () => void) => Promise<T>) => retryWithProgress(work, progress.say, time)
  const totals = new Map<RecordKind, number>()
  const begin = await findPosition(source, target)

  for (const kind of recordKinds.slice(recordKinds.indexOf(begin.kind)))
    await copy(kind, kind === begin.kind ? begin : { ...begin, kind, after: '', done: 0 })
  const compared: Compared[] = []
  for (const kind of recordKinds) compared.push(await compare(kind))
  if (compared.every(equal)) await persist(() => forgetPosition(target.store))
  return compared

  /** Counted once: there are servers that count by reading it all. */
  async function totalOf(kind: RecordKind): Promise<number> {
    const total = totals.get(kind) ?? (await persist(() => from[kind].count()))
    totals.set(kind, total)
    return total
  }

  async function copy<Kind extends RecordKind>(kind: Kind, start: Position) {
    let position = start
    const total = await totalOf(kind)
    await persist(async (goesOn) => {
      await keepPosition(target.store, position)
      for await (const { records, last } of from[kind].read(position.after)) {
        await to[kind].write(records)
        position = { ...position, after: last, done: position.done + records.length }
        await keepPosition(target.store, position)
        goesOn()
        progress.at(kind, position.done, total)
      }
    })
    progress.done(kind, position.done)
  }

  async function compare(kind: RecordKind): Promise<Compared> {
    const total = await totalOf(kind)
    const read = (records: typeof from, side: string) =>
      persist((goesOn) =>
        checksumOf<unknown>(records[kind], (count) => {
          goesOn()
          progress.at(`${kind}, checking the ${side}`, count, total)
        }),
      )
    return { kind, source: await read(from, 'source'), target: await read(to, 'target') }
  }

  async function findPosition(one: Place, other: Place): Promise<Position> {
    if (await readPosition(one.store))
      throw new Error(`${one.name} holds an interrupted migration itself: complete that first. Nothing was changed.`)
    const known = await readPosition(other.store)
    if (known?.from === one.name) {
      progress.say(`Going on with ${known.kind}, of which ${known.done} are there already.`)
      return known
    }
    if (known) throw new Error(`${other.name} holds an interrupted migration from ${known.from}. Nothing was changed.`)
    const held: string[] = []
    for (const kind of recordKinds) {
      const count = await to[kind].count()
      if (count) held.push(`${count} ${kind}`)
    }
    if (held.length) throw new Error(`${other.name} is not empty (${held.join(', ')}). Nothing was changed.`)
    return { from: one.name, kind: recordKinds[0], after: '', done: 0 }
  }
}
