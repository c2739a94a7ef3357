import * as z from 'zod/mini'
import { email } from './email.ts'
import { address, id, name, opaque, phone, text, timestamp } from './fields.ts'
import { orderStatuses } from './order-status.ts'
import { bothCoordinates, latitude, longitude } from './position.ts'
import { Pin } from './proof.ts'

// What requests and devices send about orders: apart from orders.ts, so that a page that only reads does not load it.

const status = z.enum(orderStatuses)
const version = z.int().check(z.minimum(1))

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
  contact: z
    .strictObject({
      phone,
      address,
      area: z.optional(area),
      lat: z.optional(latitude),
      lng: z.optional(longitude),
    })
    .check(bothCoordinates()),
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
 * What is corrected of an order; what is absent stays. `area`, the position and `scheduledFor` are removed by null; a new
 * address without a position removes the old one as well. Items that the order
 * has already keep their price. `expectedTotal` as in PlaceOrder. `version`: the version that the sender has seen.
 */
export const CorrectOrder = z.strictObject({
  contact: z.optional(
    z
      .strictObject({
        phone: z.optional(phone),
        address: z.optional(address),
        area: z.optional(z.nullable(area)),
        lat: z.optional(z.nullable(latitude)),
        lng: z.optional(z.nullable(longitude)),
      })
      .check(bothCoordinates()),
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
 * change that could not be sent at once; the server limits it to the time between the order's last change and now. `pin`: the
 * customer's, where the order needs it to be completed.
 */
export const ChangeStatus = z.strictObject({
  status,
  reason: z.optional(text(1, 500)),
  note: z.optional(text(0, 2000)),
  version: z.optional(version),
  commandId: z.optional(opaque(100)),
  occurredAt: z.optional(timestamp),
  pin: z.optional(Pin),
})
export type ChangeStatus = z.infer<typeof ChangeStatus>

/** An order is placed once more, after it has failed or was completed. null or absent: as soon as possible. */
export const PlaceFollowUp = z.strictObject({ scheduledFor: z.optional(z.nullable(timestamp)) })
export type PlaceFollowUp = z.infer<typeof PlaceFollowUp>

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
