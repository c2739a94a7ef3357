import { factsOf, subjectsOf, type CountedOrder, type OrderFacts } from '../order-facts.ts'
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

// The figures are sums over orders, kept in the transactions that write the orders. Each write of an order appends what it
// adds and takes away to `figures_to_add`: one short row. From time to time those rows are summed up into `figures`, which
// has a row for each hour, day and month, vendor and service. A read adds the rows that wait.

/** The same numbers as for the text index, for the same reason (orders.ts). */
const sumWhenIdle = 500
const sumAlways = 2000

interface FigureRow {
  subject: string
  currency: string
  statuses: string
  revenue: number
  durations: Uint8Array
}

interface WaitingRow {
  sign: 1 | -1
  facts: string
}

/** To be called in the transaction that writes the order. `before`: the order as it was stored. */
export function noteFigures(database: Statements, before: CountedOrder | null, after: CountedOrder | null): void {
  const [old, now] = [before, after].map((order) => order && JSON.stringify(factsOf(order)))
  if (old === now) return
  if (old) database.run(waitSql, { sign: -1, facts: old })
  if (now) database.run(waitSql, { sign: 1, facts: now })
}

const waitSql = 'INSERT INTO figures_to_add (sign, facts) VALUES (:sign, :facts)'

/** Sums up what waits, if that is enough. `idle`: no write waits for it. */
export function sumFigures(database: Statements, idle: boolean): void {
  // Ids begin at 1 in the empty table.
  const last = database.get<{ id: number | null }>('SELECT max(id) AS id FROM figures_to_add')?.id ?? 0
  if (last < (idle ? sumWhenIdle : sumAlways)) return
  const rows = database.all<WaitingRow>('SELECT sign, facts FROM figures_to_add')
  addToFigures(
    database,
    rows.map(({ sign, facts }) => ({ sign, facts: parseStored<OrderFacts>(facts) })),
  )
  database.run('DELETE FROM figures_to_add')
}

interface Change {
  key: { kind: string; level: number; period: string; subject: string; currency: string }
  tally: Tally
}

export function addToFigures(database: Statements, added: readonly { sign: 1 | -1; facts: OrderFacts }[]): void {
  const changes = new Map<string, Change>()
  for (const { sign, facts } of added)
    for (const level of levels)
      for (const [kind, subject, revenue] of subjectsOf(facts)) {
        const { currency } = facts
        const period = facts.hour.slice(0, level)
        const name = [kind, period, currency, subject].join(' ')
        const found = changes.get(name)
        const change = found ?? { key: { kind, level, period, subject, currency }, tally: emptyTally() }
        if (!found) changes.set(name, change)
        addToTally(change.tally, facts, revenue, sign)
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
    for (const row of database.all<WaitingRow>('SELECT sign, facts FROM figures_to_add')) {
      const facts = parseStored<OrderFacts>(row.facts)
      if (facts.hour >= hours.from && facts.hour < hours.to) addFacts(sums, facts, row.sign)
    }
    return figuresOf(sums)
  },
})
