import * as z from 'zod/mini'
import type { FieldError } from '#shared/errors.ts'

// zod/mini has no error messages of its own until a locale is configured.
z.config(z.locales.en())

export { z }

/** Converts zod's issues to the wire format. Each unknown field is an error of its own, with the field in its path. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap<FieldError>((issue) => {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') {
      const { code, keys } = issue
      return keys.map((key) => ({ path: [...path, key].join('.'), message: 'Unknown field', code, key }))
    }
    return [{ path: path.join('.'), message: issue.message, ...codeAndValues(issue) }]
  })
}

/** A custom check names its own code in `params.code`. */
function codeAndValues(issue: z.core.$ZodIssue): Pick<FieldError, 'code'> & Partial<FieldError> {
  const { code } = issue
  switch (code) {
    case 'too_small':
      return { code, origin: issue.origin, minimum: Number(issue.minimum) }
    case 'too_big':
      return { code, origin: issue.origin, maximum: Number(issue.maximum) }
    case 'invalid_type':
      return { code, expected: issue.expected }
    case 'invalid_format':
      return { code, format: issue.format }
    case 'invalid_value':
      return { code, values: issue.values.map(jsonValue) }
    case 'not_multiple_of':
      return { code, divisor: issue.divisor }
    case 'custom': {
      const ownCode: unknown = issue.params?.code
      return { code: typeof ownCode === 'string' ? ownCode : code }
    }
    default:
      return { code }
  }
}

const jsonValue = (value: z.core.util.Primitive): string | number | boolean | null =>
  typeof value === 'number' || typeof value === 'boolean' || value === null ? value : String(value)
