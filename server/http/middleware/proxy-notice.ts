import type { RequestHandler } from 'express'
import type { Log } from '../../lib/log.ts'

const forwardedHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip', 'via']

/** Whether a proxy has passed the request on. */
export const isForwarded = ({ headers }: { headers: Record<string, unknown> }): boolean =>
  forwardedHeaders.some((name) => name in headers)

/** Says once that TRUST_PROXY is missing: without it, limits and the log take all clients behind a proxy for one. */
export function proxyNotice(trustProxy: number | boolean | string, log: Log): RequestHandler {
  let due = trustProxy === false
  return (request, _response, next) => {
    if (due && isForwarded(request)) {
      due = false
      log.warn(
        { proxy: request.socket.remoteAddress },
        'requests come through a proxy, but TRUST_PROXY is not set: all its clients count as one address. Set TRUST_PROXY to the number of proxies',
      )
    }
    next()
  }
}
