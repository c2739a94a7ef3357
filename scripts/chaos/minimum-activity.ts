import { config } from './config.ts'
import type { Counters } from './counters.ts'

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

export interface ActivityAsked {
  /** Of the run as it was asked for; a slow machine may take longer for it. */
  minutes: number
  killEvery: number
  onlyKills: boolean
}

/** What a run has done too little of, so far: such a run proves nothing. */
export function missingActivity(counters: Readonly<Counters>, { minutes, killEvery, onlyKills }: ActivityAsked) {
  const { kills, orders, changes, events } = counters
  // With a long kill interval, starting a node may take as long as the interval.
  const leastKills = killEvery > config.server.killEvery ? 20_000 / killEvery : 30
  const [leastOrders, leastChanges] = onlyKills ? [12, 40] : [30, 60]
  const missing: string[] = []
  const check = (count: number, least: number, what: string) => {
    if (count < least * minutes) missing.push(`${count} ${what}`)
  }
  check(kills, leastKills, 'kills')
  check(orders, leastOrders, 'orders')
  check(changes, leastChanges, 'changes')
  if (!onlyKills) for (const { what, least, count } of leastPerMinute) check(count(counters), least, what)
  if (events === 0) missing.push('0 events on dashboards')
  return missing
}
