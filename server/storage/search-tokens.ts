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

/** The shortest part of a phone number that is found. */
const phonePart = 4

/**
 * The tokens of the contact, by which an admin finds an order. The phone number is found by any part of its digits, as its
 * country and area codes are written and left out at will.
 */
export function adminSearchTokens({ contact: { phone, address } }: OrderRecord): string[] {
  const digits = tokensOf(phone).join('').replace(/\D/g, '').slice(-15)
  const parts = Array.from({ length: Math.max(0, digits.length - phonePart + 1) }, (_, n) => digits.slice(n))
  return [...new Set([...parts, ...tokensOf(address)])].map((token) => adminMark + token)
}

/** The digits of a phone number that are compared: its end is the same with and without the country's code. */
const comparedDigits = 8

/** The tokens of a search. A phone number, however it is grouped, is one token: its last digits. */
export function queryTokens(q: string): string[] {
  const digits = q.replace(/\D/g, '')
  const isPhone = /^[\s\d+()./-]+$/.test(q) && /^[\s(]*[+0]/.test(q) && digits.length > comparedDigits
  return isPhone ? [digits.slice(-comparedDigits)] : tokensOf(q)
}
