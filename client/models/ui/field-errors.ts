import { maxScheduleDays } from '#shared/schedule.ts'
import { t } from '../../i18n/index.ts'

/** One error of a field: an issue of zod in this page, or an entry of `errors` in the server's problem document. */
export interface FieldIssue {
  /** Dotted: `items.0.quantity`. */
  path: string
  /** English, for developers. */
  message: string
  /** zod's code of the issue, or one of ours. */
  code?: unknown
  /** In this page, a rule of ours is zod's code `custom` with its own code here. */
  params?: unknown
  origin?: unknown
  minimum?: unknown
  maximum?: unknown
  format?: unknown
}

/** The text for a person. A code without a text shows the server's message. */
export function fieldErrorText({ code, params, message, origin, minimum, maximum, format }: FieldIssue): string {
  const { fields, errors, workErrors } = t()
  const ownCode = typeof params === 'object' && params !== null && 'code' in params ? params.code : code
  switch (ownCode) {
    case 'too_small':
      if (origin === 'array') return fields.noService
      if (origin !== 'string') return fields.tooSmall(Number(minimum))
      return Number(minimum) === 1 ? fields.required : fields.tooShort(Number(minimum))
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
    case 'schedule_past':
      return workErrors.invalid_schedule
    case 'schedule_too_far':
      return fields.timeTooFar(maxScheduleDays)
    default: {
      const texts: Readonly<Record<string, unknown>> = { ...errors, ...workErrors, ...fields.rules }
      const text = texts[String(ownCode)]
      return typeof text === 'string' ? text : message
    }
  }
}
