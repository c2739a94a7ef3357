import { get, update } from 'idb-keyval'
import * as z from 'zod/mini'
import { offlineStore } from './offline-store.ts'
import { PendingChange } from '../orders/pending-changes.ts'

/** Stores the changes that could not be sent, across reloads. */
export interface OfflineChanges {
  all(): Promise<PendingChange[]>
  /** Adds it, or replaces the one with the same commandId. */
  put(change: PendingChange): Promise<void>
  remove(commandIds: readonly string[]): Promise<void>
}

/** One user's changes in IndexedDB: one list, oldest first, updated in one transaction. */
export function offlineChanges(userId: string): OfflineChanges {
  const store = offlineStore()
  const key = `steps.${userId}`
  // async, so that the exception of a browser that forbids IndexedDB becomes a rejection.
  const edit = async (next: (changes: PendingChange[]) => PendingChange[]) =>
    update(key, (stored: unknown) => next(read(stored)), store)
  return {
    all: async () => read(await get(key, store)),
    put: (change) =>
      edit((changes) => {
        const index = changes.findIndex(({ commandId }) => commandId === change.commandId)
        return index < 0 ? [...changes, change] : changes.with(index, change)
      }),
    remove: (commandIds) => edit((changes) => changes.filter(({ commandId }) => !commandIds.includes(commandId))),
  }
}

/** Skips changes that an older version of the page has stored in another shape. */
function read(stored: unknown): PendingChange[] {
  return (
    z
      .array(z.unknown())
      .safeParse(stored ?? [])
      .data?.flatMap((one) => PendingChange.safeParse(one).data ?? []) ?? []
  )
}
