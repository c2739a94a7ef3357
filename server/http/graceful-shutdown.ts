import type { RequestListener, Server, ServerResponse } from 'node:http'
import type { Clock } from '../lib/clock.ts'
import { createInFlightTable } from '../lib/in-flight-table.ts'
import { assignRequestId } from './request-id.ts'

/**
 * Passes requests to `handle` and tracks those in flight, so that the server can finish them before their dependencies
 * close. A request that arrives while the server is closing gets a 503: its order could be stored but never published.
 */
export function trackRequests(server: Server, clock: Clock, handle: RequestListener) {
  const inFlight = createInFlightTable<ServerResponse>()
  let closing = false
  let lastRequestAt = -Infinity
  let drained = () => {}

  server.on('request', (request, response) => {
    lastRequestAt = clock.monotonic()
    assignRequestId(request, response)
    if (closing) return response.writeHead(503, { Connection: 'close', 'Retry-After': '2' }).end()
    const slot = inFlight.add(response)
    response.once('close', () => {
      inFlight.remove(slot)
      if (closing && inFlight.size() === 0) drained()
    })
    handle(request, response)
  })

  return {
    /** No request is in flight, and none has arrived in the last second. */
    isIdle: () => inFlight.size() === 0 && clock.monotonic() - lastRequestAt > 1_000,

    /** Stops accepting connections. Resolves when every request has its response, or after `timeout` milliseconds. */
    async close(timeout: number): Promise<void> {
      closing = true
      if (server.listening) server.close()
      server.closeIdleConnections()
      // A keep-alive connection would carry further requests.
      for (const response of inFlight.all()) if (!response.headersSent) response.setHeader('Connection', 'close')
      if (inFlight.size() === 0) return
      await new Promise<void>((resolve) => {
        drained = resolve
        clock.after(timeout, resolve)
      })
    },
  }
}
