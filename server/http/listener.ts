import { createServer } from 'node:http'
import type { Express } from 'express'
import type { Clock } from '../lib/clock.ts'
import { listen } from '../net/listen.ts'
import { createAdmissionScheduler } from '../net/admission-scheduler.ts'
import { prototypesOf } from './express-prototypes.ts'
import { trackRequests } from './graceful-shutdown.ts'

// Whoever sends nothing, or a byte now and then, is not waited for. A body may take longer: phones are on trains.
const patience = { headersTimeout: 5_000, requestTimeout: 30_000, connectionsCheckingInterval: 250 }

/** The HTTP server, and how it is opened and closed. */
export function createHttpListener(handle: Express, clock: Clock) {
  const server = createServer({ ...patience, ...prototypesOf(handle) })
  const inTurn = createAdmissionScheduler(server)
  const requests = trackRequests(server, clock, (request, response) => {
    if (request.method === 'GET') inTurn(() => handle(request, response))
    else handle(request, response)
  })

  return {
    server,
    inTurn,
    quiet: requests.quiet,

    /** Resolves to the port, which is a free one when 0 was asked for. Rejects when it is taken. */
    listen: (port: number, host: string): Promise<number> => listen(server, port, host),

    /** Takes no new connections; resolves when every request is answered, or after two seconds. */
    close: () => requests.close(2_000),

    /** Closes every connection at once, and the door with it. */
    terminate() {
      if (server.listening) server.close()
      server.closeAllConnections()
    },
  }
}
