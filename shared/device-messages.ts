import * as z from 'zod/mini'
import { id, timestamp } from './fields.ts'
import { ChangeStatus } from './order-input.ts'
import { latitude, longitude } from './position.ts'

const { pin: _pin, ...change } = ChangeStatus.shape

/** What the server publishes to `orders/{orderId}/status`: an applied command and the resulting version. */
export const OrderCommandEvent = z.object({
  ...change,
  orderId: id,
  vendorId: id,
  version: z.int(),
  at: timestamp,
})
export type OrderCommandEvent = z.infer<typeof OrderCommandEvent>

/**
 * What a vendor publishes to `vendor/location`: WGS 84 degrees, and the radius of uncertainty in metres. OwnTracks names
 * the kind of its payload in `_type`; the places of its waypoints are no positions.
 */
export const LocationReport = z.strictObject({
  _type: z.optional(z.literal('location')),
  lat: latitude,
  lng: longitude,
  accuracy: z.optional(z.number().check(z.minimum(0), z.maximum(1_000_000))),
})
export type LocationReport = z.infer<typeof LocationReport>

const accuracy = z.nullable(z.number())

/** What the server publishes to `vendor/location`. */
export const LocationEvent = z.object({ vendorId: id, lat: z.number(), lng: z.number(), accuracy, at: timestamp })
export type LocationEvent = z.infer<typeof LocationEvent>

/**
 * What OwnTracks publishes, of which `location` is read: `tst` is the time of the position in seconds since 1970, `vel` the speed
 * in km/h. Its other kinds of messages may have any fields.
 */
export const OwnTracksMessage = z.object({
  _type: z.optional(z.string()),
  lat: z.optional(z.number()),
  lng: z.optional(z.number()),
  accuracy: z.optional(z.number()),
  tst: z.optional(z.number()),
  vel: z.optional(z.number()),
})
export type OwnTracksMessage = z.infer<typeof OwnTracksMessage>

/** Between which times the vendor is likely to arrive. */
export const Arrival = z.object({ from: timestamp, to: timestamp })
export type Arrival = z.infer<typeof Arrival>

/** What the server publishes to `customers/{customerId}/tracking` while their vendor is on the way. */
export const TrackingEvent = z.object({
  orderId: id,
  lat: z.number(),
  lng: z.number(),
  accuracy,
  at: timestamp,
  eta: z.optional(Arrival),
})
export type TrackingEvent = z.infer<typeof TrackingEvent>

/** What the server publishes to `users/{userId}/replies`: the outcome of a command, or why a payload was not read. */
export const Reply = z.object({
  ok: z.boolean(),
  /** The error code when `ok` is false (errors.ts). */
  code: z.optional(z.string()),
  detail: z.optional(z.string()),
  orderId: z.optional(id),
  /** The resulting version; after a refusal the current version, if the sender may see the order. */
  version: z.optional(z.int()),
  commandId: z.optional(z.string()),
  topic: z.string(),
})
export type Reply = z.infer<typeof Reply>
