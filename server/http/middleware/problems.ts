import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { errorCodes, type ErrorCode, type Problem } from '#shared/errors.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { createThrottledLog } from '../../lib/throttled-log.ts'
import { DomainError, logLevelOf, UnavailableError } from '../../lib/errors.ts'
import { requestIdOf } from '../request-id.ts'
import type { Audit } from '../route.ts'
import { LimitReachedError } from './throttle.ts'

/** Sends the error as `application/problem+json` (RFC 9457). */
export function sendProblem(response: Response, { code, message, more }: DomainError) {
  const { status, title } = errorCodes[code]
  const { retryAfter } = more
  const problem: Problem = {
    type: `https://callout.dev/problems/${code}`,
    title,
    status,
    code,
    detail: message,
    ...more,
  }
  if (typeof retryAfter === 'number') response.set('Retry-After', String(retryAfter))
  if (status === 401) response.set('WWW-Authenticate', 'Bearer')
  response.status(status).type('application/problem+json').send(JSON.stringify(problem))
}

export const notFound: RequestHandler = (request) => {
  const [path] = request.originalUrl.split('?', 1)
  throw new DomainError('not_found', `There is nothing at ${path}.`, { path })
}

/** The refusals that an operator wants to know of. */
const loggedRefusals: Partial<Record<ErrorCode, string>> = {
  bad_credentials: 'sign-in failed',
  wrong_password: 'wrong password of a signed-in person',
  wrong_code: 'wrong code of a second factor',
  bad_signature: 'a payment event with a wrong signature was refused',
  wrong_amount: 'a payment of another amount was refused',
  demo_account: 'sign-in to a demo account refused',
  too_many_requests: 'locked out: a limit was reached',
}

/** The e-mail address in a body that has one. */
const accountOf = (body: unknown) =>
  typeof body === 'object' && body !== null && 'email' in body && typeof body.email === 'string'
    ? body.email.slice(0, 254)
    : undefined

interface ProblemsDependencies {
  audits: readonly Audit[]
  log: Log
  clock: Pick<Clock, 'monotonic'>
}

/** The last error handler. The response to an unexpected error contains no detail of the error; the log does. */
export function problems({ audits, log, clock }: ProblemsDependencies): ErrorRequestHandler {
  const logOnce = createThrottledLog({ log, clock })

  /** One line a minute for each account, address, code and limit: a flood of refusals does not fill the disk. */
  async function logRefusal(request: Request, requestId: string, error: DomainError) {
    const { code, forLog } = error
    const action = loggedRefusals[code]
    if (!action) return
    const { method, originalUrl: url, ip: address } = request
    const account = accountOf(request.body)
    const reached = error instanceof LimitReachedError ? error.reached : undefined
    const key = [code, address, account, reached?.limit, reached?.user, forLog.user].join(' ')
    const details = { account, code, ...reached, ...forLog }
    if (!logOnce('warn', key, { requestId, method, url, address, ...details }, action)) return
    const event = { action, by: null, address: address ?? null, requestId, details }
    for (const audit of audits) await audit(event).catch(logFailure)
  }

  /** The refusal is answered in any case. */
  const logFailure = (error: unknown) => log[logLevelOf(error)]({ error }, 'a refusal could not be stored')

  return async (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const fields = { requestId: requestIdOf(response), method: request.method, url: request.originalUrl }
    if (error instanceof DomainError) {
      await logRefusal(request, fields.requestId, error)
      return sendProblem(response, error)
    }
    if (error instanceof UnavailableError) {
      log[logLevelOf(error)]({ error, ...fields }, 'the database cannot be used')
      return sendProblem(
        response,
        new DomainError('unavailable', 'The database cannot be used right now. Try again in a moment.', {
          retryAfter: 2,
        }),
      )
    }
    const code = codeOfHttpError(error)
    if (code) return sendProblem(response, new DomainError(code))
    log.error({ error, ...fields }, 'request failed')
    sendProblem(response, new DomainError('internal', 'The failure was logged. Try again in a moment.'))
  }
}

const byStatus: Record<number, ErrorCode> = {
  400: 'invalid_request',
  413: 'too_large',
  415: 'unsupported_media_type',
}

/** Express and body-parser set `status` (and `type`) on errors that the client caused. null: a fault of the server. */
function codeOfHttpError(error: unknown): ErrorCode | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null
  if ('type' in error && error.type === 'entity.parse.failed') return 'malformed_json'
  return byStatus[error.status] ?? (error.status < 500 ? 'invalid_request' : null)
}
