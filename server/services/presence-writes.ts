import type { Clock } from '../lib/clock.ts'
import type { PresenceRecord, Store } from '../storage/store.ts'
import { UnavailableError } from '../lib/errors.ts'

/** From a write that failed to the next attempt, in ms. */
const retryAfter = 2_000

/** Of one vendor's states only the newest is worth writing, and one write at a time keeps them in order. */
export function createPresenceWrites(store: Pick<Store, 'presence'>, clock: Clock) {
  const waiting = new Map<string, PresenceRecord>()
  let writing = Promise.resolve()
  let turns = 0
  let away: { until: number; error: UnavailableError } | null = null
  let cancelRetry: (() => void) | null = null

  function write(vendorId: string): Promise<void> {
    const turn = ++turns
    writing = writing
      .catch(() => {})
      .then(async () => {
        const newest = waiting.get(vendorId)
        if (!newest) return
        if (away && turn <= away.until) throw away.error
        waiting.delete(vendorId)
        try {
          await store.presence.put(newest)
        } catch (error) {
          if (!waiting.has(vendorId)) waiting.set(vendorId, newest)
          // Whoever has queued up so far would find out the same, each after a while.
          if (error instanceof UnavailableError) away = { until: turns, error }
          cancelRetry ??= clock.after(retryAfter, retry)
          throw error
        }
      })
    return writing
  }

  function retry() {
    cancelRetry = null
    for (const vendorId of waiting.keys()) write(vendorId).catch(() => {})
  }

  const drain = () => writing.catch(() => {})

  return {
    /**
     * Resolves when this state, or a newer one, is written. A write that fails is its callers' to hear of; what it should
     * have written is tried again with the next, and by itself until it is written: the vendor may not come back.
     */
    keep(record: PresenceRecord): Promise<void> {
      waiting.set(record.vendorId, record)
      return write(record.vendorId)
    },

    /** Resolves when everything that was given so far is kept, or has failed. */
    drain,

    /** The same; what still cannot be written is given up. */
    async stop() {
      await drain()
      cancelRetry?.()
      cancelRetry = null
    },
  }
}
