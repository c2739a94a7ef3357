import * as z from 'zod/mini'
import type { FieldError } from '#shared/errors.ts'

// zod/mini says "Invalid input" to everything until it is given words.
z.config(z.locales.en())

export { z }

/** zod's issues as the wire speaks of them; an unknown field is named in the path, where people look. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'Unknown field' }))
    }
    return [{ path: path.join('.'), message: issue.message }]
  })
}
