import { difference } from './compare/difference.ts'
import { config } from './config.ts'
import type { Outcome } from './run.ts'

/** A run in which too little has happened proves nothing. */
export function enough({
  seconds,
  tally,
  killEvery,
  onlyKills,
}: Pick<Outcome, 'seconds' | 'tally'> & { killEvery: number; onlyKills: boolean }) {
  const perMinute = (count: number) => count / (seconds / 60)
  // Where they are asked for rarely, starting a node may take as long as from one to the next.
  const leastKills = killEvery > config.server.killEvery ? 20_000 / killEvery : 30
  const [leastOrders, leastChanges] = onlyKills ? [12, 40] : [30, 60]
  const wrong: string[] = []
  if (perMinute(tally.kills) < leastKills) wrong.push(`${tally.kills} kills in ${seconds.toFixed(0)} s`)
  if (perMinute(tally.orders) < leastOrders) wrong.push(`${tally.orders} orders in ${seconds.toFixed(0)} s`)
  if (perMinute(tally.changes) < leastChanges) wrong.push(`${tally.changes} changes in ${seconds.toFixed(0)} s`)
  if (tally.events === 0) wrong.push('no event reached a dashboard')
  return wrong.map(difference('too little'))
}
