import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { backOff } from '../../../client/models/back-off.ts'
import { now } from '../clock.ts'
import type { HttpDoor } from '../http.ts'
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

/** As client/models/live.ts waits. */
const wait = (attempt: number) => sleep(backOff(attempt, { first: 250, most: 2_000 }))

/**
 * Comes back as the client does (client/models/live.ts): waits a little, knocks by a request after a failed attempt,
 * connects, subscribes, and then reads what it has missed. Resolves when it is live again, to when that was.
 */
export async function comeBack({ door, http, cursor, missed }: ReturnOptions, events: { lost(why: string): void }) {
  let failures = 0
  let client: Client | null = null
  while (!client) {
    await wait(failures++)
    try {
      if (failures > 1) await get(http, '/api/mqtt')
      client = await enterOne(door, { delivered() {}, closed: events.lost })
    } catch {
      // The server is away, or has not begun yet: the next attempt comes later.
    }
  }
  const path = `/api/orders?since=${encodeURIComponent(cursor)}`
  for (;;) {
    const answer = await get(http, path).catch(() => null)
    if (answer?.includes(missed)) return { client, at: now(), attempts: failures }
    if (answer !== null) throw new Error('what was missed is not in what was caught up')
    await wait(2)
  }
}

/** A request over a connection of its own, as every browser has one. Rejects for anything but a 200. */
function get({ port, token }: HttpDoor, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    const chunks: Buffer[] = []
    socket.once('connect', () =>
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
      ),
    )
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', reject)
    socket.once('close', () => {
      const text = Buffer.concat(chunks).toString()
      if (text.startsWith('HTTP/1.1 200')) resolve(text)
      else reject(new Error(text.slice(0, text.indexOf('\r\n'))))
    })
  })
}
