import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import type { ApiError } from '../../../client/models/session/api-error.ts'
import type { Tally } from '../counters.ts'
import { isDefinite } from './send.ts'

/** What came of something that was asked for until there was an answer. */
export type Outcome<T> = { done: true; value: T } | { done: false; refusal: ApiError }

export type Retry = ReturnType<typeof createRetry>

/**
 * Tries again, ever less often, until there is a definite answer. Only `giveUp` ends it without one, and that is
 * counted: nobody gives up in silence.
 */
export function createRetry(random: Random, tally: Pick<Tally, 'retries'>) {
  let over = false
  let abandoned = 0

  return {
    async untilAnswered<T>(ask: () => Promise<T>): Promise<Outcome<T> | null> {
      for (let attempt = 0; !over; attempt++) {
        try {
          return { done: true, value: await ask() }
        } catch (error) {
          if (isDefinite(error)) return { done: false, refusal: error }
        }
        tally.retries++
        await sleep(Math.min(1_500, 60 * 2 ** attempt) * (0.5 + random.next()))
      }
      abandoned++
      return null
    },
    giveUp: () => void (over = true),
    abandoned: () => abandoned,
  }
}
