/** Time, injected wherever it matters, so that a test may hold it still. `now` is milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** Calls `run` once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void
}

/** setTimeout holds its delay in 32 bits: a longer one would fire at once. */
const longestTimeout = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(
      () => {
        if (ms > longestTimeout) cancel = systemClock.after(ms - longestTimeout, run)
        else run()
      },
      Math.min(Math.max(ms, 0), longestTimeout),
    )
    timer.unref()
    let cancel = () => clearTimeout(timer)
    return () => cancel()
  },
}

/** ISO 8601 UTC with milliseconds, as every time on the wire. */
export const isoTime = (ms: number) => new Date(ms).toISOString()
