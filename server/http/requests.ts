import type { Server } from 'node:http'
import type { Clock } from '../clock.ts'

/** Counts the requests under way, so that a server can let them finish before what they need is closed. */
export function trackRequests(server: Server, clock: Clock) {
  let underWay = 0
  let closing = false
  let finished = () => {}

  server.on('request', (_request, response) => {
    underWay++
    // A kept-alive connection would bring the next request, and the next.
    if (closing) response.setHeader('Connection', 'close')
    response.once('close', () => {
      underWay--
      if (closing && underWay === 0) finished()
    })
  })

  return {
    /** Takes no new connections; resolves when every request is answered, or after `patience` milliseconds. */
    async close(patience: number): Promise<void> {
      closing = true
      if (server.listening) server.close()
      server.closeIdleConnections()
      if (underWay === 0) return
      await new Promise<void>((resolve) => {
        finished = resolve
        clock.after(patience, resolve)
      })
    },
  }
}
