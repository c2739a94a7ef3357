import { setTimeout as sleep } from 'node:timers/promises'
import { isUnavailable, retry } from '../../server/lib/retry.ts'

/** How long retries continue without progress, and the pause between two attempts, in ms. */
const withoutProgress = 60_000
const delay = 1_000

export interface Timer {
  now: () => number
  wait: (ms: number) => Promise<unknown>
}

export const systemTimer: Timer = { now: () => performance.now(), wait: (ms) => sleep(ms) }

/** Retries while a database is unavailable, for at most a minute without progress. */
export async function retryWithProgress<T>(
  work: (onProgress: () => void) => Promise<T>,
  print: (line: string) => void,
  { now, wait }: Timer,
): Promise<T> {
  let failingSince: number | null = null
  try {
    return await retry(() => work(() => void (failingSince = null)), {
      retryIf(error) {
        if (!isUnavailable(error)) return false
        if (failingSince === null) print(`${error.message}: retrying for a minute`)
        failingSince ??= now()
        return now() - failingSince < withoutProgress
      },
      delay,
      wait,
    })
  } catch (error) {
    if (!isUnavailable(error)) throw error
    throw new Error(`${error.message}: stopped retrying; the same command resumes the migration`, { cause: error })
  }
}
