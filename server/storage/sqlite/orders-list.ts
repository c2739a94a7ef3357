import { isOffered, jobStatuses, offeredStatuses, orderStatuses, type OrderStatus } from '#shared/order-status.ts'
import type { OrderListQuery, OrderStore } from '../store.ts'
import { tokensOf } from '../search-tokens.ts'
import type { Database, Value } from './database.ts'
import { presentOrder, type OrderRow } from './order-row.ts'

/** Up to this many orders with the words asked for are fetched and sorted; beyond it the list is walked until enough are met. */
const fewMatches = 2000

/** How much of a list is looked through for words before the index is asked: what is common is met in it. */
const firstLook = 1000

/** The `seq` of orders, in JSON: SQLite hands over one text in half the time that it takes for the rows. */
type Few = string

/** How many orders a look has met, and which of them had the words. */
interface Look {
  looked: number
  hits: Few
}

/** Later than every order. */
const endOfTime = '~'

/**
 * Every index on orders begins with equalities, has one status, and ends in the order of the list. So a list is one
 * range of an index per status (and, for a vendor, the offers), which SQLite merges as it goes: it reads as many rows as
 * it answers, and sorts none. `from`, `to` and the place where the page begins are the two ends of each range.
 */
export function createOrderLists(database: Database): Pick<OrderStore, 'list' | 'activeCounts'> {
  return {
    async list(query) {
      const words = tokensOf(query.q ?? '')
      const few = words.length ? (nearTheBeginning(query, words) ?? matches(words)) : undefined
      const sql = few ? sortedSql(query, words.length) : mergedSql(query, words.length)
      if (!sql) return []
      return database.all<OrderRow>(sql, { ...valuesOf(query, words), few: few ?? null }).map(presentOrder)
    },

    async activeCounts() {
      const rows = database.all<{ vendor_id: string; count: number }>(activeCountsSql)
      return new Map(rows.map((row) => [row.vendor_id, row.count]))
    },
  }

  /** What has the words near the beginning of the list, or undefined when the rest of the page is further on. */
  function nearTheBeginning(query: OrderListQuery, words: string[]): Few | undefined {
    const sql = firstLookSql(query, words.length)
    const look = sql && database.get<Look>(sql, { ...valuesOf(query, words), limit: firstLook })
    if (!look) return '[]'
    const hits: number[] = JSON.parse(look.hits)
    const enough = hits.length >= query.limit || look.looked < firstLook
    return enough ? JSON.stringify(hits.slice(0, query.limit)) : undefined
  }

  /** What has the likely rarest of the words, or all of them; undefined when that is much. */
  function matches(words: string[]): Few | undefined {
    return (words.length > 1 ? matchesOf(longestOf(words)) : undefined) ?? matchesOf(words)
  }

  function matchesOf(words: string[]): Few | undefined {
    const look = database.get<Look>(matchesSql(words.length), {
      ...wordsOfQuery(words),
      // Words are letters and digits only, and quoted: nothing in them can be an operator.
      match: words.map((word) => `"${word}"*`).join(' '),
      limit: fewMatches + 1,
    })
    return look && look.looked <= fewMatches ? look.hits : undefined
  }
}

/** SQL list. A partial index is used only for literal values. */
const listOf = (statuses: readonly OrderStatus[]) => statuses.map((status) => `'${status}'`).join(', ')

export const activeCountsSql = `
  SELECT vendor_id, count(*) AS count FROM orders INDEXED BY orders_active
  WHERE status IN (${listOf(jobStatuses)}) AND vendor_id IS NOT NULL
  GROUP BY vendor_id`

const newestFirst = 'ORDER BY created_at DESC, id DESC LIMIT :limit'

/** Every word, tested where the column says it may be found. */
const found = (column: 'words' | 'offer_words', words: number) =>
  Array.from({ length: words }, (_, n) => `instr(${column}, :word${n}) > 0`)

/** By the text index, but for the orders that wait to be indexed, or to be indexed anew: those are read. */
export const matchesSql = (words: number) => `
  SELECT count(*) AS looked, json_group_array(seq) AS hits FROM (
    SELECT rowid AS seq FROM orders_text WHERE orders_text MATCH :match AND rowid NOT IN (SELECT seq FROM orders_to_index)
    UNION ALL
    SELECT seq FROM orders_to_index CROSS JOIN orders USING (seq) WHERE ${found('words', words).join(' AND ')}
    LIMIT :limit)`

const wordsOfQuery = (words: string[]) => Object.fromEntries(words.map((word, n) => [`word${n}`, ` ${word}`]))

