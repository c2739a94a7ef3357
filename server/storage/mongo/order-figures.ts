import mongoose from 'mongoose'
import { orderStatuses } from '#shared/order-status.ts'
import { factsOf, type CountedOrder } from '../order-facts.ts'
import { addFacts, emptySums, figuresOf } from '../order-figures.ts'
import type { OrderStore } from '../store.ts'
import type { Use } from './database.ts'
import { indexes } from './order-schema.ts'

const { trusted } = mongoose

/** What factsOf reads. */
const fields = {
  createdAt: 1,
  status: 1,
  currency: 1,
  totalAmount: 1,
  'vendor.id': 1,
  'rating.stars': 1,
  'items.serviceId': 1,
  'items.quantity': 1,
  'items.unitPrice': 1,
  'history.status': 1,
  'history.at': 1,
} as const

/**
 * Counters would need a transaction with the order's write, so every order of the range is read, without the fields that
 * are not counted, and counted here: right whatever wrote the order, for a time that grows with the range.
 */
export const createOrderFigures = (use: Use): Pick<OrderStore, 'figures'> => ({
  async figures({ from, to }) {
    const sums = emptySums()
    await use(async ({ orders }) => {
      const created = { status: trusted({ $in: [...orderStatuses] }), createdAt: trusted({ $gte: from, $lt: to }) }
      const found = orders.find(created, fields).hint(indexes.byStatus).lean<CountedOrder>().cursor({ batchSize: 1000 })
      for await (const order of found) addFacts(sums, factsOf(order), 1)
    })
    return figuresOf(sums)
  },
})
