import * as z from 'zod/mini'
import { id, timestamp } from './fields.ts'
import { VendorRating } from './order-outcome.ts'

export const vendorStatuses = ['online', 'break', 'offline'] as const
export type VendorStatus = (typeof vendorStatuses)[number]

/** What a vendor publishes to `vendor/status`: this, or the bare status. The token identifies the vendor. */
export const VendorStatusReport = z.strictObject({ status: z.enum(vendorStatuses) })
export type VendorStatusReport = z.infer<typeof VendorStatusReport>

/** How offers reach a vendor who is not offline: on an open connection, or by push messages to a closed page. */
const reachable = z.optional(z.enum(['live', 'push']))
export type Reachable = z.infer<typeof reachable>

/** What the server publishes to `vendor/status` and, retained, to `vendor/status/{vendorId}`. `at`: since when. */
export const VendorStatusEvent = z.object({
  vendorId: id,
  name: z.string(),
  status: z.enum(vendorStatuses),
  reachable,
  at: timestamp,
})
export type VendorStatusEvent = z.infer<typeof VendorStatusEvent>

/** A vendor as an admin sees it. `lastSeenAt` is null for one who was never connected. */
export const Vendor = z.object({
  id,
  name: z.string(),
  status: z.enum(vendorStatuses),
  reachable,
  since: timestamp,
  lastSeenAt: z.nullable(timestamp),
  activeOrders: z.int(),
  /** Absent without a rating. */
  rating: z.optional(VendorRating),
})
export type Vendor = z.infer<typeof Vendor>

export const VendorList = z.object({ vendors: z.array(Vendor) })
