import type { Clock } from '../../lib/clock.ts'
import type { OrderRecord, OrderStore } from '../store.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'
import { createOrderFigures, type FigureNotes } from './order-figures.ts'
import { writeDeclines, writeOffer, orderValues, orderOfRow, changeTimestamp, type OrderRow } from './order-row.ts'
import { createOrderLists } from './orders-list.ts'
import { createOrderSync } from './orders-sync.ts'
import { createSearchRefresh } from './search-refresh.ts'

export function createOrders(
  database: Database,
  write: Write,
  clock: Clock,
  { note }: Pick<FigureNotes, 'note'>,
): OrderStore {
  const one = (row: OrderRow | undefined) => (row ? orderOfRow(row) : null)

  return {
    create: (order, idempotency) =>
      write(() => {
        const row = database.get<{ seq: number }>(
          `INSERT INTO orders (id, number, status, version, customer_id, vendor_id, created_at, changed_at, unpublished,
                               idempotency_key, body_hash, words, offer_words, doc)
           VALUES (:id, :number, :status, :version, :customerId, :vendorId, :createdAt, ${changeTimestamp}, 1,
                   :key, :bodyHash, :words, :offerWords, :doc)
           RETURNING seq`,
          orderValues(order, { now: clock.now(), key: idempotency?.key, bodyHash: idempotency?.bodyHash }),
        )
        if (row && order.declinedBy.length > 0) writeDeclines(database, row.seq, order.declinedBy)
        if (row) writeOffer(database, row.seq, order)
        note(null, order)
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
        const before = database.get<OrderRow>('SELECT doc FROM orders WHERE id = :id', { id: next.id })
        if (!before) return null
        const row = database.get<{ seq: number; published: number }>(
          `UPDATE orders SET
             status = :status, version = :version, vendor_id = :vendorId,
             changed_at = ${changeTimestamp}, unpublished = 1, words = :words, offer_words = :offerWords, doc = :doc
           WHERE id = :id AND version = :expectedVersion
           RETURNING seq, published`,
          orderValues(next, { now: clock.now(), expectedVersion }),
        )
        if (!row) return null
        writeDeclines(database, row.seq, next.declinedBy)
        writeOffer(database, row.seq, next)
        note(orderOfRow(before), next)
        return { published: row.published }
      }),

    remove: (orders) =>
      write(() =>
        orders.flatMap((order) => {
          const removed = removeOne(database, order)
          if (removed) note(removed, null)
          return removed ? [order.id] : []
        }),
      ),

    ...createOrderLists(database),
    ...createOrderFigures(database),
    ...createOrderSync(database, write, clock),
    ...createSearchRefresh(database, write),
  }
}

/** Returns the order that was removed. */
function removeOne(database: Database, { id, version }: Pick<OrderRecord, 'id' | 'version'>): OrderRecord | null {
  const row = database.get<OrderRow & { seq: number }>(
    'DELETE FROM orders WHERE id = :id AND version = :version AND unpublished = 0 RETURNING seq, doc',
    { id, version },
  )
  if (!row) return null
  for (const sql of ['DELETE FROM orders_text WHERE rowid = :seq', 'DELETE FROM orders_to_index WHERE seq = :seq'])
    database.run(sql, { seq: row.seq })
  return orderOfRow(row)
}

/**
 * Orders are indexed in batches: a segment of the text index per commit makes merges so frequent that one commit in fifty
 * takes ten times as long as an fsync. A search also reads the orders that wait (orders-list.ts).
 */
const indexWhenIdle = 500

/** So many are indexed amid writes, which wait about ten times as long as for the disk. */
const indexAlways = 2000

/** Brings the text index up to date if enough orders wait. `idle`: no write waits for it. */
export function indexTokens(database: Database, idle: boolean) {
  const waiting = database.get<{ count: number }>('SELECT count(*) AS count FROM orders_to_index')
  if (waiting && waiting.count >= (idle ? indexWhenIdle : indexAlways)) indexAllTokens(database)
}

/** Brings the text index up to date. */
export function indexAllTokens(database: Database) {
  database.run(
    'INSERT OR REPLACE INTO orders_text (rowid, words) SELECT seq, words FROM orders_to_index JOIN orders USING (seq)',
  )
  database.run('DELETE FROM orders_to_index')
}
