import { signal } from '@preact/signals'
import { readSetting, writeSetting } from '../ui/local-storage.ts'

/**
 * Estimates the server's clock. Each response's `Server-Time` header (or `Date`, in whole seconds) bounds the offset: the
 * server wrote it after the request was sent and before the response was received. Intersecting these intervals narrows
 * the offset to half of the shortest round trip.
 */
export function createClock(local: () => number = Date.now, storage: OffsetStorage | null = null) {
  let low = -Infinity
  let high = Infinity
  let saved = storage?.load() ?? 0

  const offset = () => (Number.isFinite(low + high) ? (low + high) / 2 : saved)

  return {
    /** Milliseconds since 1970 by the server's clock. */
    now: () => local() + offset(),
    /** The largest possible error, in ms; Infinity before the first response. */
    accuracy: () => (high - low) / 2,
    observe(time: string | null, sentAt: number, receivedAt: number) {
      const server = time ? Date.parse(time) : NaN
      if (!time || Number.isNaN(server)) return
      const from = server - receivedAt
      // `Date` is truncated to seconds, `Server-Time` to milliseconds.
      const to = server + (/\.\d{3}Z$/.test(time) ? 1 : 1000) - sentAt
      // The intervals do not intersect: one of the two clocks was set, so start over.
      const agrees = from <= high && to >= low
      low = agrees ? Math.max(low, from) : from
      high = agrees ? Math.min(high, to) : to
      // Smaller changes are not written to storage.
      if (Math.abs(offset() - saved) < 100) return
      saved = offset()
      storage?.save(saved)
    },
  }
}
/** Stores the last offset, in ms, for a page that starts without a network. */
interface OffsetStorage {
  load(): number
  save(offset: number): void
}

export type Clock = ReturnType<typeof createClock>

export const clock = createClock(Date.now, {
  load: () => Number(readSetting('clock')) || 0,
  save: (offset) => writeSetting('clock', String(Math.round(offset))),
})

/** The server's time for relative times ("3 min ago"); updated every ten seconds while the page is visible. */
export const now = signal(clock.now())

export function startTicking(): () => void {
  const tick = () => {
    if (!document.hidden) now.value = clock.now()
  }
  const timer = setInterval(tick, 10_000)
  document.addEventListener('visibilitychange', tick)
  tick()
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', tick)
  }
}
