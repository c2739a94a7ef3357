import { get, update } from 'idb-keyval'
import * as z from 'zod/mini'
import { offlineStore } from './offline-store.ts'
import { PendingChange } from '../orders/pending-changes.ts'

/** Where steps wait that could not be sent, across reloads. What it cannot keep is kept by the page alone. */
export interface OfflineChanges {
  all(): Promise<PendingChange[]>
  /** Adds it, or replaces the one with its commandId. */
  put(step: PendingChange): Promise<void>
  remove(commandIds: readonly string[]): Promise<void>
}

/** One user's steps in IndexedDB: one list, oldest first, changed in one transaction each time. */
export function offlineChanges(userId: string): OfflineChanges {
  const store = offlineStore()
  const key = `steps.${userId}`
  // Asynchronous, so that a browser that forbids IndexedDB, which throws at once, rejects as any other failure does.
  const change = async (next: (steps: PendingChange[]) => PendingChange[]) =>
    update(key, (kept: unknown) => next(read(kept)), store)
  return {
    all: async () => read(await get(key, store)),
    put: (step) =>
      change((steps) => {
        const index = steps.findIndex(({ commandId }) => commandId === step.commandId)
        return index < 0 ? [...steps, step] : steps.with(index, step)
      }),
    remove: (commandIds) => change((steps) => steps.filter(({ commandId }) => !commandIds.includes(commandId))),
  }
}

/** What an older version of the page has kept may have another shape: that can no longer be sent. */
function read(kept: unknown): PendingChange[] {
  return (
    z
      .array(z.unknown())
      .safeParse(kept ?? [])
      .data?.flatMap((one) => PendingChange.safeParse(one).data ?? []) ?? []
  )
}
