import { setTimeout as sleep } from 'node:timers/promises'
import { backOff } from '../../../client/models/sync/retry.ts'
import { now } from '../clock.ts'
import { createAsker, type HttpDoor } from '../http.ts'
import { enterOne } from './crowd.ts'
import type { Client } from './client.ts'
import type { Door } from './protocols.ts'

/** What a dashboard needs to come back: where to enter, where to ask for what it has missed, and what is among it. */
export interface ReturnOptions {
  door: Door
  http: HttpDoor
  /** The `since` of what was missed, and the id of an order that was. */
  cursor: string
  missed: string
}

/** As client/models/sync/live.ts waits. */
const wait = (attempt: number) => sleep(backOff(attempt, { first: 250, most: 2_000 }))

/**
 * Comes back as the client does (client/models/sync/live.ts): waits a little, knocks by a request once two attempts have
 * failed, connects, subscribes, and then reads what it has missed. Resolves when it is live again, to when that was.
 */
export async function comeBack({ door, http, cursor, missed }: ReturnOptions, events: { lost(why: string): void }) {
  // Of the connections that every browser keeps one is enough.
  const browser = createAsker(http)
  let failures = 0
  let client: Client | null = null
  while (!client) {
    await wait(failures++)
    try {
      if (failures > 2) await browser.ask('GET', '/api/mqtt')
      client = await enterOne(door, { delivered() {}, closed: events.lost })
    } catch {
      // The server is away, or has not begun yet: the next attempt comes later.
    }
  }
  const path = `/api/orders?since=${encodeURIComponent(cursor)}`
  for (;;) {
    const answer = await browser.ask('GET', path).catch(() => null)
    if (answer?.includes(missed)) {
      browser.end()
      return { client, at: now(), attempts: failures }
    }
    if (answer !== null) throw new Error('what was missed is not in what was caught up')
    await wait(2)
  }
}
