import { keyValueRecords } from '../../server/storage/definitions/key-value.ts'
import type { BulkTable, Store } from '../../server/storage/store.ts'
import { z } from '../../server/lib/zod.ts'

/** The progress of a migration, stored in the target: `done` records of this kind are copied, the last with the id `after`. */
const Position = z.object({
  /** The source. */
  from: z.string(),
  kind: z.string(),
  after: z.string(),
  done: z.number(),
})
export type Position = z.infer<typeof Position>

const positionName = 'migration'

/** null: no migration is in progress. */
export async function readPosition({ keyValue }: Pick<Store, 'keyValue'>): Promise<Position | null> {
  const text = await keyValue.get(positionName)
  return text === null ? null : Position.parse(JSON.parse(text))
}

export const writePosition = ({ keyValue }: Pick<Store, 'keyValue'>, position: Position) =>
  keyValue.put(positionName, JSON.stringify(position))

export const deletePosition = ({ keyValue }: Pick<Store, 'keyValue'>) => keyValue.remove(positionName)

/** Every table to copy, without the position of the migration itself. */
export function tablesOf({ bulkTransfer, keyValue }: Pick<Store, 'bulkTransfer' | 'keyValue'>) {
  const withoutPosition = (table: BulkTable<unknown>): BulkTable<unknown> => ({
    ...table,
    async count() {
      return (await table.count()) - ((await keyValue.get(positionName)) === null ? 0 : 1)
    },
    async *read(after) {
      for await (const batch of table.read(after))
        yield { ...batch, records: batch.records.filter((record) => !isPosition(record)) }
    },
  })
  return new Map(
    [...bulkTransfer.kinds].map(([kind, table]) => [
      kind,
      kind === keyValueRecords.name ? withoutPosition(table) : table,
    ]),
  )
}

const isPosition = (record: unknown) =>
  typeof record === 'object' && record !== null && 'name' in record && record.name === positionName
