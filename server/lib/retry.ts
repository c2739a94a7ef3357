import type { Clock } from './clock.ts'
import { UnavailableError } from './errors.ts'

const again = 500

/** Does it again and again while what it needs cannot be used, until it is `given up`; the last failure is then the answer. */
export async function retryWhileUnavailable<T>(
  work: () => Promise<T>,
  clock: Clock,
  givenUp: () => boolean,
): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof UnavailableError) || givenUp()) throw error
    }
    await new Promise<void>((resolve) => void clock.after(again, resolve))
  }
}
