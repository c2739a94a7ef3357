import mongoose from 'mongoose'
import { UnavailableError } from '../../lib/errors.ts'

const { mongo, MongooseError } = mongoose

/**
 * Codes of servers that cannot do it now, though they may a moment later
 * (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml): interrupted, stepping down, not (yet)
 * the primary, a write that a majority has not confirmed in time, out of time, out of disk, or simply an internal error.
 */
const passing = new Set([
  1, 6, 7, 8, 43, 50, 64, 79, 89, 91, 112, 134, 175, 189, 202, 237, 262, 317, 358, 384, 462, 9001, 10058, 10107, 11600,
  11601, 11602, 13388, 13435, 13436, 14031,
])
/** What the server thinks of us, its reasons to close the pool included: unauthorized, a wrong password or way to sign in. */
const refused = new Set([13, 18, 334, 8000])

/** Of a name that cannot be looked up now, or of a host that cannot be reached. */
const networkCode = /^(E[A-Z]+|EAI_[A-Z]+)$/

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

/** It was asked for what nobody may ask: by a mistake of ours, or of whoever wrote MONGO_URI. */
const isMistake = (error: unknown) =>
  error instanceof mongo.MongoParseError ||
  error instanceof mongo.MongoInvalidArgumentError ||
  error instanceof mongo.MongoMissingCredentialsError ||
  error instanceof mongo.MongoMissingDependencyError ||
  error instanceof mongo.MongoCompatibilityError

/** Whether we may not use it: no waiting changes that. It may have closed a connection that others waited for. */
export function isRefused(error: unknown): boolean {
  if (error instanceof mongo.MongoServerError && refused.has(Number(error.code))) return true
  return error instanceof mongo.MongoError && isRefused(error.cause)
}

/** Whether the database cannot be used just now: asking again later may well succeed. */
export function isAway(error: unknown): boolean {
  if (isRefused(error)) return false
  if (error instanceof mongo.MongoServerError) {
    return (
      error instanceof mongo.MongoWriteConcernError ||
      passing.has(Number(error.code)) ||
      error.hasErrorLabel('RetryableWriteError')
    )
  }
  // Whatever else the driver has to say is about reaching a server, unless it is about what it was given.
  if (error instanceof mongo.MongoError) return !isMistake(error)
  if (error instanceof MongooseError) return error.name === 'MongooseServerSelectionError'
  return networkCode.test(String(codeOf(error)))
}

/** Whether no server could be reached, or the connection to it was lost. */
export const isUnreachable = (error: unknown) =>
  error instanceof mongo.MongoNetworkError ||
  error instanceof mongo.MongoServerSelectionError ||
  // Not all of a socket's errors are the driver's own by the time they get here: EPIPE is not.
  networkCode.test(String(codeOf(error)))

/** FerretDB 1.24 reports a unique value that an update violates as an internal error, in the words of its SQLite. */
export const isDuplicate = (error: unknown): error is mongoose.mongo.MongoServerError =>
  error instanceof mongo.MongoServerError &&
  (error.code === 11000 || (error.code === 1 && error.message.includes('UNIQUE constraint failed')))

/** The error as the port knows it: nothing of the driver's own words leaves this adapter but as a cause. `told`: the log knows. */
export function domainError(error: unknown, told = false): unknown {
  if (!isAway(error) && !isRefused(error)) return error
  return new UnavailableError('the database cannot be used', { cause: error, told })
}
