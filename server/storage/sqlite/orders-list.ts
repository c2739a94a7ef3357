import { isOffered, jobStatuses, offeredStatuses, orderStatuses, type OrderStatus } from '#shared/order-status.ts'
import type { OrderListQuery, OrderStore } from '../store.ts'
import { adminMark, queryTokens } from '#shared/search.ts'
import type { Database, Value } from './database.ts'
import { orderOfRow, type OrderRow } from './order-row.ts'

/** Up to this many matching orders are tested and sorted; beyond it, the list is scanned until the page is full. */
const maxSorted = 12_000

/** How many orders of a list are scanned before the text index is queried: frequent tokens occur among them. */
const scanFirst = 700

/** How many orders, spread evenly over all, tell how frequent a token is. */
const sampleSize = 80

/** A token in this share of the orders or less is looked up alone: the index reads every order that has it. */
const rareShare = 0.05

/** A token in a larger share of the orders is not looked up: it costs much, and excludes little. */
const narrowingShare = 0.5

/** The `seq` of orders, in JSON: SQLite returns one text in half the time of the rows. */
type SeqList = string

/** How many orders were scanned, and which of them match. */
interface Scan {
  scanned: number
  hits: SeqList
}

interface Bounds {
  first: number
  last: number
}

/** How many orders were read, and how many of them have each token: a list, in JSON. */
interface Sample {
  scanned: number
  hits: string
}

/** Sorts after every time. */
const endOfTime = '~'

/**
 * Every index on orders begins with equality fields, then the status, then the sort key of the list. So a list is one
 * index range per status (and, for a vendor, the offers), which SQLite merges: it reads as many rows as it returns,
 * and sorts none. `from`, `to` and the cursor are the bounds of each range.
 */
export function createOrderLists(database: Database): Pick<OrderStore, 'list' | 'activeCounts'> {
  return {
    async list(query) {
      const tokens = queryTokens(query.q ?? '')
      const matchingSeqs = tokens.length ? (matchesAtTop(query, tokens) ?? matches(tokens)) : undefined
      const sql = matchingSeqs ? sortedSql(query, tokens.length) : mergedSql(query, tokens.length)
      if (!sql) return []
      return database.all<OrderRow>(sql, { ...valuesOf(query, tokens), few: matchingSeqs ?? null }).map(orderOfRow)
    },

    async activeCounts() {
      const rows = database.all<{ vendor_id: string; count: number }>(activeCountsSql)
      return new Map(rows.map((row) => [row.vendor_id, row.count]))
    },
  }

  /** The matches among the first orders of the list, or undefined when they do not fill the page. */
  function matchesAtTop(query: OrderListQuery, tokens: string[]): SeqList | undefined {
    const sql = firstScanSql(query, tokens.length)
    const scan = sql && database.get<Scan>(sql, { ...valuesOf(query, tokens), limit: scanFirst })
    if (!scan) return '[]'
    const hits: number[] = JSON.parse(scan.hits)
    const enough = hits.length >= query.limit || scan.scanned < scanFirst
    return enough ? JSON.stringify(hits.slice(0, query.limit)) : undefined
  }

  /** A superset of the matches, by the text index; undefined when there are too many. */
  function matches(tokens: string[]): SeqList | undefined {
    const shares = sharesOf(tokens)
    const byShare = tokens
      .map((token, n) => ({ token, share: shares[n] ?? 0 }))
      .toSorted((one, other) => one.share - other.share || other.token.length - one.token.length)
    const [rarest] = byShare
    const alone = rarest && rarest.share <= rareShare ? matchesOf([rarest.token]) : undefined
    if (alone) return alone
    const narrowing = byShare.filter(({ share }) => share <= narrowingShare).map(({ token }) => token)
    return narrowing.length > 1 ? matchesOf(narrowing) : undefined
  }

  /** In which share of the orders each token is, estimated. */
  function sharesOf(tokens: string[]): number[] {
    const { first, last } = database.get<Bounds>(boundsSql) ?? { first: 0, last: 0 }
    const step = Math.max(1, (last - first) / sampleSize)
    const seqs = Array.from({ length: sampleSize }, (_, n) => Math.floor(first + n * step)).filter((seq) => seq <= last)
    const sample = database.get<Sample>(sampleSql(tokens.length), {
      ...tokenValues(tokens),
      seqs: JSON.stringify(seqs),
    })
    if (!sample) return []
    const hits: number[] = JSON.parse(sample.hits)
    return hits.map((count) => count / Math.max(1, sample.scanned))
  }

  function matchesOf(tokens: string[]): SeqList | undefined {
    const scan = database.get<Scan>(matchesSql(tokens.length), {
      ...tokenValues(tokens),
      // Tokens are letters and digits only, and quoted: none can be an operator.
      match: tokens.map((token) => `"${token}"*`).join(' '),
      limit: maxSorted + 1,
    })
    return scan && scan.scanned <= maxSorted ? scan.hits : undefined
  }
}

