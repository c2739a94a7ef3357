import type { OrderRecord } from './store.ts'

/**
 * The words of a text without compatibility forms, diacritics and case, so that different spellings compare equal.
 * Upper case, because it also turns `ß` into `SS` and both forms of sigma into one.
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

/** The tokens by which an order is found. */
export const searchTokens = (order: OrderRecord): string[] =>
  tokensOf([...publicTexts(order), order.customer.name, order.vendor?.name ?? ''].join(' '))

/** The tokens by which a vendor finds an offer. Without the customer's name, which searches would otherwise reveal. */
export const offerSearchTokens = (order: OrderRecord): string[] => tokensOf(publicTexts(order).join(' '))

const publicTexts = (order: OrderRecord) => [
  order.number,
  order.number.replaceAll('-', ''),
  ...order.items.map((item) => item.name),
]
