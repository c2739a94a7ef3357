import * as z from 'zod/mini'
import { id, name } from './fields.ts'
import { OrderFile } from './files.ts'
import { Pin } from './proof.ts'

// What is sent to the routes of files and proof, and what they answer. Apart from what orders contain, which is in the library.

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

export const PictureQuery = z.strictObject({ alt: z.optional(name(200)) })

/** The answer of `GET /orders/:id/pin`. null: none is needed. */
export const OrderPin = z.object({ orderId: id, pin: z.nullable(Pin) })
export type OrderPin = z.infer<typeof OrderPin>
