import mongoose from 'mongoose'
import { isoTime } from '../../lib/clock.ts'
import type { OrderScope, OrderStore } from '../store.ts'
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
export const changedFilter = (scope: OrderScope, since: number) => ({
  ...(scope.kind === 'customer' && { 'customer.id': scope.id }),
  changedAt: trusted({ $gte: new Date(since) }),
})

export const oldestChangeFirst = { changedAt: 1, _id: 1 } as const

type Sync = Pick<OrderStore, 'syncCursor' | 'changedSince' | 'unpublished' | 'markPublished'>

export function createOrderSync({ use, now }: Database): Sync {
  return {
    syncCursor: async () => cursorOf((await now()) - syncOverlap),

    async changedSince(cursor, scope) {
      const since = timeOfCursor(cursor, await now())
      if (typeof since === 'string') return since
      const documents = await use(({ orders }) =>
        orders.find(changedFilter(scope, since)).sort(oldestChangeFirst).batchSize(chunk).lean(),
      )
      // An order that changes meanwhile moves to the end and is read there again; the newest version wins.
      const newest = new Map(documents.map((document) => [document._id, document]))
      return { since: isoTime(since), orders: [...newest.values()].map(orderOfDocument) }
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
