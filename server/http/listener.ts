import { createServer } from 'node:http'
import type { Express } from 'express'
import type { Clock } from '../lib/clock.ts'
import { becomesUpgrade } from '../net/ignore-upgrade.ts'
import { listen } from '../net/listen.ts'
import { createAdmissionScheduler } from '../net/admission-scheduler.ts'
import { cutBasePath } from './base-path.ts'
import { prototypesOf } from './express-prototypes.ts'
import { trackRequests } from './graceful-shutdown.ts'

// Slow headers are cut off after 5 s (slowloris); bodies get 30 s for slow mobile networks. A balancer that keeps an idle
// connection for 60 s, as AWS and nginx do, must not find it closed: its next request would fail with 502.
const timeouts = {
  headersTimeout: 5_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 250,
  keepAliveTimeout: 75_000,
}

/** How long `close` waits for requests in flight, in milliseconds. */
const drainTimeout = 2_000

/** The HTTP server. GET requests and WebSocket upgrades share one admission scheduler; other requests start at once. */
export function createHttpListener(handle: Express, clock: Clock, basePath = '') {
  const options = {
    ...timeouts,
    ...prototypesOf(handle),
    shouldUpgradeCallback: becomesUpgrade,
    requireHostHeader: false, // middleware/not-the-page.ts
  }
  const server = createServer(options)
  if (basePath) cutBasePath(server, basePath)
  const schedule = createAdmissionScheduler(server)
  const requests = trackRequests(server, clock, (request, response) => {
    if (request.method === 'GET') schedule(() => handle(request, response))
    else handle(request, response)
  })

  return {
    server,
    schedule,
    isIdle: requests.isIdle,

    /** Resolves to the port, a free one when `port` is 0. Rejects when the port is in use. */
    listen: (port: number, host: string): Promise<number> => listen(server, port, host),

    /** Stops accepting connections. Resolves when every request has its response, or after two seconds. */
    close: () => requests.close(drainTimeout),

    /** Closes the server and every connection at once. */
    terminate() {
      if (server.listening) server.close()
      server.closeAllConnections()
    },
  }
}
