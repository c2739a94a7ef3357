import { errorCodes, type ErrorCode, type FieldError } from '#shared/errors.ts'

/** What can go wrong with a request: the server's code, or that it could not be asked. */
export type FailureCode = ErrorCode | 'offline'

/** A request that failed. `message` is fit to be shown: it says what happened, what was kept and what to do. */
export class ApiError extends Error {
  readonly code: FailureCode
  /** The HTTP status; 0 when there was no answer. */
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

export function offlineError(): ApiError {
  return new ApiError('offline', 0, 'You’re offline, or Callout is. Nothing is lost: try again when you’re back.')
}

/** `application/problem+json` → ApiError. Whatever else comes (a proxy's page) becomes `unavailable`. */
export function errorFrom(status: number, body: unknown): ApiError {
  if (!isRecord(body) || !isErrorCode(body.code)) {
    return new ApiError('unavailable', status, 'Callout does not answer as it should. Try again in a moment.')
  }
  return new ApiError(body.code, status, words(body.code, body), body)
}

function words(code: ErrorCode, body: Record<string, unknown>): string {
  switch (code) {
    case 'already_taken':
      return 'Another vendor was faster. The offer is gone.'
    case 'version_conflict':
      return 'This order has changed meanwhile. You see it as it is now: try again if it still fits.'
    case 'bad_credentials':
      return 'E-mail or password is wrong.'
    case 'email_taken':
      return 'There is already an account with this e-mail. Sign in instead?'
    case 'too_many_requests':
      return 'Too many attempts. Wait a minute, then try again.'
    case 'internal':
      return 'Something broke on our side. Nothing you typed is lost: try again in a moment.'
    default:
      return typeof body.detail === 'string' && body.detail ? body.detail : `${errorCodes[code].title}.`
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorCodes, value)
const isFieldError = (value: unknown): value is FieldError =>
  isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string'

/** What to tell somebody about anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : 'That did not work. Try again in a moment.'
}

/** Whether it was not the request that was wrong: the same one may be taken later. */
export const mayPass = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500)