// The partial index requires literal statuses: if they differ from the index's, SQLite rejects the query.
const listOf = (statuses: readonly OrderStatus[]) => statuses.map((status) => `'${status}'`).join(', ')

export const activeCountsSql = `
  SELECT vendor_id, count(*) AS count FROM orders INDEXED BY orders_active
  WHERE status IN (${listOf(jobStatuses)}) AND vendor_id IS NOT NULL
  GROUP BY vendor_id`

const newestFirst = 'ORDER BY created_at DESC, id DESC LIMIT :limit'

/** One test per token. */
const found = (column: 'words' | 'offer_words', tokens: number) =>
  Array.from({ length: tokens }, (_, n) => `instr(${column}, :token${n}) > 0`)

/** The same for an admin, whose search tests the marked tokens too. */
const foundByAdmin = (tokens: number) =>
  Array.from({ length: tokens }, (_, n) => `(instr(words, :token${n}) > 0 OR instr(words, :marked${n}) > 0)`)

const foundIn = ({ scope }: OrderListQuery, tokens: number) =>
  scope.kind === 'all' ? foundByAdmin(tokens) : found('words', tokens)

/**
 * By the text index, except for the orders that wait to be indexed (changed-orders.ts): those are read. It has an admin's tokens too, so every
 * match is tested again.
 */
export const matchesSql = (tokens: number) => `
  SELECT count(*) AS scanned, json_group_array(seq) AS hits FROM (
    SELECT rowid AS seq FROM orders_text WHERE orders_text MATCH :match AND rowid NOT IN (SELECT seq FROM changed_orders)
    UNION ALL
    SELECT seq FROM changed_orders CROSS JOIN orders USING (seq) WHERE ${foundByAdmin(tokens).join(' AND ')}
    LIMIT :limit)`

const tokenValues = (tokens: string[]) =>
  Object.fromEntries(
    tokens.flatMap((token, n) => [
      [`token${n}`, ` ${token}`],
      [`marked${n}`, ` ${adminMark}${token}`],
    ]),
  )

/** Two subqueries, as SQLite would read every order for both in one. */
export const boundsSql = `SELECT ifnull((SELECT min(seq) FROM orders), 0) AS first, ifnull((SELECT max(seq) FROM orders), 0) AS last`

export const sampleSql = (tokens: number) => `
  SELECT count(*) AS scanned, json_array(${foundByAdmin(tokens)
    .map((hit) => `total(${hit})`)
    .join(', ')}) AS hits
  FROM (SELECT value AS seq FROM json_each(:seqs)) CROSS JOIN orders USING (seq)`

/** A vendor's own orders, and the offers: no order meets both conditions. */
const offered = `vendor_id IS NULL AND status IN (${listOf(offeredStatuses)}) AND NOT EXISTS (
  SELECT 1 FROM declines WHERE order_seq = orders.seq AND declines.vendor_id = :scope)
  AND (NOT EXISTS (SELECT 1 FROM offered_to WHERE order_seq = orders.seq AND offered_to.vendor_id = '')
       OR EXISTS (SELECT 1 FROM offered_to WHERE order_seq = orders.seq AND offered_to.vendor_id = :scope))`
