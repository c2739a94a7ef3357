import { subjectsOf, type OrderFacts } from '../order-facts.ts'
import {
  addFacts,
  addTo,
  addToHour,
  addToTally,
  emptySums,
  figuresOf,
  emptyTally,
  tallyOf,
  type Tally,
} from '../order-figures.ts'
import type { OrderStore } from '../store.ts'
import type { Statements } from './statements.ts'
import { addCounts, encodeCounts } from './figure-rows.ts'
import { levels, periodsBetween } from './periods.ts'
import { parseStored } from './stored-json.ts'

// The figures are sums over orders: `figures` has a row for each hour, day and month, vendor and service. The last changes
// are not in them yet (changed-orders.ts); a read adds those.

interface FigureRow {
  subject: string
  currency: string
  statuses: string
  revenue: number
  durations: Uint8Array
}

/** `times`: how many orders have the facts; negative to take them away. */
export interface CountedFacts {
  times: number
  facts: OrderFacts
}

const waitingSql = `
  SELECT facts, sum(times) AS times FROM (
    SELECT counted AS facts, -1 AS times FROM changed_orders UNION ALL SELECT facts, 1 FROM changed_orders)
  WHERE facts IS NOT NULL GROUP BY facts HAVING sum(times) <> 0`

/** What the last changes add to the figures. Throws DamagedRecordError for a row that cannot be read. */
export const waitingFacts = (database: Statements): CountedFacts[] =>
  database
    .all<{ times: number; facts: string }>(waitingSql)
    .map(({ times, facts }) => ({ times, facts: parseStored<OrderFacts>(facts) }))

interface Change {
  key: { kind: string; level: number; period: string; subject: string; currency: string }
  tally: Tally
}

export function addToFigures(database: Statements, added: readonly CountedFacts[]): void {
  const changes = new Map<string, Change>()
  for (const { times, facts } of added)
    for (const level of levels)
      for (const [kind, subject, revenue] of subjectsOf(facts)) {
        const { currency } = facts
        const period = facts.hour.slice(0, level)
        const name = [kind, period, currency, subject].join(' ')
        const found = changes.get(name)
        const change = found ?? { key: { kind, level, period, subject, currency }, tally: emptyTally() }
        if (!found) changes.set(name, change)
        addToTally(change.tally, facts, revenue, times)
      }
  for (const change of changes.values()) store(database, change)
}

function store(database: Statements, { key, tally }: Change): void {
  const row = database.get<FigureRow>(
    `SELECT subject, currency, statuses, revenue, durations FROM figures WHERE ${isKey}`,
    key,
  )
  if (row) addRow(tally, row)
  if (tally.statuses.size === 0) database.run(`DELETE FROM figures WHERE ${isKey}`, key)
  else
    database.run(
      `INSERT OR REPLACE INTO figures (kind, level, period, subject, currency, statuses, revenue, durations)
       VALUES (:kind, :level, :period, :subject, :currency, :statuses, :revenue, :durations)`,
      {
        ...key,
        statuses: JSON.stringify(Object.fromEntries(tally.statuses)),
        revenue: tally.revenue.get(key.currency) ?? 0,
        durations: encodeCounts(tally.buckets),
      },
    )
}

const isKey = 'kind = :kind AND level = :level AND period = :period AND subject = :subject AND currency = :currency'

function addRow(tally: Tally, { currency, statuses, revenue, durations }: FigureRow): void {
  for (const [status, count] of countsIn(statuses)) addTo(tally.statuses, status, count)
  addTo(tally.revenue, currency, revenue)
  addCounts(tally.buckets, durations)
}

const countsIn = (json: string) => Object.entries(parseStored<Record<string, number>>(json))

export const figuresSql = `
  SELECT subject, currency, statuses, revenue, durations FROM figures
  WHERE kind = :kind AND level = :level AND period >= :from AND period < :to`

export const hoursSql = `
  SELECT period, statuses FROM figures WHERE kind = 'all' AND level = 13 AND period >= :from AND period < :to`

export const createOrderFigures = (database: Statements): Pick<OrderStore, 'figures'> => ({
  async figures({ from, to }) {
    const sums = emptySums()
    for (const kind of ['all', 'vendor', 'service'])
      for (const { level, ...range } of periodsBetween(from, to)) {
        const limits = { from: range.from.slice(0, level), to: range.to.slice(0, level) }
        for (const row of database.all<FigureRow>(figuresSql, { kind, level, ...limits }))
          addRow(tallyOf(sums, kind, row.subject), row)
      }
    const hours = { from: from.slice(0, 13), to: to.slice(0, 13) }
    for (const { period, statuses } of database.all<{ period: string; statuses: string }>(hoursSql, hours))
      for (const [status, count] of countsIn(statuses)) addToHour(sums, period, status, count)
    for (const { times, facts } of waitingFacts(database))
      if (facts.hour >= hours.from && facts.hour < hours.to) addFacts(sums, facts, times)
    return figuresOf(sums)
  },
})
