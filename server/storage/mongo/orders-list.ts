import mongoose from 'mongoose'
import { isOffered, jobStatuses, orderStatuses, type OrderStatus } from '#shared/order-status.ts'
import type { OrderListQuery, OrderStore } from '../store.ts'
import { tokensOf } from '../search-tokens.ts'
import type { Use } from './database.ts'
import { presentOrder } from './order-document.ts'
import { indexes } from './order-schema.ts'
import type { Models } from './models.ts'

const { trusted } = mongoose

type Filter = Record<string, unknown>

/** Up to this many orders with a word asked for are fetched and sorted; beyond it the list is walked until enough are met. */
const fewMatches = 2000

export const newestFirst = { createdAt: -1, _id: -1 } as const

/**
 * Every index of a list begins with equalities, has one status, and ends in the order of the list. So a list is one
 * range of an index per status (and, for a vendor, the offers), which MongoDB merges as it goes: it reads about as many
 * orders as it answers, and sorts none. `from`, `to` and the place where the page begins are the two ends of each range.
 */
export function createOrderLists(use: Use): Pick<OrderStore, 'list' | 'activeCounts'> {
  return {
    async list(query) {
      if (query.statuses?.length === 0) return []
      const words = tokensOf(query.q ?? '')
      const found = await use(async ({ orders }) => {
        const few = await fewWith(orders, words)
        const filter = listFilter(query, words)
        const asked = few ? orders.find({ $and: [{ _id: oneOf(few) }, filter] }) : orders.find(filter)
        const index = few ? undefined : indexFor(query)
        if (index) asked.hint(index)
        return asked.sort(newestFirst).limit(query.limit).lean()
      })
      return found.map(presentOrder)
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

/** Letters and digits only: nothing in a word can be an operator. Anchored, so it is a range of the index. */
const beginningWith = (field: 'words' | 'offerWords', words: string[]): Filter[] =>
  words.map((word) => ({ [field]: trusted({ $regex: `^${word}` }) }))

/** The orders that have the first of these words that few have, or null when all are common. */
async function fewWith(orders: Models['orders'], words: string[]): Promise<string[] | null> {
  for (const word of beginningWith('words', words)) {
    const found = await orders
      .find(word)
      .select({ _id: 1 })
      .limit(fewMatches + 1)
      .lean()
    if (found.length <= fewMatches) return found.map(({ _id }) => _id)
  }
  return null
}

/** Each branch is whole, so that each finds its own range of an index. */
export function listFilter(query: OrderListQuery, words: string[] = []): Filter {
  const { scope } = query
  const statuses = [...new Set(query.statuses ?? orderStatuses)]
  const range = (side: Filter, among: OrderStatus[]): Filter => ({
    $and: [side, { status: oneOf(among) }, ...narrowing(query), ...beginningWith('words', words)],
  })
  if (scope.kind === 'all') return range({}, statuses)
  if (scope.kind === 'customer') return range({ 'customer.id': scope.id }, statuses)
  const own = range({ 'vendor.id': scope.id }, statuses)
  const open = statuses.filter(isOffered)
  if (open.length === 0) return own
  const offered = { 'vendor.id': null, declinedBy: trusted({ $ne: scope.id }) }
  const offers = range({ $and: [offered, ...beginningWith('offerWords', words)] }, open)
  return { $or: [own, offers] }
}

function narrowing({ vendorId, customerId, from, to, after }: OrderListQuery): Filter[] {
  const begin = after && (to === undefined || after.createdAt < to) ? after : undefined
  const createdAt = {
    ...(from !== undefined && { $gte: from }),
    ...(begin ? { $lte: begin.createdAt } : to !== undefined && { $lt: to }),
  }
  return [
    ...(Object.keys(createdAt).length ? [{ createdAt: trusted(createdAt) }] : []),
    // Those of the same instant which come before the page; not the same as an `$or`, which would cost the range.
    ...(begin ? [{ $nor: [{ createdAt: begin.createdAt, _id: trusted({ $gte: begin.id }) }] }] : []),
    ...(vendorId === undefined ? [] : [{ 'vendor.id': vendorId }]),
    ...(customerId === undefined ? [] : [{ 'customer.id': customerId }]),
  ]
}

/** Named, so that no sample of a few orders decides on another one. Undefined where the offers need a range of their own. */
export function indexFor({ scope, statuses, vendorId, customerId }: OrderListQuery): string | undefined {
  if (scope.kind === 'vendor') return statuses && !statuses.some(isOffered) ? indexes.byVendor : undefined
  if (scope.kind === 'customer' || customerId !== undefined) return indexes.byCustomer
  return vendorId === undefined ? indexes.byStatus : indexes.byVendor
}
