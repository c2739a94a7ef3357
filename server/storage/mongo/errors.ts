import mongoose from 'mongoose'
import { UnavailableError } from '../../lib/errors.ts'

const { mongo, MongooseError } = mongoose

/**
 * Codes of failures that may pass
 * (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml): interrupted, stepping down, not the
 * primary, a write that a majority has not confirmed in time, a timeout, a full disk, or an internal error.
 */
const transientCodes = new Set([
  1, 6, 7, 8, 43, 50, 64, 79, 89, 91, 112, 134, 175, 189, 202, 237, 262, 317, 358, 384, 462, 9001, 10058, 10107, 11600,
  11601, 11602, 13388, 13435, 13436, 14031,
])
/** Codes of a refused client, also as the cause of a closed pool: unauthorized, wrong credentials or mechanism. */
const refusedCodes = new Set([13, 18, 334, 8000])

/** Codes of a failed name lookup, or of an unreachable host. */
const networkCode = /^(E[A-Z]+|EAI_[A-Z]+)$/

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

/** The driver rejected its input: a bug, or a wrong MONGO_URI. */
const isInvalid = (error: unknown) =>
  error instanceof mongo.MongoParseError ||
  error instanceof mongo.MongoInvalidArgumentError ||
  error instanceof mongo.MongoMissingCredentialsError ||
  error instanceof mongo.MongoMissingDependencyError ||
  error instanceof mongo.MongoCompatibilityError

/** The driver gives a bulk write that reached no server an error of its own, with what happened as its `errorResponse`. */
const originOf = (error: unknown): unknown =>
  error instanceof mongo.MongoBulkWriteError && error.errorResponse instanceof Error ? error.errorResponse : error

/** Whether the server refuses this client: waiting does not help. The refusal may be the cause of a closed connection. */
export function isRefused(thrown: unknown): boolean {
  const error = originOf(thrown)
  if (error instanceof mongo.MongoServerError && refusedCodes.has(Number(error.code))) return true
  return error instanceof mongo.MongoError && isRefused(error.cause)
}

/** Whether the database is unavailable now: a retry may succeed. */
export function isUnavailable(thrown: unknown): boolean {
  const error = originOf(thrown)
  if (isRefused(error)) return false
  if (error instanceof mongo.MongoServerError) {
    return (
      error instanceof mongo.MongoWriteConcernError ||
      transientCodes.has(Number(error.code)) ||
      error.hasErrorLabel('RetryableWriteError')
    )
  }
  // The driver's other errors are about reaching a server, unless they reject its input.
  if (error instanceof mongo.MongoError) return !isInvalid(error)
  if (error instanceof MongooseError) return error.name === 'MongooseServerSelectionError'
  return networkCode.test(String(codeOf(error)))
}

/** Whether no server was reached, or the connection was lost. */
export function isUnreachable(thrown: unknown): boolean {
  const error = originOf(thrown)
  return (
    error instanceof mongo.MongoNetworkError ||
    error instanceof mongo.MongoServerSelectionError ||
    // Some socket errors are not wrapped by the driver, such as EPIPE.
    networkCode.test(String(codeOf(error)))
  )
}

/** FerretDB 1.24 reports a unique value that an update violates as an internal error, with the message of its SQLite. */
export const isDuplicate = (error: unknown): error is mongoose.mongo.MongoServerError =>
  error instanceof mongo.MongoServerError &&
  (error.code === 11000 || (error.code === 1 && error.message.includes('UNIQUE constraint failed')))

/** The error as the port defines it, with the driver's error as its cause. `logged`: the outage is logged already. */
export function domainError(error: unknown, logged = false): unknown {
  if (!isUnavailable(error) && !isRefused(error)) return error
  return new UnavailableError('the database cannot be used', { cause: error, logged })
}
