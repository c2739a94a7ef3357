import { createDurations, gaugeOf } from '../lib/metrics.ts'

/** What every adapter measures. `waiting`: the number of operations that the database has not answered. */
export function createStoreMetrics(waiting: () => number) {
  const durations = createDurations({
    name: 'callout_store_duration_seconds',
    help: 'Writes to the embedded database, from the request until they are durable; every operation on MongoDB.',
  })
  return {
    /** `startedAt`: by `performance.now()`. */
    measure: (startedAt: number) => durations.observe((performance.now() - startedAt) / 1000),
    all: [
      durations,
      gaugeOf({ name: 'callout_store_waiting', help: 'Operations that the database has not answered yet.' }, waiting),
    ],
  }
}
