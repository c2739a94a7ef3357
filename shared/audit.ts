import * as z from 'zod/mini'
import { opaque, text, timestamp } from './fields.ts'

/** `from` inclusive, `to` exclusive. `q`: every word of it is in the entry. `action`: the entry's, exactly. */
export const AuditQuery = z.strictObject({
  cursor: z.optional(opaque(200)),
  q: z.optional(text(0, 200)),
  action: z.optional(text(1, 100)),
  from: z.optional(z.iso.datetime({ offset: true })),
  to: z.optional(z.iso.datetime({ offset: true })),
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200))),
})
export type AuditQuery = z.infer<typeof AuditQuery>

/** A person as far as they are still known. */
const Person = z.object({ id: z.string(), name: z.nullable(z.string()) })

/**
 * `by`: null when no person was signed in. `user`: whose account it was about. `details`: further values, such as a service
 * or an order. `changes`: the fields that changed.
 */
export const AuditEntry = z.object({
  id: z.string(),
  at: timestamp,
  action: z.string(),
  by: z.nullable(Person),
  user: z.nullable(Person),
  address: z.nullable(z.string()),
  requestId: z.string(),
  details: z.record(z.string(), z.unknown()),
  changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** `nextCursor`: where the search goes on; a page may be empty before the end. */
export const AuditList = z.object({ entries: z.array(AuditEntry), nextCursor: z.nullable(z.string()) })
export type AuditList = z.infer<typeof AuditList>
