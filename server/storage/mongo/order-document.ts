import { adminSearchTokens, offerSearchTokens, searchTokens } from '#shared/search.ts'
import type { OrderRecord } from '../store.ts'
import type { OrderDocument } from './order-schema.ts'

/** The order without this adapter's fields. Null and empty lists may be missing: FerretDB's `$setOnInsert` ignores them. */
export const orderOfDocument = (document: OrderDocument): OrderRecord => ({
  id: document._id,
  number: document.number,
  status: document.status,
  version: document.version,
  customer: document.customer,
  vendor: document.vendor ?? null,
  contact: document.contact,
  items: document.items,
  totalAmount: document.totalAmount,
  currency: document.currency,
  notes: document.notes,
  scheduledFor: document.scheduledFor ?? null,
  ...(document.payment && { payment: document.payment }),
  ...(document.rating && { rating: document.rating }),
  ...(document.followUp && { followUp: document.followUp }),
  ...(document.followUpOf && { followUpOf: document.followUpOf }),
  ...(document.proof && { proof: document.proof }),
  ...(document.pin && { pin: document.pin }),
  ...(document.files?.length && { files: document.files }),
  history: document.history,
  createdAt: document.createdAt,
  updatedAt: document.updatedAt,
  declinedBy: document.declinedBy ?? [],
  ...(document.offer && { offer: document.offer }),
})

/** The fields that a search tests. */
export const searchFields = (order: OrderRecord): Pick<OrderDocument, 'words' | 'offerWords'> => ({
  words: [...searchTokens(order), ...adminSearchTokens(order)],
  offerWords: offerSearchTokens(order),
})
