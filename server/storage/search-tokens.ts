import { phoneParts, wholePhoneNumber } from '#shared/phone-search.ts'
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

/** Precedes the tokens that only an admin's search tests. No token contains it, as tokens are letters and digits. */
export const adminMark = '@'

/** The tokens of the contact, by which an admin finds an order: any part of the phone number, and the address. */
export const adminSearchTokens = ({ contact: { phone, address } }: OrderRecord): string[] =>
  [...new Set([...phoneParts(phone), ...tokensOf(address)])].map((token) => adminMark + token)

/** The tokens of a search. */
export function queryTokens(q: string): string[] {
  const phone = wholePhoneNumber(q)
  return phone === null ? tokensOf(q) : [phone]
}
