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

/**
 * What is needed to answer cannot be used right now. Nothing is lost by asking again later; a write may have been done
 * all the same, its answer lost, so whoever asks again says so with an Idempotency-Key, a commandId or a version.
 * `told`: the log knows already that it is away, and needs no line for everybody who asks.
 */
export class UnavailableError extends Error {
  readonly told: boolean

  constructor(message: string, { told = false, ...options }: ErrorOptions & { told?: boolean } = {}) {
    super(message, options)
    this.told = told
  }
}

/** How loud a failure is logged: what the log knows already is for those who look closely. */
export const logLevelOf = (error: unknown): 'debug' | 'error' =>
  error instanceof UnavailableError && error.told ? 'debug' : 'error'
