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

// The figures are sums over orders, kept in the transactions that write the orders. Each transaction appends what its
// writes add and take away to `figures_to_add`: a few short rows. From time to time those rows are summed up into `figures`, which
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
  times: number
  facts: string
}

export type FigureNotes = ReturnType<typeof createFigureNotes>

/**
 * What the writes of the current transaction add and take away. The orders placed in one transaction mostly have the same
 * facts, so they share a row: by a row each, placing orders took a fifth more CPU time.
 */
export function createFigureNotes(database: Statements) {
  let notes: { times: number; facts: string }[] = []
  return {
    /** `before`: the order as it was stored; null when there was or is none. */
    note(before: CountedOrder | null, after: CountedOrder | null): void {
      const [old, now] = [before, after].map((order) => order && JSON.stringify(factsOf(order)))
      if (old === now) return
      if (old) notes.push({ times: -1, facts: old })
      if (now) notes.push({ times: 1, facts: now })
    },
    /** A place to which `reset` returns when a write is rolled back. */
    mark: () => notes.length,
    reset(mark: number): void {
      notes.length = mark
    },
    /** To be called before the commit. */
    write(): void {
      const sums = new Map<string, number>()
      for (const { times, facts } of notes) addTo(sums, facts, times)
      for (const [facts, times] of sums)
        database.run('INSERT INTO figures_to_add (times, facts) VALUES (:times, :facts)', { times, facts })
      notes = []
    },
  }
}

/** Whether every row that waits is JSON. A file has at most some thousand of them. */
export function areFiguresReadable(database: Statements): boolean {
  try {
    return database.get('SELECT 1 FROM figures_to_add WHERE NOT json_valid(facts) LIMIT 1') === undefined
  } catch {
    // A damaged page: it cannot be emptied either. The file is to be restored, and may be read until then.
    return true
  }
}

/**
 * Sums up what waits, if that is enough. `idle`: no write waits for it. Throws DamagedRecordError, before it changes
 * anything, for a row that cannot be read; the next start counts anew (open-file.ts).
 */
export function sumFigures(database: Statements, idle: boolean): void {
  // Ids begin at 1 in the empty table.
  const last = database.get<{ id: number | null }>('SELECT max(id) AS id FROM figures_to_add')?.id ?? 0
  if (last < (idle ? sumWhenIdle : sumAlways)) return
  addToFigures(
    database,
    database.all<WaitingRow>(waitingSql).map(({ times, facts }) => ({ times, facts: parseStored<OrderFacts>(facts) })),
  )
  database.run('DELETE FROM figures_to_add')
}

const waitingSql = 'SELECT facts, sum(times) AS times FROM figures_to_add GROUP BY facts HAVING sum(times) <> 0'

interface Change {
  key: { kind: string; level: number; period: string; subject: string; currency: string }
  tally: Tally
}

export function addToFigures(database: Statements, added: readonly { times: number; facts: OrderFacts }[]): void {
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
    for (const row of database.all<WaitingRow>(waitingSql)) {
      const facts = parseStored<OrderFacts>(row.facts)
      if (facts.hour >= hours.from && facts.hour < hours.to) addFacts(sums, facts, row.times)
    }
    return figuresOf(sums)
  },
})
