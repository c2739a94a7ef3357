import type { OrderStore } from '../store.ts'
import type { ChangedOrders } from './changed-orders.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'
import { orderOfRow, tokenColumns, type OrderRow } from './order-row.ts'

interface TokenRow extends OrderRow {
  seq: number
  id: string
  words: string
  offer_words: string
  published: number | null
}

/** One transaction, so no order changes meanwhile. Most orders have the same tokens by the new definition: no write. */
export const createSearchRefresh = (
  database: Database,
  write: Write,
  { markChanged }: Pick<ChangedOrders, 'markChanged'>,
): Pick<OrderStore, 'refreshSearchTokens'> => ({
  refreshSearchTokens: (after, limit) =>
    write(() => {
      const rows = database.all<TokenRow>(
        `SELECT seq, id, words, offer_words, published, doc FROM orders LEFT JOIN changed_orders USING (seq)
         WHERE id > :after ORDER BY id LIMIT :limit`,
        { after, limit },
      )
      for (const row of rows) {
        const order = orderOfRow(row)
        const columns = tokenColumns(order)
        if (columns.words === row.words && columns.offerWords === row.offer_words) continue
        database.run('UPDATE orders SET words = :words, offer_words = :offerWords WHERE seq = :seq', {
          ...columns,
          seq: row.seq,
        })
        markChanged(row.seq, { order, words: row.words }, { order, words: columns.words }, row.published)
      }
      return rows.at(-1)?.id ?? null
    }),
})
