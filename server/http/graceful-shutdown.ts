import type { RequestListener, Server, ServerResponse } from 'node:http'
import type { Clock } from '../lib/clock.ts'
import { createInFlightTable } from '../lib/in-flight-table.ts'

/**
 * Hands requests to `handle` and counts those under way, so that a server can let them finish before what they need is
 * closed. Once it is closing nothing new is begun: it could be stored and neither answered nor told.
 */
export function trackRequests(server: Server, clock: Clock, handle: RequestListener) {
  const underWay = createInFlightTable<ServerResponse>()
  let closing = false
  let last = -Infinity
  let finished = () => {}

  server.on('request', (request, response) => {
    last = clock.now()
    if (closing) return response.writeHead(503, { Connection: 'close', 'Retry-After': '2' }).end()
    const slot = underWay.add(response)
    response.once('close', () => {
      underWay.remove(slot)
      if (closing && underWay.size() === 0) finished()
    })
    handle(request, response)
  })

  return {
    /** Nobody is waiting for an answer, and nobody has asked for anything in the last second. */
    quiet: () => underWay.size() === 0 && clock.now() - last > 1_000,

    /** Takes no new connections; resolves when every request is answered, or after `patience` milliseconds. */
    async close(patience: number): Promise<void> {
      closing = true
      if (server.listening) server.close()
      server.closeIdleConnections()
      // A kept-alive connection would bring the next request, and the next.
      for (const response of underWay.all()) if (!response.headersSent) response.setHeader('Connection', 'close')
      if (underWay.size() === 0) return
      await new Promise<void>((resolve) => {
        finished = resolve
        clock.after(patience, resolve)
      })
    },
  }
}
