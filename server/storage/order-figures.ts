import { durationSteps, type DurationName } from '#shared/figures.ts'
import { bucketCount, secondsOf, subjectsOf, type OrderFacts } from './order-facts.ts'

// Sums of what order-facts.ts counts of each order, for any adapter.

/** `buckets`: by duration, in the order of `durationSteps`, then by bucket. */
export interface Tally {
  statuses: Map<string, number>
  revenue: Map<string, number>
  buckets: Float64Array
}

/** The figures of the orders that were placed in a range. */
export interface OrderFigures {
  all: Tally
  vendors: Map<string, Tally>
  services: Map<string, Tally>
  /** The statuses by hour of creation (2026-03-02T08), in no particular order. */
  hours: Map<string, Map<string, number>>
}

const durationNames = Object.keys(durationSteps)

export const emptyTally = (): Tally => ({
  statuses: new Map(),
  revenue: new Map(),
  buckets: new Float64Array(durationNames.length * bucketCount),
})

export const emptyFigures = (): OrderFigures => ({
  all: emptyTally(),
  vendors: new Map(),
  services: new Map(),
  hours: new Map(),
})

export type Sign = 1 | -1

export function addTo(counts: Map<string, number>, key: string, by: number): void {
  const sum = (counts.get(key) ?? 0) + by
  if (sum === 0) counts.delete(key)
  else counts.set(key, sum)
}

/** The tally of a vendor or service, created when it is missing; that of all orders for any other kind. */
export function tallyOf(figures: OrderFigures, kind: string, subject: string): Tally {
  const tallies = kind === 'vendor' ? figures.vendors : kind === 'service' ? figures.services : null
  if (!tallies) return figures.all
  const found = tallies.get(subject) ?? emptyTally()
  tallies.set(subject, found)
  return found
}

/** `sign`: 1 adds the order, -1 takes it away. */
export function addFacts(figures: OrderFigures, facts: OrderFacts, sign: Sign): void {
  for (const [kind, subject, revenue] of subjectsOf(facts))
    addToTally(tallyOf(figures, kind, subject), facts, revenue, sign)
  addToHour(figures, facts.hour, facts.status, sign)
}

/** `revenue`: the part of the order's that counts here. */
export function addToTally(
  tally: Tally,
  { status, currency, durations }: OrderFacts,
  revenue: number,
  sign: Sign,
): void {
  addTo(tally.statuses, status, sign)
  addTo(tally.revenue, currency, sign * revenue)
  durations.forEach((bucket, duration) => {
    if (bucket === null) return
    const index = duration * bucketCount + bucket
    tally.buckets[index] = (tally.buckets[index] ?? 0) + sign
  })
}

export function addToHour({ hours }: OrderFigures, hour: string, status: string, by: number): void {
  const statuses = hours.get(hour) ?? new Map<string, number>()
  addTo(statuses, status, by)
  if (statuses.size === 0) hours.delete(hour)
  else hours.set(hour, statuses)
}

/** How many orders have a duration, and the given quantiles (by nearest rank) in seconds; null without orders. */
export function quantilesOf({ buckets }: Tally, name: DurationName, quantiles: readonly number[]) {
  const start = durationNames.indexOf(name) * bucketCount
  const counts = buckets.subarray(start, start + bucketCount)
  const count = counts.reduce((sum, n) => sum + n, 0)
  return {
    count,
    seconds: quantiles.map((quantile) => (count === 0 ? null : secondsOf(bucketAt(counts, quantile * count)))),
  }
}

function bucketAt(counts: Float64Array, rank: number): number {
  let reached = 0
  return counts.findIndex((n) => (reached += n) >= rank && n > 0)
}
