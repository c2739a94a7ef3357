import type { OrderRecord } from '../store.ts'
import { offerSearchTokens, searchTokens } from '../search-tokens.ts'
import type { Database } from './database.ts'

/** What an order row gives back: the document this adapter wrote, so its shape is trusted. */
export interface OrderRow {
  doc: string
}

export const presentOrder = (row: OrderRow): OrderRecord => JSON.parse(row.doc)

/** When an order was last written, by the store's clock: never less than what is already there, should the clock go back. */
export const stamp = 'max(:now, (SELECT coalesce(max(changed_at), 0) FROM orders))'

/** Every word has a space before it: ` A7K` is found where a word begins with `A7K`. */
const spaced = (words: string[]) => words.map((word) => ` ${word}`).join('')

/** What is kept of an order, beside what it says itself. */
interface Beside {
  now: number
  expectedVersion?: number | null
  key?: string | null
  bodyHash?: string | null
  unpublished?: number | null
  published?: number | null
}

/**
 * The values of every statement that writes an order. Written out in one piece: what V8 makes of `{ ...these, ...those }`
 * are fourteen hidden classes, anew for each order.
 */
export const orderValues = (
  order: OrderRecord,
  { now, expectedVersion = null, key = null, bodyHash = null, unpublished = null, published = null }: Beside,
) => ({
  id: order.id,
  number: order.number,
  status: order.status,
  version: order.version,
  customerId: order.customer.id,
  vendorId: order.vendor?.id ?? null,
  createdAt: order.createdAt,
  words: spaced(searchTokens(order)),
  offerWords: spaced(offerSearchTokens(order)),
  doc: JSON.stringify(order),
  now,
  expectedVersion,
  key,
  bodyHash,
  unpublished,
  published,
})

/** Those who have declined the order in this row, and nobody else. */
export function writeDeclines(database: Database, seq: number, vendorIds: string[]) {
  database.run('DELETE FROM declines WHERE order_seq = :seq', { seq })
  if (vendorIds.length)
    database.run('INSERT OR IGNORE INTO declines SELECT :seq, value FROM json_each(:vendorIds)', {
      seq,
      vendorIds: JSON.stringify(vendorIds),
    })
}
