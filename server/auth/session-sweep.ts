import { isoTime, type Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../storage/store.ts'
import { logLevelOf } from '../lib/errors.ts'

const hour = 3_600_000

/** Deletes expired sessions, at the start and every hour. */
export function createSessionSweep({ store, clock, log }: { store: Pick<Store, 'sessions'>; clock: Clock; log: Log }) {
  let cancel = () => {}

  function start() {
    store.sessions
      .sweep(isoTime(clock.now()))
      .catch((error: unknown) => log[logLevelOf(error)]({ error }, 'expired sessions could not be deleted'))
    cancel = clock.after(hour, start)
  }

  return { start, stop: () => cancel() }
}
