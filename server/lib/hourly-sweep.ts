import { isoTime, type Clock } from './clock.ts'
import { logLevelOf } from './errors.ts'
import type { Log } from './log.ts'

const hour = 3_600_000

export interface HourlySweepDependencies {
  /** What is deleted, for the log. */
  what: string
  /** Deletes what has expired by `now`. */
  sweep(now: string): Promise<unknown>
  clock: Clock
  log: Log
}

/** Deletes what has expired, at the start and every hour. */
export function createHourlySweep({ what, sweep, clock, log }: HourlySweepDependencies) {
  let cancel = () => {}

  function start() {
    sweep(isoTime(clock.now())).catch((error: unknown) =>
      log[logLevelOf(error)]({ error }, `${what} could not be deleted`),
    )
    cancel = clock.after(hour, start)
  }

  return { start, stop: () => cancel() }
}
