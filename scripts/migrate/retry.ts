import { setTimeout as sleep } from 'node:timers/promises'
import { UnavailableError } from '../../server/lib/errors.ts'

/** How long an unavailable database is retried without progress, and the pause between attempts, in ms. */
const retryFor = 60_000
const retryAfter = 1_000

export interface Timer {
  now: () => number
  wait: (ms: number) => Promise<unknown>
}

export const systemTimer: Timer = { now: () => performance.now(), wait: (ms) => sleep(ms) }

/** Retries while a database is unavailable, until a minute passes without a call of `progressed`. */
export async function retryWithProgress<T>(
  work: (progressed: () => void) => Promise<T>,
  print: (line: string) => void,
  { now, wait }: Timer,
): Promise<T> {
  let since: number | null = null
  for (;;) {
    try {
      return await work(() => void (since = null))
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
      if (since === null) print(`${error.message}: retrying for a minute`)
      since ??= now()
      if (now() - since >= retryFor)
        throw new Error(`${error.message}: stopped retrying; the same command resumes the migration`, { cause: error })
    }
    await wait(retryAfter)
  }
}
