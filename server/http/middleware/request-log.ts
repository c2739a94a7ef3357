import type { RequestHandler } from 'express'
import { stdSerializers, type Logger } from 'pino'

/**
 * A line for every request that is answered, or left before it was. What it says is put together only when it is
 * written: usually failures alone are.
 */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const came = Date.now()
    response.once('close', () => {
      const level = isFailure(response.statusCode) ? 'error' : 'debug'
      if (!log.isLevelEnabled(level)) return
      const [req, res] = [stdSerializers.req(request), stdSerializers.res(response)]
      const responseTime = Date.now() - came
      log[level]({ req, res, responseTime }, response.writableFinished ? 'request completed' : 'request aborted')
    })
    next()
  }
}

/** Of a 503 the cause is logged where it is known, and not once more for everybody who asks. */
const isFailure = (status: number) => status >= 500 && status !== 503
