import { errorCodes, type ErrorCode, type FieldError } from '#shared/errors.ts'

/** What a rule refuses: a code of shared/errors.ts, and words for the person who asked. */
export class DomainError extends Error {
  readonly code: ErrorCode
  /** More members of the problem document, such as `nextStatuses`. */
  readonly more: { errors?: FieldError[]; order?: { version: number } } & Record<string, unknown>

  constructor(code: ErrorCode, detail: string = errorCodes[code].title, more: DomainError['more'] = {}) {
    super(detail)
    this.code = code
    this.more = more
  }
}
