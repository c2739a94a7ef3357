import { delMany, get, keys, set } from 'idb-keyval'
import * as z from 'zod/mini'
import { Order } from '#shared/orders.ts'
import { deleteSeenOrders } from '../orders/seen-order.ts'
import { offlineStore } from './offline-store.ts'

/** A vendor's own jobs as the server last had them, for a start without a network. */
export interface OfflineJobs {
  all(): Promise<Order[]>
  replace(jobs: readonly Order[]): Promise<void>
}

const keyOf = (userId: string) => `jobs.${userId}`

export function offlineJobs(userId: string): OfflineJobs {
  const store = offlineStore()
  return {
    all: async () => z.array(Order).safeParse(await get(keyOf(userId), store)).data ?? [],
    replace: async (jobs) => set(keyOf(userId), jobs, store),
  }
}

/** Deletes the jobs of all users but one: addresses and phone numbers stay only while their vendor is signed in. */
export async function deleteJobs({ but: except }: { but: string | null }): Promise<void> {
  const store = offlineStore()
  const others = (await keys(store)).filter(
    (key) => typeof key === 'string' && key.startsWith(keyOf('')) && key !== keyOf(except ?? ''),
  )
  await delMany(others, store)
}

/**
 * Deletes what this browser has stored of all users but one. When the server has ended the session, what the person has seen
 * stays: after the next sign-in the changes made meanwhile are said.
 */
export function deleteStored({ but, ended }: { but: string | null; ended: boolean }): Promise<void> {
  if (!ended) deleteSeenOrders({ but })
  return deleteJobs({ but })
}
