import * as z from 'zod/mini'
import { id, timestamp } from './fields.ts'

/** What the settings may allow the holder of a tracking link, besides reading the order. */
export const linkRights = ['change', 'cancel', 'message', 'rate'] as const
export type LinkRight = (typeof linkRights)[number]

/** What holders of links may do: the body of `GET` and of `PUT /tracking/settings`. */
export const TrackingSettings = z.strictObject({
  change: z.boolean(),
  cancel: z.boolean(),
  message: z.boolean(),
  rate: z.boolean(),
})
export type TrackingSettings = z.infer<typeof TrackingSettings>

/** The body of `POST /orders/:id/tracking`. Without `expiresAt` the link is valid for a week after the appointment, or after now. */
export const CreateTrackingLink = z.strictObject({ expiresAt: z.optional(timestamp) })
export type CreateTrackingLink = z.infer<typeof CreateTrackingLink>

/** The token is the Bearer token and the MQTT password for this order alone. */
export const TrackingLink = z.object({ url: z.string(), token: z.string(), expiresAt: timestamp })
export type TrackingLink = z.infer<typeof TrackingLink>

/** The body of `GET /tracking`: whose order the link shows, and what its holder may do. */
export const TrackedOrder = z.object({
  orderId: id,
  customer: z.object({ id, name: z.string() }),
  expiresAt: timestamp,
  may: TrackingSettings,
})
export type TrackedOrder = z.infer<typeof TrackedOrder>
