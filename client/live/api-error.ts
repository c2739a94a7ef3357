import type { ErrorCode, FieldError } from '#shared/errors.ts'

/** The server's error code, or `offline` when there was no response. */
export type FailureCode = ErrorCode | 'offline'

/** A request that failed. `message` is for developers; what a person reads is `messageOf` (models/session/api-error.ts). */
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
export const createErrorFrom =
  (isErrorCode: (value: unknown) => value is ErrorCode) =>
  (status: number, body: unknown): ApiError => {
    if (!isRecord(body) || !isErrorCode(body.code)) {
      return new ApiError('unavailable', status, `a response of status ${status} that is no problem document`)
    }
    const detail = typeof body.detail === 'string' ? body.detail : body.code
    return new ApiError(body.code, status, detail, body)
  }

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isFieldError = (value: unknown): value is FieldError =>
  isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string'

/** Whether the same request may succeed later: the failure was not the request's. */
export const isTransient = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500)
