import { get, update } from 'idb-keyval'
import * as z from 'zod/mini'
import { offlineStore } from './offline-store.ts'

/** Stores what could not be sent, across reloads. */
export interface OfflineList<Item> {
  all(): Promise<Item[]>
  /** Adds it, or replaces the one with the same id. */
  put(item: Item): Promise<void>
  remove(id: string): Promise<void>
}

/** One list in IndexedDB, oldest first, updated in one transaction. */
export function offlineList<Item extends { id: string }>(key: string, schema: z.ZodMiniType<Item>): OfflineList<Item> {
  const store = offlineStore()
  const read = (stored: unknown): Item[] => z.array(schema).safeParse(stored ?? []).data ?? []
  // async, so that the exception of a browser that forbids IndexedDB becomes a rejection.
  const edit = async (next: (items: Item[]) => Item[]) => update(key, (stored: unknown) => next(read(stored)), store)
  return {
    all: async () => read(await get(key, store)),
    put: (item) => edit((items) => [...items.filter(({ id }) => id !== item.id), item]),
    remove: (removed) => edit((items) => items.filter(({ id }) => id !== removed)),
  }
}
