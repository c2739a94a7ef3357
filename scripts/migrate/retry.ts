import { setTimeout as sleep } from 'node:timers/promises'
import { UnavailableError } from '../../server/lib/errors.ts'

/** How long a database that is away is waited for, and how long until it is tried again, in ms. */
const longest = 60_000
const again = 1_000

export interface Waiting {
  now: () => number
  wait: (ms: number) => Promise<unknown>
}

export const waiting: Waiting = { now: () => performance.now(), wait: (ms) => sleep(ms) }

/** Does it again while a database is away, until for a minute nothing `goesOn`. */
export async function retryWithProgress<T>(
  work: (goesOn: () => void) => Promise<T>,
  tell: (line: string) => void,
  { now, wait }: Waiting,
): Promise<T> {
  let since: number | null = null
  for (;;) {
    try {
      return await work(() => void (since = null))
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
      if (since === null) tell(`${error.message}: trying for a minute`)
      since ??= now()
      if (now() - since >= longest)
        throw new Error(`${error.message}: given up; the same command goes on from here`, { cause: error })
    }
    await wait(again)
  }
}
