import { recordKinds, type RecordStore, type Store } from '../../server/storage/store.ts'
import { z } from '../../server/lib/zod.ts'

/** How far a migration has come, as it is kept in the target's notes: these many of this kind, up to this id. */
export interface Position {
  /** The source. */
  from: string
  kind: (typeof recordKinds)[number]
  after: string
  done: number
}

const noteName = 'migration'

const Position = z.object({ from: z.string(), kind: z.enum(recordKinds), after: z.string(), done: z.number() })

/** null: none is under way. */
export async function readPosition({ notes }: Pick<Store, 'notes'>): Promise<Position | null> {
  const text = await notes.get(noteName)
  return text === null ? null : Position.parse(JSON.parse(text))
}

export const keepPosition = ({ notes }: Pick<Store, 'notes'>, position: Position) =>
  notes.put(noteName, JSON.stringify(position))

export const forgetPosition = ({ notes }: Pick<Store, 'notes'>) => notes.remove(noteName)

/** Everything that is kept, but for the note on the migration itself. */
export const recordsOf = ({ records, notes }: Pick<Store, 'records' | 'notes'>): RecordStore => ({
  ...records,
  notes: {
    ...records.notes,
    async count() {
      return (await records.notes.count()) - ((await notes.get(noteName)) === null ? 0 : 1)
    },
    async *read(after) {
      for await (const batch of records.notes.read(after))
        yield { ...batch, records: batch.records.filter(({ name }) => name !== noteName) }
    },
  },
})
