import { signal, type ReadonlySignal } from '@preact/signals'
import { isTransient } from '../session/api-error.ts'
import { backOff } from './back-off.ts'

export type Retry = ReturnType<typeof createRetry>

/** Does something until it is done or refused: what passes (no network, a server that restarts) is waited out. */
export function createRetry(later: (work: () => void, milliseconds: number) => unknown = setTimeout) {
  const waiting = signal(false)
  let given = false
  let wake = () => {}

  return {
    /** Whether it could not be done yet and is tried again. */
    waiting: waiting as ReadonlySignal<boolean>,
    /** Rejects with what refused it, or with the reason for waiting once it was given up. */
    async insist<T>(work: () => Promise<T>): Promise<T> {
      given = false
      try {
        for (let attempt = 0; ; attempt++) {
          try {
            return await work()
          } catch (error) {
            if (!isTransient(error) || given) throw error
            waiting.value = true
            await new Promise<void>((resolve) => {
              wake = resolve
              later(resolve, backOff(attempt, { first: 500, most: 4_000 }))
            })
            if (given) throw error
          }
        }
      } finally {
        waiting.value = false
      }
    },
    giveUp(): void {
      given = true
      wake()
    },
  }
}
