import { del, get, set } from 'idb-keyval'
import { offlineStore } from '../offline/offline-store.ts'

/** Stores pictures that were not sent, across reloads. */
export interface OfflineFiles {
  get(id: string): Promise<Blob | null>
  put(id: string, blob: Blob): Promise<void>
  remove(id: string): Promise<void>
}

/** One user's pictures in IndexedDB. Each has a key of its own, so that a list does not load them all. */
export function offlineFiles(userId: string): OfflineFiles {
  const store = offlineStore()
  const keyOf = (id: string) => `files.${userId}.${id}`
  // async, so that the exception of a browser that forbids IndexedDB becomes a rejection.
  return {
    async get(id) {
      const stored: unknown = await get(keyOf(id), store)
      return stored instanceof Blob ? stored : null
    },
    put: async (id, blob) => set(keyOf(id), blob, store),
    remove: async (id) => del(keyOf(id), store),
  }
}
