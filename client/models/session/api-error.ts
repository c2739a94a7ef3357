import type { ErrorCode } from '#shared/errors.ts'
import { t } from '../../i18n/index.ts'
import { ApiError, createErrorFrom } from '../../live/api-error.ts'

export { ApiError, isTransient, offlineError, type FailureCode } from '../../live/api-error.ts'

/** By code. Before the sign-in `workErrors` is not loaded. */
function errorTexts() {
  const { errors, workErrors } = t()
  return { ...errors, ...workErrors }
}
// The texts name every code (errors.ts has titles for developers, which no page shows).
const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorTexts(), value)

export const errorFrom = createErrorFrom(isErrorCode)

/** The text for a person about any error: what happened, what is stored, what to do. */
export function messageOf(error: unknown): string {
  const texts = errorTexts()
  if (!(error instanceof ApiError)) return texts.unexpected
  const text = texts[error.code]
  return typeof text === 'string' ? text : text(error.problem)
}
