import { retry } from '../../../server/lib/retry.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import type { ApiError } from '../../../client/models/session/api-error.ts'
import type { Counters } from '../counters.ts'
import { isDefinite } from './send.ts'

/** The result of a request that was repeated until its response was definite. */
export type Outcome<T> = { done: true; value: T } | { done: false; refusal: ApiError }

export type Retry = ReturnType<typeof createRetry>

/**
 * Retries with exponential back-off until there is a definite response. Only `giveUp` ends the retries without one;
 * such requests are counted as abandoned.
 */
export function createRetry(random: Random, counters: Pick<Counters, 'retries'>) {
  let gaveUp = false
  let abandoned = 0

  return {
    async untilDefinite<T>(send: () => Promise<T>): Promise<Outcome<T> | null> {
      try {
        const value = await retry(send, {
          retryIf: (error) => !isDefinite(error),
          delay: (failures) => Math.min(1_500, 60 * 2 ** (failures - 1)) * (0.5 + random.next()),
          cancelled: () => gaveUp,
          onRetry: () => void counters.retries++,
        })
        return { done: true, value }
      } catch (error) {
        if (isDefinite(error)) return { done: false, refusal: error }
      }
      abandoned++
      return null
    },
    giveUp: () => void (gaveUp = true),
    abandoned: () => abandoned,
  }
}
