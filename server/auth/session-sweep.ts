import { isoTime, type Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../storage/store.ts'
import { logLevelOf } from '../lib/errors.ts'

const hour = 3_600_000

/** Forgets sessions that have run out, at the start and every hour. */
export function createSessionSweep({ store, clock, log }: { store: Pick<Store, 'sessions'>; clock: Clock; log: Log }) {
  let cancel = () => {}
  return {
    start() {
      store.sessions
        .sweep(isoTime(clock.now()))
        .catch((error: unknown) => log[logLevelOf(error)]({ error }, 'sessions were not swept'))
      cancel = clock.after(hour, () => this.start())
    },
    stop: () => cancel(),
  }
}
