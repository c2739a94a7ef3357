import * as z from 'zod/mini'
import { roles } from './actors.ts'
import { currency, id, timestamp } from './fields.ts'
import { OrderFile } from './files.ts'
import { OfferRound } from './offers.ts'
import { orderStatuses } from './order-status.ts'
import { Payment, Rating } from './order-outcome.ts'
import { Position } from './position.ts'
import { Proof } from './proof.ts'
import { ItemOption } from './service-options.ts'

const status = z.enum(orderStatuses)
const version = z.int().check(z.minimum(1))

/** `unitPrice` includes the options, which are absent when there are none. */
export const OrderItem = z.object({
  serviceId: id,
  name: z.string(),
  quantity: z.int(),
  unitPrice: z.int(),
  options: z.optional(z.array(ItemOption)),
})
export type OrderItem = z.infer<typeof OrderItem>

/** `area`: the district or town, which vendors see before they accept. `lat` and `lng`: of the address, both or none. */
export const Contact = z.object({
  phone: z.string(),
  address: z.string(),
  area: z.optional(z.string()),
  lat: z.optional(z.number()),
  lng: z.optional(z.number()),
})
export type Contact = z.infer<typeof Contact>

/** What the "offer" view shows of a contact. */
export const OfferContact = z.object({ area: z.string() })
export type OfferContact = z.infer<typeof OfferContact>

/**
 * A name that changed in the order because its customer, its vendor or a service was renamed. `from` and `to` are null for
 * a customer in the "offer" view, and so is `id` in the "anonymous" view. `from` alone is null when the person's data were
 * erased (erasure.ts).
 */
export const Renamed = z.object({
  kind: z.enum(['customer', 'vendor', 'admin', 'service']),
  id: z.nullable(id),
  from: z.nullable(z.string()),
  to: z.nullable(z.string()),
})
export type Renamed = z.infer<typeof Renamed>

/** Another order that belongs to it. */
export const OrderLink = z.object({ id, number: z.string() })
export type OrderLink = z.infer<typeof OrderLink>

/** The details of an order that may change without a transition. */
export const detailFields = [
  'phone',
  'address',
  'area',
  'position',
  'scheduledFor',
  'notes',
  'items',
  'payment',
  'rating',
  'followUp',
  'files',
] as const
export type DetailField = (typeof detailFields)[number]

const DetailValue = z.nullable(
  z.union([z.string(), z.array(OrderItem), z.array(OrderFile), Position, Payment, Rating, OrderLink]),
)
export type DetailValue = z.infer<typeof DetailValue>

/**
 * A corrected detail. Both values are null in a view that does not show the detail; one of them, where there was or is none.
 * Of files, `from` has those that were removed, and `to` those that were added.
 */
export const CorrectedDetail = z.object({ field: z.enum(detailFields), from: DetailValue, to: DetailValue })
export type CorrectedDetail = z.infer<typeof CorrectedDetail>

/**
 * One entry of the audit trail: the status of the order after the change, when it happened, who made it, and why. `name`
 * is null for a customer in the "offer" and "anonymous" views, `id` in the latter. `recordedAt`: when the server received it, if that was later. `assigned`:
 * the vendor to whom an admin assigned the order. `renamed`: only this name has changed, so the status is the one before.
 * `changed`: only these details have. `offered`: it is offered to other vendors from then on.
 */
export const HistoryEntry = z.object({
  status,
  at: timestamp,
  recordedAt: z.optional(timestamp),
  by: z.object({ id: z.nullable(id), name: z.nullable(z.string()), role: z.enum(roles) }),
  assigned: z.optional(z.object({ id, name: z.string() })),
  renamed: z.optional(Renamed),
  changed: z.optional(z.array(CorrectedDetail)),
  offered: z.optional(OfferRound),
  note: z.nullable(z.string()),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>

/**
 * An order on the wire, over REST and MQTT alike, in the "full" or the "offer" view; in the latter the customer's name is
 * null and `contact` has the area only, or is null without one. In the "anonymous" view the customer and the contact are
 * null, and notes are empty. `history` has one entry for each version, so its last
 * status is the order's.
 */
export const Order = z.object({
  id,
  number: z.string(),
  status,
  version,
  customer: z.object({ id: z.nullable(id), name: z.nullable(z.string()) }),
  vendor: z.nullable(z.object({ id, name: z.string() })),
  contact: z.nullable(z.union([Contact, OfferContact])),
  /** Only in the "offer" view: where it is, to about a kilometre, if the order has a position. */
  near: z.optional(Position),
  items: z.array(OrderItem),
  totalAmount: z.int(),
  currency,
  notes: z.string(),
  scheduledFor: z.nullable(timestamp),
  /** While it is offered in rounds. */
  offer: z.optional(OfferRound),
  /** What its services asked for, when it was placed, before it is completed. */
  proof: z.optional(Proof),
  files: z.optional(z.array(OrderFile)),
  history: z.array(HistoryEntry),
  payment: z.optional(Payment),
  rating: z.optional(Rating),
  /** The order that was made because this one ended, and the one for which this one was made. */
  followUp: z.optional(OrderLink),
  followUpOf: z.optional(OrderLink),
  createdAt: timestamp,
  updatedAt: timestamp,
  /** REST only: the statuses that the caller may set next. */
  nextStatuses: z.optional(z.array(status)),
})
export type Order = z.infer<typeof Order>

/** The whole contact; null in the "offer" view. */
export const fullContact = ({ contact }: Pick<Order, 'contact'>): Contact | null =>
  contact && 'phone' in contact ? contact : null

/** The order in the view of a vendor who may no longer see it. */
export const GoneOrder = z.object({ id, version, status, gone: z.literal(true) })
export type GoneOrder = z.infer<typeof GoneOrder>

/** The payload of order topics, and an entry of `GET /orders?since=`. The frequent one is first, as zod tries them in turn. */
export const OrderEvent = z.union([Order, GoneOrder])
export type OrderEvent = z.infer<typeof OrderEvent>

export const OrderList = z.object({
  orders: z.array(Order),
  nextCursor: z.nullable(z.string()),
  syncCursor: z.string(),
})
export type OrderList = z.infer<typeof OrderList>

/** `nextCursor`: of the next page of these changes, with the same `since`; only after the last one `syncCursor` is valid. */
export const OrderChanges = z.object({
  orders: z.array(OrderEvent),
  nextCursor: z.nullable(z.string()),
  syncCursor: z.string(),
})
export type OrderChanges = z.infer<typeof OrderChanges>
