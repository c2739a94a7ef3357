import type { Clock } from '../lib/clock.ts'
import type { PresenceRecord, Store } from '../storage/store.ts'
import { UnavailableError } from '../lib/errors.ts'

/** Delay before a failed write is retried, in ms. */
const retryDelay = 2_000

/** Writes only the newest state of each vendor, one write at a time, so that they stay in order. */
export function createPresenceWrites(store: Pick<Store, 'presence'>, clock: Clock) {
  const pending = new Map<string, PresenceRecord>()
  let writing = Promise.resolve()
  let writes = 0
  let unavailable: { until: number; error: UnavailableError } | null = null
  let cancelRetry: (() => void) | null = null

  function write(vendorId: string): Promise<void> {
    const number = ++writes
    writing = writing
      .catch(() => {})
      .then(async () => {
        const newest = pending.get(vendorId)
        if (!newest) return
        if (unavailable && number <= unavailable.until) throw unavailable.error
        pending.delete(vendorId)
        try {
          await store.presence.put(newest)
        } catch (error) {
          if (!pending.has(vendorId)) pending.set(vendorId, newest)
          // The writes queued so far would each wait for the same error.
          if (error instanceof UnavailableError) unavailable = { until: writes, error }
          cancelRetry ??= clock.after(retryDelay, retry)
          throw error
        }
      })
    return writing
  }

  function retry() {
    cancelRetry = null
    for (const vendorId of pending.keys()) write(vendorId).catch(() => {})
  }

  const drain = () => writing.catch(() => {})

  return {
    /**
     * Resolves when this state, or a newer one of the vendor, is written. Rejects when the write fails; the state is
     * then written with the next one or by a timer, as the vendor may not reconnect.
     */
    put(record: PresenceRecord): Promise<void> {
      pending.set(record.vendorId, record)
      return write(record.vendorId)
    },

    /** Resolves when every write so far has ended. */
    drain,

    /** The same, without further retries. */
    async stop() {
      await drain()
      cancelRetry?.()
      cancelRetry = null
    },
  }
}
