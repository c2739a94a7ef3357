import * as z from 'zod/mini'
import { roles } from './actors.ts'
import { id, opaque, text, timestamp } from './fields.ts'
import { mostFilesOfMessage, Picture } from './files.ts'

export const longestMessage = 2_000

/**
 * What was written about an order: the payload of `orders/{orderId}/messages`, and an entry of
 * `GET /orders/:id/messages`. `internal`: a note that the customer never receives.
 */
export const Message = z.object({
  id,
  orderId: id,
  by: z.object({ id, name: z.string(), role: z.enum(roles) }),
  text: z.string(),
  internal: z.boolean(),
  files: z.optional(z.array(Picture)),
  at: timestamp,
})
export type Message = z.infer<typeof Message>

/**
 * `id`: chosen by the sender, so that a repetition stores nothing twice. `files`: pictures that were sent before
 * (`POST /orders/:id/files?kind=message`). With them the text may be empty.
 */
export const PostMessage = z.strictObject({
  text: text(0, longestMessage),
  internal: z.optional(z.boolean()),
  files: z.optional(z.array(id).check(z.minLength(1), z.maxLength(mostFilesOfMessage))),
  id: z.optional(id),
})
export type PostMessage = z.infer<typeof PostMessage>

/** Newest first. `unread`: counted up to 100. `closesAt`: no message is taken after it; null while the order is active. */
export const MessageList = z.object({
  messages: z.array(Message),
  unread: z.int(),
  closesAt: z.nullable(timestamp),
  nextCursor: z.nullable(z.string()),
})
export type MessageList = z.infer<typeof MessageList>

export const MessageQuery = z.strictObject({
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200))),
  cursor: z.optional(opaque(300)),
})
export type MessageQuery = z.infer<typeof MessageQuery>

/** `until`: the id of the newest message that was read; without it, all are. */
export const ReadMessages = z.strictObject({ until: z.optional(id) })
export type ReadMessages = z.infer<typeof ReadMessages>

/** The orders with messages that the caller has not read, each counted up to 100. */
export const UnreadMessages = z.object({ orders: z.array(z.object({ orderId: id, unread: z.int() })) })
export type UnreadMessages = z.infer<typeof UnreadMessages>
