import * as z from 'zod/mini'
import { roles } from './actors.ts'
import { id, name, timestamp } from './fields.ts'

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

export const fileKinds = ['photo', 'signature', 'message'] as const
export type FileKind = (typeof fileKinds)[number]

/** The query of `POST /orders/:id/files`. `id`: chosen by the sender, so that a repetition stores nothing twice. */
export const UploadQuery = z.strictObject({
  kind: z.optional(z.enum(fileKinds)),
  name: z.optional(name(200)),
  id: z.optional(id),
})
export type UploadQuery = z.infer<typeof UploadQuery>

/** `kind`: `message` for a picture that a message will name. */
export const UploadedFile = z.object({ file: z.extend(OrderFile, { kind: z.enum(fileKinds) }) })
export type UploadedFile = z.infer<typeof UploadedFile>

/** `small`: a preview, of at most 480 pixels. */
export const FileQuery = z.strictObject({ size: z.optional(z.enum(['full', 'small'])) })
export type FileQuery = z.infer<typeof FileQuery>
