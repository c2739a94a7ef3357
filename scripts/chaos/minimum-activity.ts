import { difference } from './compare/difference.ts'
import { config } from './config.ts'
import type { Counters } from './counters.ts'
import type { Outcome } from './run.ts'

/** Of what `--only-kills` leaves out. */
const leastPerMinute: readonly { counter: keyof Counters; least: number }[] = [
  { counter: 'clockForward', least: 4 },
  { counter: 'clockBack', least: 4 },
  { counter: 'deactivations', least: 3 },
  { counter: 'reactivations', least: 3 },
  { counter: 'released', least: 1 },
  { counter: 'reassigned', least: 1 },
  { counter: 'adminRounds', least: 2 },
  { counter: 'lastAdmin', least: 1 },
  { counter: 'priceChanges', least: 15 },
  { counter: 'withdrawals', least: 2 },
  { counter: 'priceRefusals', least: 4 },
]

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
  if (!onlyKills) {
    for (const { counter, least } of leastPerMinute) {
      const count = counters[counter]
      if (perMinute(count) < least) wrong.push(`${counter}: ${count} in ${seconds.toFixed(0)} s`)
    }
  }
  if (counters.events === 0) wrong.push('no event reached a dashboard')
  return wrong.map(difference('too little activity'))
}
