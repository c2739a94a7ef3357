import type { ErrorCode, FieldError } from '#shared/errors.ts'
import { t } from '../../i18n/index.ts'

/** The server's error code, or `offline` when there was no response. */
export type FailureCode = ErrorCode | 'offline'

/** A request that failed. `message` is for developers; what a person reads is `messageOf`. */
export class ApiError extends Error {
  readonly code: FailureCode
  /** The HTTP status; 0 when there was no response. */
  readonly status: number
  readonly errors: FieldError[]
  /** The whole problem document: some codes carry more, such as `order` with `version_conflict`. */
  readonly problem: Record<string, unknown>

  constructor(code: FailureCode, status: number, detail: string, problem: Record<string, unknown> = {}) {
    super(detail)
    this.code = code
    this.status = status
    this.errors = Array.isArray(problem.errors) ? problem.errors.filter(isFieldError) : []
    this.problem = problem
  }
}

export const offlineError = () => new ApiError('offline', 0, 'no response from the server')

/** `application/problem+json` → ApiError. Any other body, such as a proxy's page, becomes `unavailable`. */
export function errorFrom(status: number, body: unknown): ApiError {
  if (!isRecord(body) || !isErrorCode(body.code)) {
    return new ApiError('unavailable', status, `a response of status ${status} that is no problem document`)
  }
  const detail = typeof body.detail === 'string' ? body.detail : body.code
  return new ApiError(body.code, status, detail, body)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
/** By code. Before the sign-in `workErrors` is not loaded. */
function errorTexts() {
  const { errors, workErrors } = t()
  return { ...errors, ...workErrors }
}
// The texts name every code (errors.ts has titles for developers, which no page shows).
const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorTexts(), value)
const isFieldError = (value: unknown): value is FieldError =>
  isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string'

/** The text for a person about any error: what happened, what is stored, what to do. */
export function messageOf(error: unknown): string {
  const texts = errorTexts()
  if (!(error instanceof ApiError)) return texts.unexpected
  const text = texts[error.code]
  return typeof text === 'string' ? text : text(error.problem)
}

/** Whether the same request may succeed later: the failure was not the request's. */
export const isTransient = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500)
