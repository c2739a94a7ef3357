import * as z from 'zod/mini'
import { id, timestamp } from './fields.ts'
import { ChangeStatus } from './orders.ts'

/** What an admin sees on `orders/{orderId}/status`: a command that was applied, and the version it led to. */
export const OrderCommandEvent = z.object({
  ...ChangeStatus.shape,
  orderId: id,
  vendorId: id,
  version: z.int(),
  at: timestamp,
})
export type OrderCommandEvent = z.infer<typeof OrderCommandEvent>

/** What a vendor publishes to `vendor/location`: WGS 84 degrees, and the radius of uncertainty in metres. */
export const LocationReport = z.strictObject({
  lat: z.number().check(z.minimum(-90), z.maximum(90)),
  lng: z.number().check(z.minimum(-180), z.maximum(180)),
  accuracy: z.optional(z.number().check(z.minimum(0), z.maximum(1_000_000))),
})
export type LocationReport = z.infer<typeof LocationReport>

const accuracy = z.nullable(z.number())

/** What the server publishes to `vendor/location`. */
export const LocationEvent = z.object({ vendorId: id, lat: z.number(), lng: z.number(), accuracy, at: timestamp })
export type LocationEvent = z.infer<typeof LocationEvent>

/** What the server publishes to `customers/{customerId}/tracking` while their vendor is on the way. */
export const TrackingEvent = z.object({ orderId: id, lat: z.number(), lng: z.number(), accuracy, at: timestamp })
export type TrackingEvent = z.infer<typeof TrackingEvent>

/** What the server answers on `users/{userId}/replies` to a command, or to a payload it could not read. */
export const Reply = z.object({
  ok: z.boolean(),
  /** The error code when `ok` is false (errors.ts). */
  code: z.optional(z.string()),
  detail: z.optional(z.string()),
  orderId: z.optional(id),
  /** The version the command led to; when it failed, the version the order is at, if the sender may know it. */
  version: z.optional(z.int()),
  commandId: z.optional(z.string()),
  topic: z.string(),
})
export type Reply = z.infer<typeof Reply>
