import { answerCalls } from '../calls.ts'
import { now } from '../clock.ts'
import { openFeedback } from '../feedback.ts'
import { processorTime } from '../processor.ts'
import type { Client } from './client.ts'
import { connectCrowd } from './crowd.ts'
import { post } from './posting.ts'
import type { Door } from './protocols.ts'
import { comeBack, type ReturnOptions } from './returning.ts'
import { Tally } from './tally.ts'

// The load generator: every dashboard of a measure, in a process of its own (process.ts is the other end).

export interface ConnectOptions {
  door: Door
  count: number
  atOnce: number
}

export type LoadApi = typeof api

let dashboards: Client[] = []
let frozen: Client[] = []
let lost: string[] = []
let leaving = false
let tally: Tally | null = null
let feedback: Awaited<ReturnType<typeof openFeedback>> | null = null

const events = {
  delivered: (index: number) => tally?.delivered(index),
  lost: (why: string): void => void (leaving || lost.push(why)),
}

const api = {
  /** Resolves to how long it took until all were in, in ms. */
  async connect({ door, count, atOnce }: ConnectOptions): Promise<number> {
    leaving = false
    lost = []
    const begun = now()
    dashboards = await connectCrowd(door, { count, atOnce }, events)
    return now() - begun
  },

  /** Some more, that never read again once they are in. */
  async freeze({ door, count, atOnce }: ConnectOptions): Promise<void> {
    frozen = await connectCrowd(door, { count, atOnce }, { delivered() {}, lost() {} })
    for (const client of frozen) client.freeze()
  },

  /** Counts from here on, and says to this port whenever an order has reached all. */
  async count(port: number): Promise<void> {
    feedback?.close()
    const opened = await openFeedback(port)
    feedback = opened
    tally = new Tally(dashboards.length, () => opened.complete(now()))
  },

  /** How many orders were delivered since then, in how many bytes with all that came before, and why dashboards were lost. */
  report: () => ({
    delivered: tally?.total ?? 0,
    bytes: dashboards.reduce((sum, { received }) => sum + received, 0),
    lost,
  }),

  /**
   * From now on whoever is lost comes back. Resolves when all have, to when each was live again, and how many attempts
   * it took in all.
   */
  async comeBack(options: ReturnOptions): Promise<{ times: number[]; attempts: number }> {
    const returned: ReturnType<typeof comeBack>[] = []
    await new Promise<void>((resolve) => {
      events.lost = () => {
        returned.push(comeBack(options, { lost: () => {} }))
        if (returned.length === dashboards.length) resolve()
      }
    })
    const all = await Promise.all(returned)
    return { times: all.map(({ at }) => at), attempts: all.reduce((sum, { attempts }) => sum + attempts, 0) }
  },

  /** Places orders for so long. */
  post,

  /** Processor time of this process so far, in ms. */
  processor: () => processorTime([process.pid]),

  /** All go, without a goodbye. */
  leave(): void {
    leaving = true
    for (const client of [...dashboards, ...frozen]) client.drop()
    dashboards = []
    frozen = []
    feedback?.close()
    tally = null
  },
}

answerCalls(api)
