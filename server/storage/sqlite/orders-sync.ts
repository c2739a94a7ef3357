import { isoTime, type Clock } from '../../lib/clock.ts'
import type { ChangePosition, OrderRecord, OrderScope, OrderStore } from '../store.ts'
import { cursorOf, timeOfCursor } from '../sync-cursor.ts'
import { unpublishedSql } from './changed-orders.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'
import { orderOfRow, type OrderRow } from './order-row.ts'

/** Longer than any write may take between its stamp and its commit (another process may be writing too), in ms. */
const syncOverlap = 2000

/** How many orders are read before the event loop runs other work. */
const chunk = 500

type Sync = Pick<OrderStore, 'syncCursor' | 'changedSince' | 'unpublished' | 'markPublished'>

interface ChangedRow extends OrderRow {
  changed_at: number
  seq: number
}

/** A vendor's scope selects every order: while an order is pending, all vendors are offered it. */
export const changedSql = (scope: OrderScope) => `
  SELECT doc, changed_at, seq FROM orders
  ${scope.kind === 'customer' ? 'INDEXED BY orders_by_customer_change WHERE customer_id = :scope AND' : 'INDEXED BY orders_by_change WHERE'}
  (changed_at, seq) > (:changedAt, :seq) ORDER BY changed_at, seq LIMIT :chunk`

export function createOrderSync(database: Database, write: Write, clock: Clock): Sync {
  /** The clock that stamps the orders; it never decreases. */
  function storeNow(): number {
    const row = database.get<{ last: number }>('SELECT coalesce(max(changed_at), 0) AS last FROM orders')
    return Math.max(clock.now(), row?.last ?? 0)
  }

  return {
    async syncCursor() {
      return cursorOf(storeNow() - syncOverlap)
    },

    async changedSince(cursor, scope, { limit, after } = { limit: Infinity }) {
      const since = timeOfCursor(cursor, storeNow())
      if (typeof since === 'string') return since

      let position: ChangePosition = after ?? { changedAt: since, key: '0' }
      let left = limit
      const orders = new Map<string, OrderRecord>()
      // An order that changes meanwhile moves to the end and is read there, at the latest; the newest version wins.
      for (;;) {
        const wanted = Math.min(chunk, left)
        const rows = database.all<ChangedRow>(changedSql(scope), {
          scope: scope.kind === 'all' ? null : scope.id,
          changedAt: position.changedAt,
          seq: Number(position.key),
          chunk: wanted,
        })
        for (const order of rows.map(orderOfRow)) orders.set(order.id, order)
        const last = rows.at(-1)
        if (last) position = { changedAt: last.changed_at, key: String(last.seq) }
        const complete = rows.length < wanted
        left -= rows.length
        if (complete || left <= 0)
          return { since: isoTime(since), orders: [...orders.values()], next: complete ? null : position }
        await new Promise(setImmediate)
      }
    },

    async unpublished(limit) {
      const rows = database.all<OrderRow>(unpublishedSql, { limit })
      return rows.map(orderOfRow)
    },

    // A lost mark only makes the publisher send the order again.
    markPublished: (sent) =>
      write(() => {
        for (const { id, version } of sent)
          database.run(
            `UPDATE changed_orders SET published = NULL
             WHERE seq = (SELECT seq FROM orders WHERE id = :id AND version = :version)`,
            { id, version },
          )
      }),
  }
}
