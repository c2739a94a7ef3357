import { maxScheduleDays } from '#shared/schedule.ts'
import { t } from '../../i18n/index.ts'

/** One error of a field: an issue of zod in this page, or an entry of `errors` in the server's problem document. */
export interface FieldIssue {
  /** Dotted: `items.0.quantity`. */
  path: string
  /** English, for developers. */
  message: string
  /** zod's code of the issue. */
  code?: unknown
  origin?: unknown
  minimum?: unknown
  maximum?: unknown
  format?: unknown
}

/** The text for a person. A code without a text shows the server's message. */
export function fieldErrorText({ code, message, origin, minimum, maximum, format }: FieldIssue): string {
  const { fields } = t()
  switch (code) {
    case 'too_small':
      if (origin === 'array') return fields.noService
      if (origin !== 'string') return fields.tooSmall(Number(minimum))
      // A name or a phone number of one or two characters is treated as missing.
      return Number(minimum) <= 3 ? fields.required : fields.tooShort(Number(minimum))
    case 'too_big':
      return origin === 'string' ? fields.tooLong(Number(maximum)) : fields.tooBig(Number(maximum))
    case 'invalid_format':
      return format === 'email' ? fields.email : fields.invalid
    case 'unrecognized_keys':
      return fields.unknown
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'custom':
      return fields.invalid
    case 'reason_required':
    case 'unknown_service':
      return t().errors[code]
    case 'schedule_past':
      return t().errors.invalid_schedule
    case 'schedule_too_far':
      return fields.timeTooFar(maxScheduleDays)
    default:
      return message
  }
}
