import type { Clock } from '../../lib/clock.ts'
import type { TextLog } from '../../lib/log.ts'
import type { Failed } from './database.ts'
import { domainError, OutageError, type Outage } from './errors.ts'

/** How often an outage that lasts is logged, in ms. */
const logEvery = 60_000

/** How long the answer to "can the file be written to?" holds, in ms, so that requests cannot force writes. */
const probeEvery = 1_000

interface OutagesDependencies {
  file: string
  clock: Pick<Clock, 'monotonic'>
  log?: TextLog
  /** Resolves when the file can be written to. */
  writeNothing(): Promise<unknown>
}

export type Outages = ReturnType<typeof createOutages>

/** Logs why the file cannot be used, once a minute instead of once per request, and says whether it can be used. */
export function createOutages({ file, clock, log, writeNothing }: OutagesDependencies) {
  const loggedAt = new Map<Outage, number>()
  let damage: OutageError | null = null
  let failedWrite: { at: number; error: OutageError } | null = null
  let probe: { at: number; result: Promise<unknown> } | null = null

  const failed: Failed = (error) => {
    const converted = domainError(error, file)
    if (!(converted instanceof OutageError) || converted.logged) return converted
    const { outage, message, cause } = converted
    if (clock.monotonic() - (loggedAt.get(outage) ?? -Infinity) >= logEvery) {
      loggedAt.set(outage, clock.monotonic())
      log?.error(message)
    }
    const known = new OutageError(outage, file, { cause, logged: log !== undefined })
    if (outage === 'damaged') damage = known
    else failedWrite = { at: clock.monotonic(), error: known }
    return known
  }

  return {
    failed,

    /** To be called after every write: the outages that writes end are over. */
    written() {
      failedWrite = null
      if (loggedAt.size === (damage ? 1 : 0)) return
      for (const outage of loggedAt.keys()) if (outage !== 'damaged') loggedAt.delete(outage)
      log?.info(`${file} can be written to again`)
    },

    /** Rejects while nothing can be written, and from the first damaged page until the next start. */
    async verify(): Promise<void> {
      if (damage) throw damage
      if (failedWrite && clock.monotonic() - failedWrite.at < probeEvery) throw failedWrite.error
      if (!probe || clock.monotonic() - probe.at >= probeEvery)
        probe = { at: clock.monotonic(), result: writeNothing() }
      await probe.result
    },
  }
}
