import { serveCalls } from '../remote-calls.ts'
import { now } from '../clock.ts'
import { openCompletions } from '../completions.ts'
import { processCpuTime } from '../cpu-time.ts'
import type { Client } from './client.ts'
import { connectClients } from './connect-clients.ts'
import { post } from './posting.ts'
import type { Endpoint } from './protocols.ts'
import { reconnectClient, type ReconnectOptions } from './reconnecting.ts'
import { DeliveryCounter } from './delivery-counter.ts'

// The load generator process: runs all dashboards of a measure. process.ts starts it.

export interface ConnectOptions {
  endpoint: Endpoint
  count: number
  atOnce: number
}

export type LoadApi = typeof api

let dashboards: Client[] = []
let frozen: Client[] = []
let lost: string[] = []
let disconnecting = false
let counter: DeliveryCounter | null = null
let completions: Awaited<ReturnType<typeof openCompletions>> | null = null

const events = {
  delivered: (index: number) => counter?.delivered(index),
  lost: (reason: string): void => void (disconnecting || lost.push(reason)),
}

const api = {
  /** Resolves to how long it took until all were subscribed, in ms. */
  async connect({ endpoint, count, atOnce }: ConnectOptions): Promise<number> {
    disconnecting = false
    lost = []
    const begun = now()
    dashboards = await connectClients(endpoint, { count, atOnce }, events)
    return now() - begun
  },

  /** Connects additional dashboards that stop reading once they are subscribed. */
  async freeze({ endpoint, count, atOnce }: ConnectOptions): Promise<void> {
    frozen = await connectClients(endpoint, { count, atOnce }, { delivered() {}, lost() {} })
    for (const client of frozen) client.freeze()
  },

  /** Starts counting deliveries, and sends a completion to this port for each order that reached all dashboards. */
  async count(port: number): Promise<void> {
    completions?.close()
    const opened = await openCompletions(port)
    completions = opened
    counter = new DeliveryCounter(dashboards.length, () => opened.complete(now()))
  },

  /** Deliveries since `count`, bytes received in total, and why connections were lost. */
  report: () => ({
    delivered: counter?.total ?? 0,
    bytes: dashboards.reduce((sum, { received }) => sum + received, 0),
    lost,
  }),

  /**
   * From now on a dashboard that loses its connection reconnects. Resolves when all have: when each was live again, and
   * the number of attempts in total.
   */
  async reconnect(options: ReconnectOptions): Promise<{ times: number[]; attempts: number }> {
    const reconnecting: ReturnType<typeof reconnectClient>[] = []
    await new Promise<void>((resolve) => {
      events.lost = () => {
        reconnecting.push(reconnectClient(options, { lost: () => {} }))
        if (reconnecting.length === dashboards.length) resolve()
      }
    })
    const all = await Promise.all(reconnecting)
    return { times: all.map(({ at }) => at), attempts: all.reduce((sum, { attempts }) => sum + attempts, 0) }
  },

  post,

  /** CPU time of this process so far, in ms. */
  processor: () => processCpuTime([process.pid]),

  /** Drops all connections. */
  disconnect(): void {
    disconnecting = true
    for (const client of [...dashboards, ...frozen]) client.drop()
    dashboards = []
    frozen = []
    completions?.close()
    counter = null
  },
}

serveCalls(api)
