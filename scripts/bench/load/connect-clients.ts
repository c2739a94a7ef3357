import { Client, type ClientEvents } from './client.ts'
import type { Endpoint } from './protocols.ts'

let lastName = 0

/** Connects `count` dashboards, at most `atOnce` at the same time. Resolves when all are subscribed. */
export async function connectClients(
  endpoint: Endpoint,
  { count, atOnce }: { count: number; atOnce: number },
  events: { delivered(index: number): void; lost(reason: string): void },
): Promise<Client[]> {
  const clients: Client[] = []
  let started = 0
  const connectNext = async () => {
    while (started < count) {
      const index = started++
      clients[index] = await connectClient(endpoint, {
        delivered: () => events.delivered(index),
        closed: (reason) => events.lost(reason),
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, connectNext))
  return clients
}

/** Resolves when the dashboard is subscribed; `closed` is called if its connection closes after that. */
export function connectClient(
  endpoint: Endpoint,
  { delivered, closed }: Pick<ClientEvents, 'delivered' | 'closed'>,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    let isReady = false
    const client = new Client(endpoint, `bench-${process.pid}-${++lastName}`, {
      ready() {
        isReady = true
        resolve(client)
      },
      delivered,
      closed(reason) {
        if (isReady) closed(reason)
        else reject(new Error(`a dashboard could not connect: ${reason}`))
      },
    })
  })
}
