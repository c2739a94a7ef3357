import type { OrderRecord } from './store.ts'

/**
 * The words of a text, folded so that what reads alike compares alike: compatibility forms, marks and case are gone.
 * Upper case, because it also makes `ß` and the final sigma what people type for them.
 */
export const tokensOf = (text: string): string[] => [
  ...new Set(
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toUpperCase()
      .match(/[\p{L}\p{N}]+/gu),
  ),
]

/** Everything an order is found by. */
export const searchTokens = (order: OrderRecord): string[] =>
  tokensOf([...publicTexts(order), order.customer.name, order.vendor?.name ?? ''].join(' '))

/** What of it a vendor may find an offer by: not the customer's name, or guesses at it would be answered. */
export const offerSearchTokens = (order: OrderRecord): string[] => tokensOf(publicTexts(order).join(' '))

const publicTexts = (order: OrderRecord) => [
  order.number,
  order.number.replaceAll('-', ''),
  ...order.items.map((item) => item.name),
]
