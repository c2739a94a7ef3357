import { difference } from './compare/difference.ts'
import { config } from './config.ts'
import type { Counters } from './counters.ts'
import type { Outcome } from './run.ts'

/** Of what `--only-kills` leaves out; an idle machine does several times as much. */
const leastPerMinute: readonly { what: string; least: number; count(counters: Readonly<Counters>): number }[] = [
  { what: 'steps of the clock forward', least: 4, count: ({ clockForward }) => clockForward },
  { what: 'steps of the clock back', least: 4, count: ({ clockBack }) => clockBack },
  { what: 'deactivations of vendors', least: 2, count: ({ deactivations }) => deactivations },
  { what: 'activations of vendors', least: 2, count: ({ reactivations }) => reactivations },
  { what: 'jobs handed over', least: 0.5, count: ({ released, reassigned }) => released + reassigned },
  { what: 'rounds of admins', least: 0.5, count: ({ adminRounds }) => adminRounds },
  { what: 'changes of prices', least: 10, count: ({ priceChanges }) => priceChanges },
  { what: 'withdrawals of services', least: 0.5, count: ({ withdrawals }) => withdrawals },
  { what: 'corrections of orders', least: 5, count: ({ corrections }) => corrections },
  { what: 'messages', least: 5, count: ({ messages }) => messages },
  { what: 'photos', least: 5, count: ({ photos }) => photos },
  { what: 'payments', least: 2, count: ({ payments }) => payments },
  { what: 'refunds', least: 0.5, count: ({ refunds }) => refunds },
  { what: 'ratings', least: 2, count: ({ ratings }) => ratings },
  { what: 'orders that failed', least: 1, count: ({ failures }) => failures },
  { what: 'orders that were reopened', least: 0.5, count: ({ reopened }) => reopened },
  { what: 'orders refused for their price', least: 3, count: ({ priceRefusals }) => priceRefusals },
  { what: 'orders refused as no vendor is able', least: 1, count: ({ ableRefusals }) => ableRefusals },
  { what: 'changes of skills', least: 5, count: ({ skillChanges }) => skillChanges },
  { what: 'offers moved on', least: 5, count: ({ offerMoves }) => offerMoves },
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
    for (const { what, least, count } of leastPerMinute) {
      const found = count(counters)
      if (perMinute(found) < least) wrong.push(`${found} ${what} in ${seconds.toFixed(0)} s`)
    }
  }
  if (counters.events === 0) wrong.push('no event reached a dashboard')
  return wrong.map(difference('too little activity'))
}
