import type { PresenceRecord, Store } from '../storage/store.ts'

/** Of one vendor's states only the newest is worth writing, and one write at a time keeps them in order. */
export function createPresenceWrites(store: Pick<Store, 'presence'>) {
  const waiting = new Map<string, PresenceRecord>()
  let writing = Promise.resolve()

  return {
    /**
     * Resolves when this state, or a newer one, is written. A write that fails is its callers' to hear of; what it should
     * have written is tried again with the next, whose caller may have given it.
     */
    keep(record: PresenceRecord): Promise<void> {
      waiting.set(record.vendorId, record)
      writing = writing
        .catch(() => {})
        .then(async () => {
          const newest = waiting.get(record.vendorId)
          if (!newest) return
          waiting.delete(record.vendorId)
          try {
            await store.presence.put(newest)
          } catch (error) {
            if (!waiting.has(record.vendorId)) waiting.set(record.vendorId, newest)
            throw error
          }
        })
      return writing
    },

    /** Resolves when everything that was given so far is kept, or has failed. */
    drain: () => writing.catch(() => {}),
  }
}
