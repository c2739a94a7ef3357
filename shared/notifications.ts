import * as z from 'zod/mini'
import { roles } from './actors.ts'
import { id, opaque, timestamp } from './fields.ts'
import { orderStatuses } from './order-status.ts'

/** What a notification is about: what happened, in the words of the public contract. */
export const notificationEvents = [
  'order.accepted',
  'order.assigned',
  'order.on_the_way',
  'order.in_progress',
  'order.completed',
  'order.failed',
  'order.cancelled',
  'order.rejected',
  'order.released',
  'order.changed',
  'order.late',
  'message.received',
] as const
export type NotificationEvent = (typeof notificationEvents)[number]

/**
 * What one user is told about an order: the payload of `users/{userId}/notifications`, and an entry of
 * `GET /notifications`. It is published again, with `read` true, when it has been read. `by`,
 * `vendor` (the name of the order's vendor from then on) and `note` (the reason or note of the change, or the beginning of the message): as in the recipient's
 * view of the order, null where that shows none.
 */
export const Notification = z.object({
  id,
  event: z.enum(notificationEvents),
  order: z.object({ id, number: z.string(), status: z.enum(orderStatuses) }),
  by: z.nullable(z.object({ name: z.nullable(z.string()), role: z.enum(roles) })),
  vendor: z.nullable(z.string()),
  note: z.nullable(z.string()),
  at: timestamp,
  read: z.boolean(),
})
export type Notification = z.infer<typeof Notification>

/** Newest first. `unread`: of all pages, counted up to 1,000. */
export const NotificationList = z.object({
  notifications: z.array(Notification),
  unread: z.int(),
  nextCursor: z.nullable(z.string()),
})
export type NotificationList = z.infer<typeof NotificationList>

export const NotificationQuery = z.strictObject({
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200))),
  cursor: z.optional(opaque(200)),
})
export type NotificationQuery = z.infer<typeof NotificationQuery>

/** Ids that are not the caller's are ignored. */
export const ReadNotifications = z.union([
  z.strictObject({ ids: z.array(id).check(z.minLength(1), z.maxLength(200)) }),
  z.strictObject({ all: z.literal(true) }),
])
export type ReadNotifications = z.infer<typeof ReadNotifications>
