import * as z from 'zod/mini'
import { id, opaque, timestamp } from './fields.ts'
import { notificationEvents } from './notifications.ts'
import { orderStatuses } from './order-status.ts'

/** The key with which a browser subscribes (RFC 8292), base64url. */
export const PushKey = z.object({ key: z.string() })
export type PushKey = z.infer<typeof PushKey>

const base64url = (length: number) =>
  z.string().check(z.length(length), z.regex(/^[A-Za-z0-9_-]+$/, 'Not in base64url without padding'))

/** As `PushSubscription.toJSON()` of a browser gives it; other members are ignored. */
export const CreatePushSubscription = z.object({
  endpoint: z.url({ protocol: /^https?$/, error: 'Not a URL (https://…)' }).check(z.maxLength(1_000)),
  /** A point of P-256, and 16 bytes (RFC 8291). */
  keys: z.object({ p256dh: base64url(87), auth: base64url(22) }),
})
export type CreatePushSubscription = z.infer<typeof CreatePushSubscription>

/** A browser that the server rings. `lastUsedAt`: the last message its push service took, to the hour. */
export const PushSubscription = z.object({ id, createdAt: timestamp, lastUsedAt: z.nullable(timestamp) })
export type PushSubscription = z.infer<typeof PushSubscription>

export const NewPushSubscription = z.object({ subscription: PushSubscription })
export const PushSubscriptionList = z.object({ subscriptions: z.array(PushSubscription) })

/** Which of the caller's subscriptions is to ring. */
export const TestPush = z.strictObject({ id })
export type TestPush = z.infer<typeof TestPush>

export const pushEvents = [...notificationEvents, 'order.offered', 'test'] as const
export type PushEvent = (typeof pushEvents)[number]

/**
 * The decrypted payload of a push message. It has nothing personal: push services and lock screens see it. `id`: the same in
 * a repetition. `order`: null in a test.
 */
export const PushMessage = z.object({
  id: opaque(100),
  event: z.enum(pushEvents),
  order: z.nullable(z.object({ id, number: z.string(), status: z.enum(orderStatuses) })),
})
export type PushMessage = z.infer<typeof PushMessage>
