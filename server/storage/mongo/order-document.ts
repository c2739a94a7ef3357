import type { OrderRecord } from '../store.ts'
import type { OrderDocument } from './order-schema.ts'

/**
 * The order alone, without what only this adapter knows of it. What is nothing may be missing: FerretDB's
 * `$setOnInsert` passes over null and the empty list.
 */
export const presentOrder = (document: OrderDocument): OrderRecord => ({
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
  history: document.history,
  createdAt: document.createdAt,
  updatedAt: document.updatedAt,
  declinedBy: document.declinedBy ?? [],
})
