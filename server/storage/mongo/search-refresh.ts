import mongoose from 'mongoose'
import type { OrderStore } from '../store.ts'
import type { Use } from './database.ts'
import { orderOfDocument, searchFields } from './order-document.ts'

const { trusted } = mongoose

/** On the condition of its version: an order that has changed got its tokens with the change. */
export const createSearchRefresh = (use: Use): Pick<OrderStore, 'refreshSearchTokens'> => ({
  async refreshSearchTokens(after, limit) {
    const documents = await use(({ orders }) =>
      orders
        .find({ _id: trusted({ $gt: after }) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean(),
    )
    const updates = documents.flatMap((document) => {
      const { _id, version, words, offerWords } = document
      const $set = searchFields(orderOfDocument(document))
      return JSON.stringify($set) === JSON.stringify({ words, offerWords })
        ? []
        : [{ updateOne: { filter: { _id, version }, update: { $set } } }]
    })
    if (updates.length > 0) await use(({ orders }) => orders.bulkWrite(updates, { ordered: false }))
    return documents.at(-1)?._id ?? null
  },
})
