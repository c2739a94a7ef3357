import { Client, type ClientEvents } from './client.ts'
import type { Door } from './protocols.ts'

let named = 0

/** Resolves to `count` dashboards that are all in, of which no more than `atOnce` were on their way at any time. */
export async function connectCrowd(
  door: Door,
  { count, atOnce }: { count: number; atOnce: number },
  events: { delivered(index: number): void; lost(why: string): void },
): Promise<Client[]> {
  const clients: Client[] = []
  let begun = 0
  const enter = async () => {
    while (begun < count) {
      const index = begun++
      clients[index] = await enterOne(door, {
        delivered: () => events.delivered(index),
        closed: (why) => events.lost(why),
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, enter))
  return clients
}

/** Resolves when it is in; `closed` is told when it goes after that. */
export function enterOne(
  door: Door,
  { delivered, closed }: Pick<ClientEvents, 'delivered' | 'closed'>,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    let isIn = false
    const client = new Client(door, `bench-${process.pid}-${++named}`, {
      ready() {
        isIn = true
        resolve(client)
      },
      delivered,
      closed(why) {
        if (isIn) closed(why)
        else reject(new Error(`a dashboard was not let in: ${why}`))
      },
    })
  })
}
