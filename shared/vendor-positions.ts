import * as z from 'zod/mini'
import { Arrival } from './device-messages.ts'
import { id, timestamp } from './fields.ts'
import { latitude, longitude } from './position.ts'

/** Where a vendor was at a time. `accuracy`: the radius of uncertainty in metres; null when it was not told. */
export const PlaceInTime = z.object({
  lat: z.number(),
  lng: z.number(),
  accuracy: z.nullable(z.number()),
  at: timestamp,
})
export type PlaceInTime = z.infer<typeof PlaceInTime>

export const VendorPosition = z.object({ vendorId: id, ...PlaceInTime.shape })
export type VendorPosition = z.infer<typeof VendorPosition>

/** The last known positions, at most a day old. */
export const VendorPositions = z.object({ positions: z.array(VendorPosition) })

export const PathQuery = z.strictObject({ since: z.optional(timestamp) })
export type PathQuery = z.infer<typeof PathQuery>

/** Where one vendor was, oldest first. */
export const VendorPath = z.object({ positions: z.array(PlaceInTime) })

/** While the vendor of the order is on the way; otherwise both are null. `position` is null before the first one. */
export const OrderPosition = z.object({ position: z.nullable(PlaceInTime), eta: z.nullable(Arrival) })
export type OrderPosition = z.infer<typeof OrderPosition>

/** What a page or a program of a vendor reports. */
export const ReportPosition = z.strictObject({
  lat: latitude,
  lng: longitude,
  accuracy: z.optional(z.number().check(z.minimum(0), z.maximum(1_000_000))),
})
