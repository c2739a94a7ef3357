import { Schema } from 'mongoose'
import type { OrderRecord } from '../store.ts'
import { schemaOf, type Stored } from './schemas.ts'

/** An order as a document: the record and this adapter's fields. */
export interface OrderDocument extends Stored<OrderRecord> {
  /** The search tokens; `offerWords`: those by which a vendor may find an offer. */
  words: string[]
  offerWords: string[]
  /**
   * Unique: the customer and the Idempotency-Key, or the order's id without a key. Servers differ in partial and sparse
   * indexes, so the index covers all orders.
   */
  slot: string
  idempotencyKey: string | null
  bodyHash: string | null
  /** The change timestamp, by the server's clock. */
  changedAt: Date
  unpublished: boolean
  published: number
}

/** No id contains a space, so the first one ends the customer's id. */
export const slotOf = (customerId: string, key: string) => `${customerId} ${key}`
export const freeSlotOf = (orderId: string) => ` ${orderId}`

/** A subdocument: without an `_id`, and strict. */
function part(definition: Record<string, unknown>) {
  return new Schema(definition, { _id: false, strict: 'throw', minimize: false })
}

const person = { id: String, name: String }
const link = { id: String, number: String }

/** Without a default, Mongoose would store an empty list. */
const offer = () => part({ to: { type: [String], default: undefined }, round: Number, until: String, last: Boolean })

/** Each begins with equality fields and ends with the sort key of the lists; see orders-list.ts. */
export const indexes = {
  byStatus: 'by_status',
  byCustomer: 'by_customer',
  byVendor: 'by_vendor',
} as const

export const orderSchema = schemaOf<OrderDocument>({
  _id: String,
  number: String,
  status: String,
  version: Number,
  customer: part(person),
  vendor: part(person),
  contact: part({ phone: String, address: String, area: String, lat: Number, lng: Number }),
  items: [
    part({
      serviceId: String,
      name: String,
      quantity: Number,
      unitPrice: Number,
      // Without a default, Mongoose would store an empty list.
      options: {
        type: [part({ group: String, choice: String, name: String, price: Number, durationMinutes: Number })],
        default: undefined,
      },
    }),
  ],
  totalAmount: Number,
  currency: String,
  notes: String,
  scheduledFor: String,
  payment: part({
    status: String,
    method: String,
    amount: Number,
    tip: Number,
    refunded: Number,
    at: String,
    reference: String,
  }),
  rating: part({ stars: Number, text: String, at: String }),
  followUp: part(link),
  followUpOf: part(link),
  proof: part({ note: Boolean, photos: Number, signature: Boolean, pin: Boolean }),
  pin: String,
  files: {
    type: [
      part({
        id: String,
        kind: String,
        name: String,
        type: { type: String },
        size: Number,
        width: Number,
        height: Number,
        by: part({ ...person, role: String }),
        at: String,
      }),
    ],
    default: undefined,
  },
  history: [
    part({
      status: String,
      at: String,
      recordedAt: String,
      by: part({ ...person, role: String }),
      assigned: part(person),
      renamed: part({ kind: String, id: String, from: String, to: String }),
      changed: {
        type: [part({ field: String, from: Schema.Types.Mixed, to: Schema.Types.Mixed })],
        default: undefined,
      },
      offered: part({ round: Number, until: String }),
      offer: offer(),
      note: String,
      vendor: part(person),
      commandId: String,
    }),
  ],
  createdAt: String,
  updatedAt: String,
  declinedBy: [String],
  offer: offer(),
  words: [String],
  offerWords: [String],
  slot: String,
  idempotencyKey: String,
  bodyHash: String,
  changedAt: Date,
  unpublished: Boolean,
  published: Number,
})
  .index({ number: 1 }, { unique: true })
  .index({ slot: 1 }, { unique: true })
  .index({ status: 1, createdAt: -1, _id: -1 }, { name: indexes.byStatus })
  .index({ 'customer.id': 1, status: 1, createdAt: -1, _id: -1 }, { name: indexes.byCustomer })
  .index({ 'vendor.id': 1, status: 1, createdAt: -1, _id: -1 }, { name: indexes.byVendor })
  .index({ words: 1 })
  .index({ changedAt: 1, _id: 1 })
  .index({ 'customer.id': 1, changedAt: 1, _id: 1 })
  .index({ unpublished: 1, changedAt: 1, _id: 1 })
