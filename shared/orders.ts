import * as z from 'zod/mini'
import { roles } from './actors.ts'
import { email } from './email.ts'
import { OfferRound } from './offers.ts'
import { address, currency, id, name, opaque, phone, text, timestamp } from './fields.ts'
import { orderStatuses } from './order-status.ts'
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

/** `area`: the district or town, which vendors see before they accept. */
export const Contact = z.object({ phone: z.string(), address: z.string(), area: z.optional(z.string()) })
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

/** The details of an order that may be corrected. */
export const detailFields = ['phone', 'address', 'area', 'scheduledFor', 'notes', 'items'] as const
export type DetailField = (typeof detailFields)[number]

const DetailValue = z.nullable(z.union([z.string(), z.array(OrderItem)]))
export type DetailValue = z.infer<typeof DetailValue>

/** A corrected detail. Both values are null in a view that does not show the detail; one of them, where there was or is none. */
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
  items: z.array(OrderItem),
  totalAmount: z.int(),
  currency,
  notes: z.string(),
  scheduledFor: z.nullable(timestamp),
  /** While it is offered in rounds. */
  offer: z.optional(OfferRound),
  history: z.array(HistoryEntry),
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

const items = z
  .array(
    z.strictObject({
      serviceId: id,
      quantity: z.int().check(z.minimum(1), z.maximum(999)),
      /** The ids of the choices of the service's options. */
      options: z.optional(z.array(id).check(z.maxLength(20))),
    }),
  )
  .check(z.minLength(1, 'Choose at least one service'), z.maxLength(50))
const area = text(1, 100)
const notes = text(0, 2000)
const expectedTotal = z.int().check(z.minimum(0))

/** A customer without an account, who is known by the phone number. */
export const NewCustomer = z.strictObject({ name: name(100), phone, email: z.optional(email) })
export type NewCustomer = z.infer<typeof NewCustomer>

export const PlaceOrder = z.strictObject({
  items,
  contact: z.strictObject({ phone, address, area: z.optional(area) }),
  notes: z.optional(notes),
  /** For whom, when an admin or another system places it: a known customer, or one without an account. */
  customer: z.optional(z.union([z.strictObject({ id }), NewCustomer])),
  /** null or absent: as soon as possible. */
  scheduledFor: z.optional(z.nullable(timestamp)),
  /** The total that the customer was shown, in minor units: the order is refused when the catalogue's is another one. */
  expectedTotal: z.optional(expectedTotal),
})
export type PlaceOrder = z.infer<typeof PlaceOrder>

/**
 * What is corrected of an order; what is absent stays. `area` and `scheduledFor` are removed by null. Items that the order
 * has already keep their price. `expectedTotal` as in PlaceOrder. `version`: the version that the sender has seen.
 */
export const CorrectOrder = z.strictObject({
  contact: z.optional(
    z.strictObject({ phone: z.optional(phone), address: z.optional(address), area: z.optional(z.nullable(area)) }),
  ),
  scheduledFor: z.optional(z.nullable(timestamp)),
  notes: z.optional(notes),
  items: z.optional(items),
  expectedTotal: z.optional(expectedTotal),
  version: z.optional(version),
})
export type CorrectOrder = z.infer<typeof CorrectOrder>

/**
 * A status change, by PATCH or as a device's command on `orders/{orderId}/status` (there the bare status will do as
 * well). `version`: the version the sender has seen; the change is refused when more than a name has changed since.
 * `commandId`: the change is applied once, so sending it again after a lost response is safe. `occurredAt`: when it happened, for a
 * change that could not be sent at once; the server limits it to the time between the order's last change and now.
 */
export const ChangeStatus = z.strictObject({
  status,
  reason: z.optional(text(1, 500)),
  note: z.optional(text(0, 2000)),
  version: z.optional(version),
  commandId: z.optional(opaque(100)),
  occurredAt: z.optional(timestamp),
})
export type ChangeStatus = z.infer<typeof ChangeStatus>

/** `reason`: required while the order is in progress (order-status.ts). */
export const AssignOrder = z.strictObject({
  vendorId: id,
  reason: z.optional(text(1, 500)),
  version: z.optional(version),
})
export type AssignOrder = z.infer<typeof AssignOrder>

const oneOrMore = z.pipe(
  z.transform((value: unknown) => (value === undefined || Array.isArray(value) ? value : [value])),
  z.array(status).check(z.maxLength(orderStatuses.length)),
)
const day = z.union([timestamp, z.iso.date()])
/** A day as the end of a range includes that day: the range ends where the next one begins, in UTC. */
const endOfRange = z.pipe(
  day,
  z.transform((value: string) => {
    const time = new Date(value)
    if (!value.includes('T')) time.setUTCDate(time.getUTCDate() + 1)
    return time.toISOString()
  }),
)

/** The query of `GET /orders/export.csv`. `from` (inclusive) and `to` are times of creation, or days: `to` excludes a time and includes a day. */
export const ExportQuery = z.strictObject({
  status: z.optional(oneOrMore),
  vendorId: z.optional(id),
  customerId: z.optional(id),
  q: z.optional(text(0, 100)),
  from: z.optional(day),
  to: z.optional(endOfRange),
})
export type ExportQuery = z.infer<typeof ExportQuery>

/** The query of `GET /orders`. `limit`: 50 for a page of the list, 200 for one of the changes `since`, unless it is given. */
export const OrderQuery = z.extend(ExportQuery, {
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200))),
  cursor: z.optional(opaque(200)),
  since: z.optional(opaque(200)),
})
export type OrderQuery = z.infer<typeof OrderQuery>
