import type { RecordDefinition } from './records.ts'
import type { BulkTable, BulkTransfer } from './store.ts'

type CoreTables = Pick<BulkTransfer, 'users' | 'sessions' | 'orders'>

/** Puts the tables of the definitions among the hand-written ones. */
export const createBulkTransfer = (
  { users, sessions, orders }: CoreTables,
  records: readonly RecordDefinition[],
  tableOf: (definition: RecordDefinition) => BulkTable<unknown>,
): BulkTransfer => ({
  users,
  sessions,
  orders,
  kinds: new Map<string, BulkTable<unknown>>([
    ['users', users],
    ...records.map((definition) => [definition.name, tableOf(definition)] as const),
    ['sessions', sessions],
    ['orders', orders],
  ]),
})
