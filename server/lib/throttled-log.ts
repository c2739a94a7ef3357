import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

const minute = 60_000
/** With more keys than this the counts start afresh, so that an attacker with many addresses does not fill the memory. */
const mostKeys = 10_000

export type ThrottledLog = ReturnType<typeof createThrottledLog>

/**
 * Logs at most `perMinute` lines of a key in a minute. The first line after that says in `suppressed` how many were left out.
 * The result says whether the line was logged.
 */
export function createThrottledLog({
  log,
  clock,
  perMinute = 1,
}: {
  log: Log
  clock: Pick<Clock, 'monotonic'>
  perMinute?: number
}) {
  const counts = new Map<string, { until: number; count: number }>()

  return (level: 'info' | 'warn', key: string, fields: object, message: string): boolean => {
    const found = counts.get(key)
    if (found && clock.monotonic() < found.until && ++found.count > perMinute) return false
    const suppressed = found ? Math.max(0, found.count - perMinute) : 0
    if (!found || clock.monotonic() >= found.until) {
      if (counts.size >= mostKeys) counts.clear()
      counts.set(key, { until: clock.monotonic() + minute, count: 1 })
    }
    log[level]({ ...fields, ...(suppressed > 0 && { suppressed }) }, message)
    return true
  }
}
