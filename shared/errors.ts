/**
 * Every error code of the system: the HTTP status it is answered with and its title in plain words. The broker's
 * replies carry the same codes. RFC 9457 (problem details) gives the shape on the wire. `field`: the code is about this
 * field of the body, so `errors` names it.
 */
export const errorCodes = {
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_request: { status: 400, title: 'The request does not have the right shape' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of ours' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  bad_credentials: { status: 401, title: 'E-mail or password is wrong' },
  bad_signature: { status: 401, title: 'The signature is not valid' },
  session_ended: { status: 401, title: 'This session has ended' },
  second_factor_required: { status: 401, title: 'The code of the second factor is needed too' },
  demo_account: { status: 403, title: 'Demo accounts cannot be used through a proxy' },
  registration_closed: { status: 403, title: 'New accounts are made by invitation only' },
  forbidden: { status: 403, title: 'Your role may not do this' },
  email_not_verified: { status: 403, title: 'Confirm your e-mail address first' },
  second_factor_missing: { status: 403, title: 'Set up the second factor first' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  email_taken: { status: 409, title: 'There is already an account with this e-mail', field: 'email' },
  second_factor_on: { status: 409, title: 'The second factor is on already' },
  already_taken: { status: 409, title: 'Another vendor was faster' },
  invalid_transition: { status: 409, title: 'The order cannot change that way now' },
  version_conflict: { status: 409, title: 'The order has changed meanwhile' },
  price_changed: { status: 409, title: 'The total has changed' },
  proof_required: { status: 409, title: 'The order needs more before it is completed' },
  wrong_pin: { status: 409, title: "This is not the customer's PIN", field: 'pin' },
  files_closed: { status: 409, title: 'A day after an order has ended, no file is taken' },
  rating_closed: { status: 409, title: 'An order is rated once it is completed; the rating can be changed for a week' },
  payment_refused: { status: 409, title: 'The payment cannot be changed that way now' },
  messages_closed: { status: 409, title: 'A day after an order has ended, no message is taken' },
  no_vendor_able: { status: 409, title: 'No vendor can do all of this there' },
  vendor_has_jobs: { status: 409, title: 'This vendor has open jobs: say who takes them' },
  open_orders: { status: 409, title: 'This person has open orders' },
  last_admin: { status: 409, title: 'The last active admin cannot be deactivated' },
  no_mail: { status: 409, title: 'This server sends no e-mail' },
  invalid_link: { status: 410, title: 'This link was used already or has expired' },
  cursor_expired: { status: 410, title: 'Too much time has passed: read the list afresh' },
  too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Send JSON' },
  unsupported_picture: { status: 415, title: 'Send a picture: JPEG, PNG or WebP' },
  picture_too_large: { status: 422, title: 'The picture has too many pixels' },
  broken_picture: { status: 422, title: 'The picture cannot be read' },
  file_limit: { status: 422, title: 'This order has as many files as one may have' },
  unknown_file: { status: 422, title: 'There is no such file of this order', field: 'files' },
  reason_required: { status: 422, title: 'This change needs a reason', field: 'reason' },
  wrong_amount: { status: 422, title: 'The amount or currency is not that of the order' },
  unknown_service: { status: 422, title: 'This service cannot be ordered' },
  invalid_options: { status: 422, title: 'A service cannot be ordered with these options' },
  invalid_import: { status: 422, title: 'Rows of the file are wrong' },
  not_available_then: { status: 422, title: 'This service is not available at that time' },
  unknown_customer: { status: 422, title: 'There is no such active customer', field: 'customer' },
  unknown_vendor: { status: 422, title: 'There is no such active vendor', field: 'vendorId' },
  invalid_schedule: {
    status: 422,
    title: 'The time must lie in the future, at most 400 days from now',
    field: 'scheduledFor',
  },
  idempotency_mismatch: { status: 422, title: 'This Idempotency-Key or commandId was used for another request' },
  device_limit: { status: 422, title: 'This vendor has as many devices as one may have' },
  weak_password: { status: 422, title: 'This password is easily guessed', field: 'password' },
  own_account: { status: 422, title: 'You cannot deactivate your own account' },
  wrong_password: { status: 422, title: 'The password is wrong', field: 'password' },
  wrong_code: { status: 422, title: 'The code is wrong', field: 'code' },
  too_many_requests: { status: 429, title: 'Too many attempts' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The service is not available right now' },
} as const satisfies Record<string, { status: number; title: string; field?: string }>

export type ErrorCode = keyof typeof errorCodes

/** An invalid field of a body or query. `code` and the values below it let a page write the message in any language. */
export interface FieldError {
  /** Where in the body or query, dotted: `items.0.quantity`. */
  path: string
  /** English. */
  message: string
  /** The issue code of zod (`too_small`, `invalid_type` …), or one of ours where the rule is ours (`vendor_required`). */
  code?: string
  /** too_small, too_big: the kind of value that has the limit, such as `string` (its length), `array` or `number`. */
  origin?: string
  minimum?: number
  maximum?: number
  /** invalid_type: the type it should have. */
  expected?: string
  /** invalid_format: `email`, `datetime`, `regex` … */
  format?: string
  /** invalid_value: the values it may have. */
  values?: (string | number | boolean | null)[]
  /** not_multiple_of. */
  divisor?: number
  /** unrecognized_keys: the name of the unknown field, the last part of `path`. */
  key?: string
}

/**
 * `application/problem+json`. A value that `detail` contains is a member as well, so that a page can write the detail in any
 * language: `nextStatuses`, `from`, `to` (invalid_transition), `order`, `requestedVersion` (version_conflict), `limit`
 * (device_limit), `orders` (vendor_has_jobs), `retryAfter` in seconds (too_many_requests, unavailable), `method`, `methods`
 * (method_not_allowed), `path` (not_found, for an unknown address), `items`, `totalAmount`, `currency`, `expectedTotal`
 * (price_changed), `hint` (weak_password: zxcvbn's warning, or null), `services` with `serviceId` and `name` (unknown_service,
 * invalid_options, not_available_then, no_vendor_able), `skills`, `area` and `inParts` (no_vendor_able: what no single vendor
 * has, and whether several vendors could), `missing` (proof_required), `triesLeft` (wrong_pin).
 */
export interface Problem {
  type: string
  title: string
  status: number
  code: ErrorCode
  detail: string
  errors?: FieldError[]
  [extension: string]: unknown
}
