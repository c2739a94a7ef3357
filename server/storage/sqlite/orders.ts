import { isDeepStrictEqual } from 'node:util'
import { searchedTexts } from '#shared/search.ts'
import type { Clock } from '../../lib/clock.ts'
import type { OrderRecord, OrderStore } from '../store.ts'
import type { ChangedOrders } from './changed-orders.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'
import { createOrderFigures } from './order-figures.ts'
import {
  writeDeclines,
  writeOffer,
  orderValues,
  orderOfRow,
  tokenColumns,
  changeTimestamp,
  type OrderRow,
  type TokenColumns,
} from './order-row.ts'
import { createOrderLists } from './orders-list.ts'
import { createOrderSync } from './orders-sync.ts'
import { createSearchRefresh } from './search-refresh.ts'

export function createOrders(
  database: Database,
  write: Write,
  clock: Clock,
  { markChanged }: Pick<ChangedOrders, 'markChanged'>,
): OrderStore {
  const one = (row: OrderRow | undefined) => (row ? orderOfRow(row) : null)

  return {
    create: (order, idempotency) =>
      write(() => {
        const values = orderValues(order, {
          now: clock.now(),
          key: idempotency?.key,
          bodyHash: idempotency?.bodyHash,
        })
        const row = database.get<{ seq: number }>(
          `INSERT INTO orders (id, number, status, version, customer_id, vendor_id, created_at, changed_at,
                               idempotency_key, body_hash, words, offer_words, doc)
           VALUES (:id, :number, :status, :version, :customerId, :vendorId, :createdAt, ${changeTimestamp},
                   :key, :bodyHash, :words, :offerWords, :doc)
           RETURNING seq`,
          values,
        )
        if (!row) return
        if (order.declinedBy.length > 0) writeDeclines(database, row.seq, order.declinedBy)
        if (order.offer?.to) writeOffer(database, row.seq, order)
        markChanged(row.seq, null, { order, words: values.words }, 0)
      }),

    async byIdempotencyKey(customerId, key) {
      const row = database.get<OrderRow & { body_hash: string }>(
        'SELECT doc, body_hash FROM orders WHERE customer_id = :customerId AND idempotency_key = :key',
        { customerId, key },
      )
      return row ? { order: orderOfRow(row), bodyHash: row.body_hash } : null
    },

    freeIdempotencyKey: (orderId, key) =>
      write(() => {
        database.run(
          `UPDATE orders SET idempotency_key = NULL, body_hash = NULL
           WHERE id = :orderId AND (:key IS NULL OR idempotency_key = :key)`,
          { orderId, key: key ?? null },
        )
      }),

    async byId(id) {
      return one(database.get<OrderRow>('SELECT doc FROM orders WHERE id = :id', { id }))
    },

    replace: (next, expectedVersion) =>
      write(() => {
        const found = database.get<IndexedRow>(
          `SELECT seq, words, offer_words AS offerWords, coalesce(published, version) AS published, doc
           FROM orders LEFT JOIN changed_orders USING (seq) WHERE id = :id`,
          { id: next.id },
        )
        if (!found) return null
        const { seq, published } = found
        const before = orderOfRow(found)
        const tokens = isDeepStrictEqual(searchedTexts(before), searchedTexts(next)) ? found : tokenColumns(next)
        const row = database.get(
          `UPDATE orders SET
             status = :status, version = :version, vendor_id = :vendorId,
             changed_at = ${changeTimestamp}, words = :words, offer_words = :offerWords, doc = :doc
           WHERE seq = :seq AND version = :expectedVersion
           RETURNING seq`,
          { ...orderValues(next, { now: clock.now(), expectedVersion, tokens }), seq },
        )
        if (!row) return null
        if (!isDeepStrictEqual(before.declinedBy, next.declinedBy)) writeDeclines(database, seq, next.declinedBy)
        if (!isDeepStrictEqual(before.offer?.to, next.offer?.to)) writeOffer(database, seq, next)
        markChanged(seq, { order: before, words: found.words }, { order: next, words: tokens.words }, published)
        return { published }
      }),

    remove: (orders) =>
      write(() =>
        orders.flatMap((order) => {
          const removed = removeOne(database, order)
          if (removed) markChanged(removed.seq, { order: orderOfRow(removed), words: removed.words }, null, null)
          return removed ? [order.id] : []
        }),
      ),

    ...createOrderLists(database),
    ...createOrderFigures(database),
    ...createOrderSync(database, write, clock),
    ...createSearchRefresh(database, write, { markChanged }),
  }
}

interface IndexedRow extends OrderRow, TokenColumns {
  seq: number
  published: number
}

/** Returns the row that was removed. */
function removeOne(database: Database, { id, version }: Pick<OrderRecord, 'id' | 'version'>) {
  const row = database.get<Pick<IndexedRow, 'seq' | 'words' | 'doc'>>(
    `DELETE FROM orders WHERE id = :id AND version = :version AND NOT EXISTS (
       SELECT 1 FROM changed_orders AS changed WHERE changed.seq = orders.seq AND published IS NOT NULL)
     RETURNING seq, words, doc`,
    { id, version },
  )
  if (row) database.run('DELETE FROM orders_text WHERE rowid = :seq', { seq: row.seq })
  return row
}
