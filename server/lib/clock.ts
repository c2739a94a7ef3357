/** The time, injected so that a test can control it. `now` returns milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** Milliseconds for measuring how long something takes: setting the system clock does not change them. */
  monotonic(): number
  /** Calls `run` once after `ms`. Returns a function that cancels the call. */
  after(ms: number, run: () => void): () => void
}

/** setTimeout stores its delay in a signed 32-bit integer and fires at once on overflow. */
const longestTimeout = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
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

/**
 * How far the clocks of servers and databases may differ, or be set back, in ms, before a vendor is not told that an offer
 * is gone. Within it, a vendor may be told again of an order that was gone before.
 */
export const maxClockSkew = 600_000

/** ISO 8601 UTC with milliseconds, the format of every time on the wire. */
export const isoTime = (ms: number) => new Date(ms).toISOString()
