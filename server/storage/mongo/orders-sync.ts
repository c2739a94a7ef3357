import mongoose from 'mongoose'
import { isoTime } from '../../lib/clock.ts'
import type { ChangePosition, OrderScope, OrderStore } from '../store.ts'
import { cursorOf, timeOfCursor } from '../sync-cursor.ts'
import type { Database } from './database.ts'
import { orderOfDocument } from './order-document.ts'

const { trusted } = mongoose

/**
 * Longer, in ms, than a write takes from its timestamp until it can be read, and than the clocks of a replica set's
 * members differ, as any of them can become the primary. If the server's clock is set back by more than that, a page
 * misses changes until the clock has caught up or the page reads its lists again.
 */
const syncOverlap = 10_000

/** How many orders are decoded before the event loop runs other work. */
const chunk = 500

/** A vendor's scope selects every order: while an order is pending, all vendors are offered it. */
export const changedFilter = (scope: OrderScope, since: number, after?: ChangePosition) => ({
  ...(scope.kind === 'customer' && { 'customer.id': scope.id }),
  changedAt: trusted({ $gte: new Date(after?.changedAt ?? since) }),
  ...(after && {
    $or: [
      { changedAt: trusted({ $gt: new Date(after.changedAt) }) },
      { changedAt: new Date(after.changedAt), _id: trusted({ $gt: after.key }) },
    ],
  }),
})

export const oldestChangeFirst = { changedAt: 1, _id: 1 } as const

type Sync = Pick<OrderStore, 'syncCursor' | 'changedSince' | 'unpublished' | 'markPublished'>

export function createOrderSync({ use, now }: Database): Sync {
  return {
    syncCursor: async () => cursorOf((await now()) - syncOverlap),

    async changedSince(cursor, scope, { limit, after } = { limit: Infinity }) {
      const since = timeOfCursor(cursor, await now())
      if (typeof since === 'string') return since
      const documents = await use(({ orders }) =>
        orders
          .find(changedFilter(scope, since, after))
          .sort(oldestChangeFirst)
          // 0: no limit.
          .limit(limit === Infinity ? 0 : limit)
          .batchSize(chunk)
          .lean(),
      )
      // An order that changes meanwhile moves to the end and is read there again; the newest version wins.
      const newest = new Map(documents.map((document) => [document._id, document]))
      const last = documents.length < limit ? undefined : documents.at(-1)
      return {
        since: isoTime(since),
        orders: [...newest.values()].map(orderOfDocument),
        next: last ? { changedAt: last.changedAt.getTime(), key: last._id } : null,
      }
    },

    async unpublished(limit) {
      const documents = await use(({ orders }) =>
        orders.find({ unpublished: true }).sort(oldestChangeFirst).limit(limit).lean(),
      )
      return documents.map(orderOfDocument)
    },

    async markPublished(sent) {
      const updates = sent.map(({ id, version }) => ({
        updateOne: { filter: { _id: id, version }, update: { $set: { unpublished: false, published: version } } },
      }))
      await use(({ orders }) => orders.bulkWrite(updates, { ordered: false }))
    },
  }
}
