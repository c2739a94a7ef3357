import mongoose from 'mongoose'
import { isOffered, jobStatuses, orderStatuses, type OrderStatus } from '#shared/order-status.ts'
import type { OrderListQuery, OrderStore } from '../store.ts'
import { adminMark, queryTokens } from '#shared/search.ts'
import type { Use } from './database.ts'
import { orderOfDocument } from './order-document.ts'
import { indexes } from './order-schema.ts'
import type { Models } from './models.ts'

const { trusted } = mongoose

type Filter = Record<string, unknown>

/** Up to this many matches of a search token are fetched and sorted; with more, the list is read until the page is full. */
const maxFetchedMatches = 2000

export const newestFirst = { createdAt: -1, _id: -1 } as const

/**
 * Every list index begins with equality fields, then the status, then the sort key of the list. So a list is one index
 * range per status (and, for a vendor, the offers), which MongoDB merges: it reads about as many orders as it returns,
 * and sorts none. `from`, `to` and the start of the page are the bounds of each range.
 */
export function createOrderLists(use: Use): Pick<OrderStore, 'list' | 'activeCounts'> {
  return {
    async list(query) {
      if (query.statuses?.length === 0) return []
      const tokens = queryTokens(query.q ?? '')
      const documents = await use(async ({ orders }) => {
        const ids = await matchesOfRareToken(orders, wordConditions(query, tokens))
        const filter = listFilter(query, tokens)
        const find = ids ? orders.find({ $and: [{ _id: oneOf(ids) }, filter] }) : orders.find(filter)
        const index = ids ? undefined : indexFor(query)
        if (index) find.hint(index)
        return find.sort(newestFirst).limit(query.limit).lean()
      })
      return documents.map(orderOfDocument)
    },

    async activeCounts() {
      const rows = await use(({ orders }) => orders.aggregate<{ _id: string; count: number }>(activeCounts))
      return new Map(rows.map(({ _id, count }) => [_id, count]))
    },
  }
}

export const activeCounts = [
  { $match: { status: { $in: [...jobStatuses] }, 'vendor.id': { $ne: null } } },
  { $group: { _id: '$vendor.id', count: { $sum: 1 } } },
]

const oneOf = (values: readonly string[]) => trusted({ $in: [...values] })

/** A token has letters and digits only, so it contains no operator. Anchored, so that it selects a range of the index. */
const prefixConditions = (field: 'words' | 'offerWords', tokens: string[]): Filter[] =>
  tokens.map((token) => ({ [field]: trusted({ $regex: `^${token}` }) }))

/** One per token. An admin's search tests the marked tokens too. */
function wordConditions({ scope }: OrderListQuery, tokens: string[]): Filter[] {
  const marked = prefixConditions(
    'words',
    tokens.map((token) => adminMark + token),
  )
  return prefixConditions('words', tokens).map((plain, n) =>
    scope.kind === 'all' ? { $or: [plain, marked[n]] } : plain,
  )
}

/** The ids of the orders that match the first token with few matches; null when every token has many. */
async function matchesOfRareToken(orders: Models['orders'], conditions: Filter[]): Promise<string[] | null> {
  for (const condition of conditions) {
    const matches = await orders
      .find(condition)
      .select({ _id: 1 })
      .limit(maxFetchedMatches + 1)
      .lean()
    if (matches.length <= maxFetchedMatches) return matches.map(({ _id }) => _id)
  }
  return null
}

/** Each branch of `$or` repeats every condition, so that each selects its own range of an index. */
export function listFilter(query: OrderListQuery, tokens: string[] = []): Filter {
  const { scope } = query
  const statuses = [...new Set(query.statuses ?? orderStatuses)]
  const range = (owner: Filter, within: OrderStatus[]): Filter => ({
    $and: [owner, { status: oneOf(within) }, ...extraConditions(query), ...wordConditions(query, tokens)],
  })
  if (scope.kind === 'all') return range({}, statuses)
  if (scope.kind === 'customer') return range({ 'customer.id': scope.id }, statuses)
  const own = range({ 'vendor.id': scope.id }, statuses)
  const open = statuses.filter(isOffered)
  if (open.length === 0) return own
  // Null stands for all vendors.
  const to = trusted({ $in: [null, scope.id] })
  const offered = { 'vendor.id': null, declinedBy: trusted({ $ne: scope.id }), 'offer.to': to }
  const offers = range({ $and: [offered, ...prefixConditions('offerWords', tokens)] }, open)
  return { $or: [own, offers] }
}

function extraConditions({ vendorId, customerId, from, to, after }: OrderListQuery): Filter[] {
  const start = after && (to === undefined || after.createdAt < to) ? after : undefined
  const createdAt = {
    ...(from !== undefined && { $gte: from }),
    ...(start ? { $lte: start.createdAt } : to !== undefined && { $lt: to }),
  }
  return [
    ...(Object.keys(createdAt).length ? [{ createdAt: trusted(createdAt) }] : []),
    // Excludes the orders of the same instant that come before the page. `$or` would prevent a single range.
    ...(start ? [{ $nor: [{ createdAt: start.createdAt, _id: trusted({ $gte: start.id }) }] }] : []),
    ...(vendorId === undefined ? [] : [{ 'vendor.id': vendorId }]),
    ...(customerId === undefined ? [] : [{ 'customer.id': customerId }]),
  ]
}

/**
 * The index hint, so that the planner does not choose another index from a small sample. Undefined where the offers need
 * a range of another index.
 */
export function indexFor({ scope, statuses, vendorId, customerId }: OrderListQuery): string | undefined {
  if (scope.kind === 'vendor') return statuses && !statuses.some(isOffered) ? indexes.byVendor : undefined
  if (scope.kind === 'customer' || customerId !== undefined) return indexes.byCustomer
  return vendorId === undefined ? indexes.byStatus : indexes.byVendor
}
