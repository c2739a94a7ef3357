import { errorCodes, type ErrorCode, type FieldError } from '#shared/errors.ts'

/** A request that a domain rule refuses. `code` comes from shared/errors.ts; the message is shown to the user. */
export class DomainError extends Error {
  readonly code: ErrorCode
  /** Further members of the problem document, such as `nextStatuses`. */
  readonly more: { errors?: FieldError[]; order?: { version: number } } & Record<string, unknown>

  /** Fields for the log, which are not sent. */
  readonly forLog: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    detail: string = errorCodes[code].title,
    more: DomainError['more'] = {},
    forLog: DomainError['forLog'] = {},
  ) {
    super(detail)
    this.code = code
    this.forLog = forLog
    const row = errorCodes[code]
    this.more = 'field' in row ? { errors: [{ path: row.field, message: detail, code }], ...more } : more
  }
}

/**
 * A dependency (database, broker) is unavailable. A write may have succeeded although its response was lost, so a client
 * retries with the same Idempotency-Key, commandId or version.
 */
export class UnavailableError extends Error {
  /** The outage is in the log already, so that each failed request need not log it again. */
  readonly logged: boolean

  constructor(message: string, { logged = false, ...options }: ErrorOptions & { logged?: boolean } = {}) {
    super(message, options)
    this.logged = logged
  }
}

/** The receiver will never take this message: its address is unknown, or it has refused the content. */
export class UndeliverableError extends Error {}

/** The level for logging `error`: `debug` for an outage that is in the log already. */
export const logLevelOf = (error: unknown): 'debug' | 'error' =>
  error instanceof UnavailableError && error.logged ? 'debug' : 'error'
