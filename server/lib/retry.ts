import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from './clock.ts'
import { UnavailableError } from './errors.ts'

export interface RetryOptions {
  /** Whether another attempt makes sense after this error. */
  retryIf(error: unknown): boolean
  /** Milliseconds before the next attempt; `failures` counts the failed attempts so far. */
  delay: number | ((failures: number) => number)
  /** Most attempts; unlimited by default. */
  attempts?: number
  /** Checked after each failure: true ends the retries. */
  cancelled?(): boolean
  onRetry?(error: unknown): void
  /** Replaced in tests and where a clock is injected. */
  wait?(ms: number): Promise<unknown>
}

/** Repeats `work` until it succeeds. Rejects with the last error when there is no further attempt. */
export async function retry<T>(
  work: () => Promise<T>,
  { retryIf, delay, attempts = Infinity, cancelled = () => false, onRetry, wait = sleep }: RetryOptions,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (failures >= attempts || !retryIf(error) || cancelled()) throw error
      onRetry?.(error)
    }
    await wait(typeof delay === 'number' ? delay : delay(failures))
  }
}

export const isUnavailable = (error: unknown): error is UnavailableError => error instanceof UnavailableError

/** Retries every 500 ms while the store is unavailable, until `cancelled()`. */
export const retryWhileUnavailable = <T>(work: () => Promise<T>, clock: Clock, cancelled: () => boolean): Promise<T> =>
  retry(work, {
    retryIf: isUnavailable,
    delay: 500,
    cancelled,
    wait: (ms) => new Promise<void>((resolve) => void clock.after(ms, resolve)),
  })