const sidesOf = { all: ['TRUE'], customer: ['customer_id = :scope'], vendor: ['vendor_id = :scope', offered] }

const statusesOf = (query: OrderListQuery) => [...new Set(query.statuses ?? orderStatuses)]

function filters(query: OrderListQuery): string[] {
  return [
    'created_at >= :from',
    // `to` is a position in the list: before every order of that time.
    '(created_at, id) < (:before, :beforeId)',
    ...(query.vendorId === undefined ? [] : ['vendor_id = :vendorId']),
    ...(query.customerId === undefined ? [] : ['customer_id = :customerId']),
  ]
}

/** INDEXED BY, because without statistics the planner rates any two indexes with equalities as equal. */
function indexFor(conditions: string[]): string {
  if (conditions.some((condition) => condition.startsWith('customer_id ='))) return 'orders_by_customer'
  if (conditions.some((condition) => condition.startsWith('vendor_id ='))) return 'orders_by_vendor'
  return 'orders_by_status'
}

/** For lists of any length: one range per status, merged, with a test per token of the search. */
export const mergedSql = (query: OrderListQuery, tokens: number): string | undefined =>
  merged(query, tokens, (range, tests) => `doc, created_at, id FROM orders ${where(range, tests)}`)

/** The length of the same list, and its matches. */
export function firstScanSql(query: OrderListQuery, tokens: number): string | undefined {
  const list = merged(
    query,
    tokens,
    (range, tests) => `seq, ${tests.join(' AND ')} AS hit, created_at, id FROM orders ${where(range, [])}`,
  )
  return list && `SELECT count(*) AS scanned, json_group_array(seq) FILTER (WHERE hit) AS hits FROM (${list})`
}

const where = (range: string[], tests: string[]) =>
  `INDEXED BY ${indexFor(range)} WHERE ${[...range, ...tests].join(' AND ')}`

/** `select` gets a range and the tests of the tokens. */
function merged(query: OrderListQuery, tokens: number, select: (range: string[], tests: string[]) => string) {
  const ranges = statusesOf(query).flatMap((status, n) =>
    sidesOf[query.scope.kind]
      .filter((side) => side !== offered || isOffered(status))
      .map((side) => {
        const tests = [...foundIn(query, tokens), ...(side === offered ? found('offer_words', tokens) : [])]
        return `SELECT ${select([side, `status = :status${n}`, ...filters(query)], tests)}`
      }),
  )
  return ranges.length ? `${ranges.join('\nUNION ALL ')}\n${newestFirst}` : undefined
}

/** For few orders: filtered and sorted by their columns, then read whole. */
export function sortedSql(query: OrderListQuery, tokens: number): string {
  const all = foundIn(query, tokens)
  const sides = sidesOf[query.scope.kind]
    .map((side) => `(${[side, ...all, ...(side === offered ? found('offer_words', tokens) : [])].join(' AND ')})`)
    .join(' OR ')
  // CROSS JOIN fixes the join order.
  return `
    SELECT doc FROM orders WHERE seq IN (
      SELECT orders.seq FROM (SELECT value AS seq FROM json_each(:few)) CROSS JOIN orders USING (seq)
      WHERE (${sides}) AND status IN (SELECT value FROM json_each(:statuses)) AND ${filters(query).join(' AND ')}
      ${newestFirst})
    ORDER BY created_at DESC, id DESC`
}

export function valuesOf(query: OrderListQuery, tokens: string[]): Record<string, Value> {
  const { scope, from = '', to = endOfTime, after } = query
  const start = after && after.createdAt < to ? after : { createdAt: to, id: '' }
  const statuses = statusesOf(query)
  return {
    scope: scope.kind === 'all' ? null : scope.id,
    vendorId: query.vendorId ?? null,
    customerId: query.customerId ?? null,
    from,
    before: start.createdAt,
    beforeId: start.id,
    limit: query.limit,
    statuses: JSON.stringify(statuses),
    ...Object.fromEntries(statuses.map((status, n) => [`status${n}`, status])),
    ...tokenValues(tokens),
  }
}
