import type { RequestHandler } from 'express'
import { stdSerializers, type Logger } from 'pino'
import { requestIdOf } from '../request-id.ts'

/**
 * Logs each request when its response is complete or its connection is closed. The fields are serialised only when the
 * level is enabled: by default that is only for failures.
 */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = Date.now()
    response.once('close', () => {
      const level = isFailure(response.statusCode) ? 'error' : 'debug'
      if (!log.isLevelEnabled(level)) return
      const [req, res] = [stdSerializers.req(request), stdSerializers.res(response)]
      const responseTime = Date.now() - startedAt
      log[level](
        { requestId: requestIdOf(response), req, res, responseTime },
        response.writableFinished ? 'request completed' : 'request aborted',
      )
    })
    next()
  }
}

/** A 503 is not logged here: the outage is logged once, where it is detected. */
const isFailure = (status: number) => status >= 500 && status !== 503
