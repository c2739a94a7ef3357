import * as z from 'zod/mini'
import { roles } from './actors.ts'
import { id, timestamp } from './fields.ts'

/** The largest upload, in bytes. */
export const largestUpload = 10_000_000
/** Of one order, without those of its messages. */
export const mostFiles = 20
/** Of one message. */
export const mostFilesOfMessage = 5

/** What an upload may be. The server keeps none of it as it came: it encodes every picture anew. */
export const uploadTypes = ['image/jpeg', 'image/png', 'image/webp'] as const

/** A picture. `name`: a label, as the sender has named it. */
export const Picture = z.object({
  id,
  name: z.string(),
  type: z.string(),
  size: z.int(),
  width: z.int(),
  height: z.int(),
})
export type Picture = z.infer<typeof Picture>

/** A picture that everyone with the whole order sees. */
export const OrderFile = z.extend(Picture, {
  kind: z.enum(['photo', 'signature']),
  by: z.object({ id, name: z.string(), role: z.enum(roles) }),
  at: timestamp,
})
export type OrderFile = z.infer<typeof OrderFile>
