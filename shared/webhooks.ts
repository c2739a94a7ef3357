import * as z from 'zod/mini'
import { id, opaque, timestamp } from './fields.ts'

/** What a webhook may be called for, in the words of the public contract. */
export const webhookEvents = [
  'order.placed',
  /** An order is offered to the vendors: a new one, or one that was released. */
  'order.offered',
  'order.accepted',
  'order.assigned',
  'order.on_the_way',
  'order.in_progress',
  'order.completed',
  'order.failed',
  'order.cancelled',
  'order.rejected',
  'order.released',
  /** Any other change of an order: a vendor has declined it, its details were corrected, it was reopened, or a name in it has changed. */
  'order.changed',
  /** An order has missed a deadline of its services. */
  'order.late',
  /** A message, or an internal note, was written on an order. */
  'message.received',
  'vendor.online',
  'vendor.offline',
] as const
export type WebhookEvent = (typeof webhookEvents)[number]

const longestUrl = 2_000

const url = z
  .url({ protocol: /^https?$/, normalize: true, abort: true, error: 'A URL such as https://example.com/callout' })
  .check(
    z.maxLength(longestUrl),
    z.refine<string>((value) => new URL(value).username === '' && new URL(value).password === '', {
      error: 'The URL may not contain a password: the signature proves who sends',
    }),
  )
const events = z.array(z.enum(webhookEvents)).check(z.minLength(1), z.maxLength(100))

/** `active`: true without it. */
export const CreateWebhook = z.strictObject({ url, events, active: z.optional(z.boolean()) })
export type CreateWebhook = z.infer<typeof CreateWebhook>

export const ChangeWebhook = z.partial(z.strictObject({ url, events, active: z.boolean() }))
export type ChangeWebhook = z.infer<typeof ChangeWebhook>

/**
 * A receiver outside this system. `failingSince`: of the first failed attempt since one succeeded. `gone`: the receiver has
 * answered 410, which has turned the webhook off. `oldSecretUntil`: until then requests are signed with the former secret too.
 */
export const Webhook = z.object({
  id,
  url: z.string(),
  events: z.array(z.enum(webhookEvents)),
  active: z.boolean(),
  createdAt: timestamp,
  failingSince: z.nullable(timestamp),
  gone: z.boolean(),
  oldSecretUntil: z.nullable(timestamp),
})
export type Webhook = z.infer<typeof Webhook>

export const WebhookList = z.object({ webhooks: z.array(Webhook) })
export type WebhookList = z.infer<typeof WebhookList>

/** The answer to a new webhook, and to a new secret. No other answer contains the secret. */
export const WebhookWithSecret = z.object({ webhook: Webhook, secret: z.string() })
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>

/** `status`: the receiver answered another one than 2xx. `connection`: it closed, refused or broke the connection. */
export const attemptErrors = [
  'status',
  'redirect',
  'timeout',
  'private_address',
  'certificate',
  'unknown_host',
  'connection',
] as const

/** One request. `error`: null when it was delivered. `detail`: Node's message. `response`: the beginning of the answer's body. */
export const WebhookAttempt = z.object({
  at: timestamp,
  status: z.nullable(z.int()),
  error: z.nullable(z.enum(attemptErrors)),
  detail: z.nullable(z.string()),
  durationMs: z.int(),
  response: z.nullable(z.string()),
})
export type WebhookAttempt = z.infer<typeof WebhookAttempt>

/** `id`: the header webhook-id. `payload`: the body as it is sent. `nextAttemptAt`: null unless it is waiting. */
export const WebhookDelivery = z.object({
  id,
  event: z.enum([...webhookEvents, 'test']),
  createdAt: timestamp,
  state: z.enum(['waiting', 'delivered', 'failed']),
  nextAttemptAt: z.nullable(timestamp),
  /** Oldest first, the last 20. */
  attempts: z.array(WebhookAttempt),
  payload: z.string(),
})
export type WebhookDelivery = z.infer<typeof WebhookDelivery>

/** Newest first. */
export const WebhookDeliveryList = z.object({
  deliveries: z.array(WebhookDelivery),
  nextCursor: z.nullable(z.string()),
})
export type WebhookDeliveryList = z.infer<typeof WebhookDeliveryList>

export const WebhookDeliveryQuery = z.strictObject({
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100))),
  cursor: z.optional(opaque(200)),
})
export type WebhookDeliveryQuery = z.infer<typeof WebhookDeliveryQuery>
