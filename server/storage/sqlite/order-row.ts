import type { OrderRecord } from '../store.ts'
import { offerWords, searchWords } from '../words.ts'
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

/** The columns that change with an order. */
export const changingColumns = (order: OrderRecord) => ({
  id: order.id,
  status: order.status,
  version: order.version,
  vendorId: order.vendor?.id ?? null,
  words: spaced(searchWords(order)),
  offerWords: spaced(offerWords(order)),
  doc: JSON.stringify(order),
})

/** Those that never do. */
export const lastingColumns = (order: OrderRecord) => ({
  number: order.number,
  customerId: order.customer.id,
  createdAt: order.createdAt,
})

/** Those who have declined the order in this row, and nobody else. */
export function keepDeclines(database: Database, seq: number, vendorIds: string[]) {
  database.run('DELETE FROM declines WHERE order_seq = :seq', { seq })
  if (vendorIds.length)
    database.run('INSERT OR IGNORE INTO declines SELECT :seq, value FROM json_each(:vendorIds)', {
      seq,
      vendorIds: JSON.stringify(vendorIds),
    })
}
