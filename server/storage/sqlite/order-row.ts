import type { OrderRecord } from '../store.ts'
import { adminSearchTokens, offerSearchTokens, searchTokens } from '#shared/search.ts'
import type { Statements } from './statements.ts'
import { parseStored } from './stored-json.ts'

/** The document as this adapter wrote it, so its shape is trusted. */
export interface OrderRow {
  doc: string
}

export const orderOfRow = (row: OrderRow): OrderRecord => parseStored(row.doc)

/** The change timestamp by the store's clock: never below the newest one stored, should the clock be set back. */
export const changeTimestamp = 'max(:now, (SELECT coalesce(max(changed_at), 0) FROM orders))'

/** Every token follows a space: the prefix `A7K` is found as ` A7K`. */
const spaced = (tokens: string[]) => tokens.map((token) => ` ${token}`).join('')

const wordsOf = (order: OrderRecord) => spaced([...searchTokens(order), ...adminSearchTokens(order)])
const offerWordsOf = (order: OrderRecord) => spaced(offerSearchTokens(order))

/** The search tokens as they are stored. */
export interface TokenColumns {
  words: string
  offerWords: string
}

export const tokenColumns = (order: OrderRecord): TokenColumns => ({
  words: wordsOf(order),
  offerWords: offerWordsOf(order),
})

/** The columns of the table that are not part of the order. */
interface Metadata {
  now: number
  expectedVersion?: number | null
  key?: string | null
  bodyHash?: string | null
  /** Those of the order, if they are known: to make them takes 30 µs. */
  tokens?: TokenColumns
}

/** The values of every statement that writes an order. One literal: V8 creates fourteen hidden classes per order for spreads. */
export const orderValues = (
  order: OrderRecord,
  { now, expectedVersion = null, key = null, bodyHash = null, tokens = tokenColumns(order) }: Metadata,
) => ({
  id: order.id,
  number: order.number,
  status: order.status,
  version: order.version,
  customerId: order.customer.id,
  vendorId: order.vendor?.id ?? null,
  createdAt: order.createdAt,
  words: tokens.words,
  offerWords: tokens.offerWords,
  doc: JSON.stringify(order),
  now,
  expectedVersion,
  key,
  bodyHash,
})

/** Replaces the vendors to whom the order of this row is offered. */
export function writeOffer(database: Statements, seq: number, { offer }: Pick<OrderRecord, 'offer'>) {
  // Once an order has an offer, every later version has one.
  if (!offer) return
  database.run('DELETE FROM offered_to WHERE order_seq = :seq', { seq })
  if (offer.to)
    database.run("INSERT OR IGNORE INTO offered_to SELECT :seq, '' UNION SELECT :seq, value FROM json_each(:to)", {
      seq,
      to: JSON.stringify(offer.to),
    })
}

/** Replaces the vendors who have declined the order of this row. */
export function writeDeclines(database: Statements, seq: number, vendorIds: string[]) {
  database.run('DELETE FROM declines WHERE order_seq = :seq', { seq })
  if (vendorIds.length)
    database.run('INSERT OR IGNORE INTO declines SELECT :seq, value FROM json_each(:vendorIds)', {
      seq,
      vendorIds: JSON.stringify(vendorIds),
    })
}
