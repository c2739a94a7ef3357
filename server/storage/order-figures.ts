import {
  durationSteps,
  type Duration,
  type DurationName,
  type Figures,
  type RatingFigures,
  type StatusCounts,
} from '#shared/figures.ts'
import { isOrderStatus } from '#shared/order-status.ts'
import { starCounts } from '#shared/ratings.ts'
import { bucketCount, secondsOf, subjectsOf, type OrderFacts } from './order-facts.ts'
import type { OrderFigures } from './store.ts'

// Sums of what order-facts.ts counts of each order, for any adapter.

/** `buckets`: by duration, in the order of `durationSteps`, then by bucket. After them those of ratings, by their stars. */
export interface Tally {
  statuses: Map<string, number>
  revenue: Map<string, number>
  buckets: Float64Array
}

/** The figures of the orders that were placed in a range, while they are summed up. */
export interface FigureSums {
  all: Tally
  vendors: Map<string, Tally>
  services: Map<string, Tally>
  hours: Map<string, Map<string, number>>
}

const durationNames = Object.keys(durationSteps)
const ratingsStart = durationNames.length * bucketCount

export const emptyTally = (): Tally => ({
  statuses: new Map(),
  revenue: new Map(),
  buckets: new Float64Array(ratingsStart + bucketCount),
})

export const emptySums = (): FigureSums => ({
  all: emptyTally(),
  vendors: new Map(),
  services: new Map(),
  hours: new Map(),
})

export function addTo(counts: Map<string, number>, key: string, by: number): void {
  const sum = (counts.get(key) ?? 0) + by
  if (sum === 0) counts.delete(key)
  else counts.set(key, sum)
}

/** The tally of a vendor or service, created when it is missing; that of all orders for any other kind. */
export function tallyOf(figures: FigureSums, kind: string, subject: string): Tally {
  const tallies = kind === 'vendor' ? figures.vendors : kind === 'service' ? figures.services : null
  if (!tallies) return figures.all
  const found = tallies.get(subject) ?? emptyTally()
  tallies.set(subject, found)
  return found
}

/** `times`: how many orders have these facts; negative to take them away. */
export function addFacts(figures: FigureSums, facts: OrderFacts, times: number): void {
  for (const [kind, subject, revenue] of subjectsOf(facts))
    addToTally(tallyOf(figures, kind, subject), facts, revenue, times)
  addToHour(figures, facts.hour, facts.status, times)
}

/** `revenue`: the part of the order's that counts here. */
export function addToTally(
  tally: Tally,
  { status, currency, durations }: OrderFacts,
  revenue: number,
  times: number,
): void {
  addTo(tally.statuses, status, times)
  addTo(tally.revenue, currency, times * revenue)
  durations.forEach((bucket, duration) => {
    if (bucket === null) return
    const index = duration * bucketCount + bucket
    tally.buckets[index] = (tally.buckets[index] ?? 0) + times
  })
}

export function addToHour({ hours }: FigureSums, hour: string, status: string, by: number): void {
  const statuses = hours.get(hour) ?? new Map<string, number>()
  addTo(statuses, status, by)
  if (statuses.size === 0) hours.delete(hour)
  else hours.set(hour, statuses)
}

export const figuresOf = ({ all, vendors, services, hours }: FigureSums): OrderFigures => ({
  all: figuresOfTally(all),
  vendors: figuresOfEach(vendors),
  services: figuresOfEach(services),
  hours: new Map([...hours].map(([hour, statuses]) => [hour, statusCounts(statuses)])),
})

const figuresOfEach = (tallies: ReadonlyMap<string, Tally>): Map<string, Figures> =>
  new Map([...tallies].flatMap(([id, tally]) => (tally.statuses.size > 0 ? [[id, figuresOfTally(tally)]] : [])))

const figuresOfTally = (tally: Tally): Figures => ({
  total: [...tally.statuses.values()].reduce((sum, count) => sum + count, 0),
  statuses: statusCounts(tally.statuses),
  revenue: [...tally.revenue].map(([currency, amount]) => ({ currency, amount })),
  durations: {
    waiting: durationOf(tally, 'waiting'),
    driving: durationOf(tally, 'driving'),
    working: durationOf(tally, 'working'),
    fulfilment: durationOf(tally, 'fulfilment'),
  },
  ratings: ratingsOf(tally),
})

const statusCounts = (statuses: ReadonlyMap<string, number>): StatusCounts =>
  Object.fromEntries([...statuses].filter(([status]) => isOrderStatus(status)))

function ratingsOf({ buckets }: Tally): RatingFigures {
  const stars = [...buckets.subarray(ratingsStart, ratingsStart + starCounts.length)]
  const count = stars.reduce((sum, n) => sum + n, 0)
  const all = stars.reduce((sum, n, index) => sum + n * (index + 1), 0)
  return { count, average: count === 0 ? null : Math.round((10 * all) / count) / 10, stars }
}

/** Quantiles by nearest rank. */
function durationOf({ buckets }: Tally, name: DurationName): Duration {
  const start = durationNames.indexOf(name) * bucketCount
  const counts = buckets.subarray(start, start + bucketCount)
  const count = counts.reduce((sum, n) => sum + n, 0)
  const quantile = (share: number) => (count === 0 ? null : secondsOf(bucketAt(counts, share * count)))
  return { count, median: quantile(0.5), p90: quantile(0.9) }
}

function bucketAt(counts: Float64Array, rank: number): number {
  let reached = 0
  return counts.findIndex((n) => (reached += n) >= rank && n > 0)
}
