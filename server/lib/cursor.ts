import { DomainError } from './errors.ts'
import type { z } from './zod.ts'

/** A place in a list as opaque, URL-safe text. */
export const encodeCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** Throws invalid_cursor when the text is no such place. */
export function decodeCursor<Schema extends z.ZodMiniType>(cursor: string, schema: Schema): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new DomainError('invalid_cursor')
  }
}
