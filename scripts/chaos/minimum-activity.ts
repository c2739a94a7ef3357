import { difference } from './compare/difference.ts'
import { config } from './config.ts'
import type { Outcome } from './run.ts'

/** A run with too little activity proves nothing, so it counts as a failure. */
export function checkMinimumActivity({
  seconds,
  counters,
  killEvery,
  onlyKills,
}: Pick<Outcome, 'seconds' | 'counters'> & { killEvery: number; onlyKills: boolean }) {
  const perMinute = (count: number) => count / (seconds / 60)
  // With a long kill interval, starting a node may take as long as the interval.
  const leastKills = killEvery > config.server.killEvery ? 20_000 / killEvery : 30
  const [leastOrders, leastChanges] = onlyKills ? [12, 40] : [30, 60]
  const wrong: string[] = []
  if (perMinute(counters.kills) < leastKills) wrong.push(`${counters.kills} kills in ${seconds.toFixed(0)} s`)
  if (perMinute(counters.orders) < leastOrders) wrong.push(`${counters.orders} orders in ${seconds.toFixed(0)} s`)
  if (perMinute(counters.changes) < leastChanges) wrong.push(`${counters.changes} changes in ${seconds.toFixed(0)} s`)
  if (counters.events === 0) wrong.push('no event reached a dashboard')
  return wrong.map(difference('too little activity'))
}
