import { signal } from '@preact/signals'
import { readSetting, writeSetting } from '../ui/local-storage.ts'

/**
 * The server's clock as seen from here. Each answer's `Server-Time` header (or `Date`, in whole seconds) proves that the
 * offset lies in an interval: the server wrote it after the request left and before the answer came. Intersecting the
 * intervals narrows it to half of the quickest round trip.
 */
export function createClock(local: () => number = Date.now, kept: KeptOffset | null = null) {
  let low = -Infinity
  let high = Infinity
  let known = kept?.recall() ?? 0

  const offset = () => (Number.isFinite(low + high) ? (low + high) / 2 : known)

  return {
    /** Milliseconds since 1970 by the server's clock. */
    now: () => local() + offset(),
    /** How far it may be from the truth, in ms; Infinity before the first answer. */
    accuracy: () => (high - low) / 2,
    observe(time: string | null, sentAt: number, receivedAt: number) {
      const server = time ? Date.parse(time) : NaN
      if (!time || Number.isNaN(server)) return
      const from = server - receivedAt
      // Cut off to whole seconds, or to milliseconds.
      const to = server + (/\.\d{3}Z$/.test(time) ? 1 : 1000) - sentAt
      // No common ground with what was known: one of the two clocks was set. Start anew.
      const agrees = from <= high && to >= low
      low = agrees ? Math.max(low, from) : from
      high = agrees ? Math.min(high, to) : to
      // Not every millisecond is worth a write.
      if (Math.abs(offset() - known) < 100) return
      known = offset()
      kept?.remember(known)
    },
  }
}
/** The offset as it was last known, in ms: a page that starts without a network goes by it. */
interface KeptOffset {
  recall(): number
  remember(offset: number): void
}

export type Clock = ReturnType<typeof createClock>

export const clock = createClock(Date.now, {
  recall: () => Number(readSetting('clock')) || 0,
  remember: (offset) => writeSetting('clock', String(Math.round(offset))),
})

/** The server's time for everything that says "3 min ago"; moves every ten seconds while the page is visible. */
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
