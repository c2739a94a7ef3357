import { DuplicateError, type OrderRecord, type OrderStore } from '../store.ts'
import type { Database } from './database.ts'
import { mapDuplicate } from './duplicates.ts'
import { orderOfDocument, searchFields } from './order-document.ts'
import { freeSlotOf, slotOf } from './order-schema.ts'
import { createOrderFigures } from './order-figures.ts'
import { createOrderLists } from './orders-list.ts'
import { createOrderSync } from './orders-sync.ts'
import { createSearchRefresh } from './search-refresh.ts'

/**
 * The server stamps every write itself, in the very write: this process may be stopped between reading a clock and
 * writing, and the nodes have a clock each.
 */
const $currentDate = { changedAt: true } as const

/** The fields that a new version may change: all but number and time of creation. */
function changing({ id, number, createdAt, ...rest }: OrderRecord) {
  return { ...rest, ...searchFields({ id, number, createdAt, ...rest }), unpublished: true }
}

/** What an order may lose: `$set` alone would leave it in the document. */
const losable = ['files', 'pin'] as const

/** Nothing for an order that has it all. */
function absent(order: OrderRecord) {
  const names = losable.filter((name) => order[name] === undefined)
  return names.length > 0 && { $unset: Object.fromEntries(names.map((name) => [name, ''])) }
}

export function createOrders(database: Database): OrderStore {
  const { use } = database
  return {
    /** An upsert, because an insert has no `$currentDate`. */
    create: (order, idempotency) =>
      use(async ({ orders }) => {
        const { id, number, customer, createdAt } = order
        const slot = idempotency ? slotOf(customer.id, idempotency.key) : freeSlotOf(id)
        const $setOnInsert = {
          ...changing(order),
          number,
          createdAt,
          slot,
          idempotencyKey: idempotency?.key ?? null,
          bodyHash: idempotency?.bodyHash ?? null,
          published: 0,
        }
        const { upsertedCount } = await mapDuplicate(
          orders.updateOne({ _id: id }, { $setOnInsert, $currentDate }, { upsert: true }),
          { idempotencyKey: () => orders.exists({ slot }), number: () => orders.exists({ number }) },
        )
        // The existing order got a new timestamp, so clients that follow the changes read it once more.
        if (upsertedCount === 0) throw new DuplicateError('id')
      }),

    async byIdempotencyKey(customerId, key) {
      const found = await use(({ orders }) => orders.findOne({ slot: slotOf(customerId, key) }).lean())
      return found && { order: orderOfDocument(found), bodyHash: found.bodyHash ?? '' }
    },

    async freeIdempotencyKey(orderId, key) {
      const free = { slot: freeSlotOf(orderId), idempotencyKey: null, bodyHash: null }
      const holder = { _id: orderId, ...(key !== undefined && { idempotencyKey: key }) }
      await use(({ orders }) => orders.updateOne(holder, { $set: free }))
    },

    async byId(id) {
      const found = await use(({ orders }) => orders.findById(id).lean())
      return found && orderOfDocument(found)
    },

    async replace(next, expectedVersion) {
      const $set = changing(next)
      const before = await use(({ orders }) =>
        orders
          .findOneAndUpdate(
            { _id: next.id, version: expectedVersion },
            { $set, ...absent(next), $currentDate },
            { returnDocument: 'before' },
          )
          .lean(),
      )
      return before && { published: before.published }
    },

    async remove(some) {
      const removed = await use(({ orders }) =>
        Promise.all(some.map(({ id, version }) => orders.deleteOne({ _id: id, version, unpublished: false }))),
      )
      return some.filter((_order, n) => removed[n]?.deletedCount === 1).map(({ id }) => id)
    },

    ...createOrderLists(use),
    ...createOrderFigures(use),
    ...createOrderSync(database),
    ...createSearchRefresh(use),
  }
}