/** Likely to be the rarest: the index reads all that has a word, however few have the others as well. */
const longestOf = (words: string[]) => words.toSorted((one, other) => other.length - one.length).slice(0, 1)

/** A vendor's own, and what is offered to them: two conditions that no order meets at once. */
const offered = `vendor_id IS NULL AND status IN (${listOf(offeredStatuses)}) AND NOT EXISTS (
  SELECT 1 FROM declines WHERE order_seq = orders.seq AND declines.vendor_id = :scope)`
const sidesOf = { all: ['TRUE'], customer: ['customer_id = :scope'], vendor: ['vendor_id = :scope', offered] }

const statusesOf = (query: OrderListQuery) => [...new Set(query.statuses ?? orderStatuses)]

function filters(query: OrderListQuery): string[] {
  return [
    'created_at >= :from',
    // `to` is a place in the list like any other: before every order of that instant.
    '(created_at, id) < (:before, :beforeId)',
    ...(query.vendorId === undefined ? [] : ['vendor_id = :vendorId']),
    ...(query.customerId === undefined ? [] : ['customer_id = :customerId']),
  ]
}

/** Named, because without statistics the planner takes any two indexes with equalities for equally good. */
function indexFor(conditions: string[]): string {
  if (conditions.some((condition) => condition.startsWith('customer_id ='))) return 'orders_by_customer'
  if (conditions.some((condition) => condition.startsWith('vendor_id ='))) return 'orders_by_vendor'
  return 'orders_by_status'
}

/** For lists of any length: one range per status, merged. The `words` of a search are tested on the way. */
export const mergedSql = (query: OrderListQuery, words: number): string | undefined =>
  merged(query, words, (range, tests) => `doc, created_at, id FROM orders ${where(range, tests)}`)

/** The same list, but only how long it is, and which in it have the words. */
export function firstLookSql(query: OrderListQuery, words: number): string | undefined {
  const list = merged(
    query,
    words,
    (range, tests) => `seq, ${tests.join(' AND ')} AS hit, created_at, id FROM orders ${where(range, [])}`,
  )
  return list && `SELECT count(*) AS looked, json_group_array(seq) FILTER (WHERE hit) AS hits FROM (${list})`
}

const where = (range: string[], tests: string[]) =>
  `INDEXED BY ${indexFor(range)} WHERE ${[...range, ...tests].join(' AND ')}`

/** `select`: of a range, and of the tests whether one in it has the words. */
function merged(query: OrderListQuery, words: number, select: (range: string[], tests: string[]) => string) {
  const ranges = statusesOf(query).flatMap((status, n) =>
    sidesOf[query.scope.kind]
      .filter((side) => side !== offered || isOffered(status))
      .map((side) => {
        const tests = [...found('words', words), ...(side === offered ? found('offer_words', words) : [])]
        return `SELECT ${select([side, `status = :status${n}`, ...filters(query)], tests)}`
      }),
  )
  return ranges.length ? `${ranges.join('\nUNION ALL ')}\n${newestFirst}` : undefined
}

/** For few orders: picked by what the columns say, sorted, and only then read whole. */
export function sortedSql(query: OrderListQuery, words: number): string {
  const all = found('words', words)
  const sides = sidesOf[query.scope.kind]
    .map((side) => `(${[side, ...all, ...(side === offered ? found('offer_words', words) : [])].join(' AND ')})`)
    .join(' OR ')
  // CROSS JOIN keeps the planner from any other way in.
  return `
    SELECT doc FROM orders WHERE seq IN (
      SELECT orders.seq FROM (SELECT value AS seq FROM json_each(:few)) CROSS JOIN orders USING (seq)
      WHERE (${sides}) AND status IN (SELECT value FROM json_each(:statuses)) AND ${filters(query).join(' AND ')}
      ${newestFirst})
    ORDER BY created_at DESC, id DESC`
}

export function valuesOf(query: OrderListQuery, words: string[]): Record<string, Value> {
  const { scope, from = '', to = endOfTime, after } = query
  const begin = after && after.createdAt < to ? after : { createdAt: to, id: '' }
  const statuses = statusesOf(query)
  return {
    scope: scope.kind === 'all' ? null : scope.id,
    vendorId: query.vendorId ?? null,
    customerId: query.customerId ?? null,
    from,
    before: begin.createdAt,
    beforeId: begin.id,
    limit: query.limit,
    statuses: JSON.stringify(statuses),
    ...Object.fromEntries(statuses.map((status, n) => [`status${n}`, status])),
    ...wordsOfQuery(words),
  }
}
