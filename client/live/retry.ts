import { signal } from '@preact/signals-core'
import { isTransient } from './api-error.ts'
import { readOnly } from './read-only.ts'

/** As setTimeout; tests inject their own. */
export type SetTimer = (work: () => void, milliseconds: number) => unknown

/** Delays in ms: of the first retry, and the longest. */
export interface BackOffLimits {
  first: number
  most: number
}

/** The delay before a retry, in ms: it doubles up to `most`. The jitter keeps clients from retrying at the same moment. */
export const backOff = (attempt: number, { first, most }: BackOffLimits): number =>
  Math.min(most, first * 2 ** attempt) * (0.75 + Math.random() / 2)

export type RetryTimer = ReturnType<typeof createRetryTimer>

/** At most one scheduled attempt, with a longer delay after each failure. */
export function createRetryTimer(limits: BackOffLimits, setTimer: SetTimer = setTimeout) {
  let failures = 0
  let newest = 0
  let pending = false

  /** It replaces an attempt that is still pending. */
  function schedule(work: () => void, milliseconds: number): void {
    const id = ++newest
    pending = true
    setTimer(() => {
      if (id !== newest) return
      pending = false
      work()
    }, milliseconds)
  }

  return {
    schedule,
    /** Counts a failure and schedules the next attempt after its delay. */
    failed: (work: () => void) => schedule(work, backOff(failures++, limits)),
    succeeded: () => void (failures = 0),
    /** Failures since the last success. */
    failures: () => failures,
    isPending: () => pending,
  }
}

export type Retry = ReturnType<typeof createRetry>

/** Repeats a request until it succeeds or is refused. Transient failures (no network, a restarting server) are retried. */
export function createRetry(setTimer: SetTimer = setTimeout) {
  const waiting = signal(false)
  let cancelled = false
  let wake = () => {}

  return {
    /** Whether the request has failed and waits for its next attempt. */
    waiting: readOnly<boolean>(waiting),
    /** Rejects with the refusal; after `cancel`, with the last transient failure. */
    async run<T>(work: () => Promise<T>): Promise<T> {
      cancelled = false
      const timer = createRetryTimer({ first: 500, most: 4_000 }, setTimer)
      try {
        for (;;) {
          try {
            return await work()
          } catch (error) {
            if (!isTransient(error) || cancelled) throw error
            waiting.value = true
            await new Promise<void>((resolve) => {
              wake = resolve
              timer.failed(resolve)
            })
            if (cancelled) throw error
          }
        }
      } finally {
        waiting.value = false
      }
    },
    cancel(): void {
      cancelled = true
      wake()
    },
  }
}
