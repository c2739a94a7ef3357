import mongoose from 'mongoose'
import { isoTime } from '../../lib/clock.ts'
import type { OrderScope, OrderStore } from '../store.ts'
import { cursorOf, momentOf } from '../sync-cursor.ts'
import type { Database } from './database.ts'
import { presentOrder } from './order-document.ts'

const { trusted } = mongoose

/**
 * Longer than any write may take between its stamp and the moment when it can be read, in ms, and than the clocks of a
 * replica set's members may be apart, one of which takes over. Should the server's clock be set back by more than that,
 * a page misses what is changed until the clock is where it was, or until it reads its lists afresh.
 */
const syncOverlap = 10_000

/** How many orders are decoded before the event loop gets its turn. */
const slice = 500

/** Every order matters to every vendor: while it was pending it was offered to them all. */
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
      const since = momentOf(cursor, await now())
      if (typeof since === 'string') return since
      const found = await use(({ orders }) =>
        orders.find(changedFilter(scope, since)).sort(oldestChangeFirst).batchSize(slice).lean(),
      )
      // One that is changed meanwhile moves to the end and is met there again: the last is the newest.
      const newest = new Map(found.map((document) => [document._id, document]))
      return { since: isoTime(since), orders: [...newest.values()].map(presentOrder) }
    },

    async unpublished(limit) {
      const found = await use(({ orders }) =>
        orders.find({ unpublished: true }).sort(oldestChangeFirst).limit(limit).lean(),
      )
      return found.map(presentOrder)
    },

    async markPublished(sent) {
      const marks = sent.map(({ id, version }) => ({
        updateOne: { filter: { _id: id, version }, update: { $set: { unpublished: false, published: version } } },
      }))
      await use(({ orders }) => orders.bulkWrite(marks, { ordered: false }))
    },
  }
}
