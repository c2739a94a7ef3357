import { get, set } from 'idb-keyval'
import * as z from 'zod/mini'
import { Order } from '#shared/orders.ts'
import { keptStore } from './kept-store.ts'

/** A vendor's own jobs as the server last had them, for a start without a network. */
export interface KeptJobs {
  all(): Promise<Order[]>
  replace(jobs: readonly Order[]): Promise<void>
}

export function keptJobs(userId: string): KeptJobs {
  const store = keptStore()
  const key = `jobs.${userId}`
  return {
    all: async () => z.array(Order).safeParse(await get(key, store)).data ?? [],
    replace: (jobs) => set(key, jobs, store),
  }
}
