import * as z from 'zod/mini'
import { name } from './fields.ts'

/** The same tag in any case. */
export const foldedTag = (tag: string): string => tag.trim().toLowerCase()

/** Names of skills or the like, each once. */
export const Tags = z.array(name(40)).check(
  z.maxLength(30),
  z.refine((tags) => new Set(tags.map(foldedTag)).size === tags.length, {
    error: 'Each needs a name of its own',
    params: { code: 'name_twice' },
  }),
)
