/**
 * Every error code of the system: the HTTP status it is answered with and its title in plain words. The broker's
 * replies carry the same codes. RFC 9457 (problem details) gives the shape on the wire.
 */
export const errorCodes = {
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_request: { status: 400, title: 'The request does not have the right shape' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of ours' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  bad_credentials: { status: 401, title: 'E-mail or password is wrong' },
  session_ended: { status: 401, title: 'This session has ended' },
  forbidden: { status: 403, title: 'Your role may not do this' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  email_taken: { status: 409, title: 'There is already an account with this e-mail' },
  already_taken: { status: 409, title: 'Another vendor was faster' },
  invalid_transition: { status: 409, title: 'The order cannot change that way now' },
  version_conflict: { status: 409, title: 'The order has changed meanwhile' },
  cursor_expired: { status: 410, title: 'Too much time has passed: read the list afresh' },
  too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Send JSON' },
  reason_required: { status: 422, title: 'This change needs a reason' },
  unknown_service: { status: 422, title: 'This service cannot be ordered' },
  unknown_vendor: { status: 422, title: 'There is no such active vendor' },
  invalid_schedule: { status: 422, title: 'The time must lie in the future' },
  idempotency_mismatch: { status: 422, title: 'This Idempotency-Key was used with another body' },
  device_limit: { status: 422, title: 'This vendor has as many devices as one may have' },
  own_account: { status: 422, title: 'You cannot deactivate your own account' },
  too_many_requests: { status: 429, title: 'Too many attempts' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The service is not available right now' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof errorCodes

export interface FieldError {
  /** Where in the body or query, dotted: `items.0.quantity`. */
  path: string
  message: string
}

/** `application/problem+json`. Some codes carry more: `nextStatuses` (invalid_transition), `order` (version_conflict). */
export interface Problem {
  type: string
  title: string
  status: number
  code: ErrorCode
  detail: string
  errors?: FieldError[]
  [extension: string]: unknown
}
