import { setTimeout as sleep } from 'node:timers/promises'
import { backOff } from '../../../client/live/retry.ts'
import { now } from '../clock.ts'
import { createHttpClient, type HttpEndpoint } from '../http-client.ts'
import { connectClient } from './connect-clients.ts'
import type { Client } from './client.ts'
import type { Endpoint } from './protocols.ts'

/** What a dashboard needs to reconnect and to catch up. */
export interface ReconnectOptions {
  endpoint: Endpoint
  http: HttpEndpoint
  /** The `since` cursor, and the id of an order placed after it. */
  cursor: string
  missed: string
}

/** The back-off of client/live/live.ts. */
const wait = (attempt: number) => sleep(backOff(attempt, { first: 250, most: 2_000 }))

/**
 * Reconnects as the client does (client/live/live.ts): backs off, probes with an HTTP request after two failed
 * attempts, connects, subscribes, and reads what it missed. Resolves when it is live again: `at` is that time.
 */
export async function reconnectClient(
  { endpoint, http: httpEndpoint, cursor, missed }: ReconnectOptions,
  events: { lost(reason: string): void },
) {
  const http = createHttpClient(httpEndpoint)
  let failures = 0
  let client: Client | null = null
  while (!client) {
    await wait(failures++)
    try {
      if (failures > 2) await http.request('GET', '/api/mqtt')
      client = await connectClient(endpoint, { delivered() {}, closed: events.lost })
    } catch {
      // The server is down or still starting.
    }
  }
  const path = `/api/orders?since=${encodeURIComponent(cursor)}`
  for (;;) {
    const response = await http.request('GET', path).catch(() => null)
    if (response?.includes(missed)) {
      http.end()
      return { client, at: now(), attempts: failures }
    }
    if (response !== null) throw new Error('the missed order is not among the changes')
    await wait(2)
  }
}
