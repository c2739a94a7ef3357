import type { Contact, OrderItem } from './orders.ts'
import { phoneParts, wholePhoneNumber } from './phone-search.ts'
import { tokensOf, typedTokensOf } from './search-words.ts'

// What "an order matches a search" means, for both databases and for the page: each token of the search is the beginning
// of a token of the order.

/**
 * The number of this definition. It grows with every change of the tokens of any order, so that the server makes them anew
 * for the orders that exist (search-refresh.ts).
 */
export const searchDefinition = 2

type Named = { name: string | null }

/** The texts by which an order is found. */
export interface SearchedOrder {
  number: string
  customer: Named
  vendor: Named | null
  items: readonly Pick<OrderItem, 'name'>[]
}

const publicTexts = ({ number, items }: SearchedOrder) => [
  number,
  number.replaceAll('-', ''),
  ...items.map((item) => item.name),
]

const textsOf = (order: SearchedOrder) => [...publicTexts(order), order.customer.name ?? '', order.vendor?.name ?? '']

/** The tokens by which an order is found. */
export const searchTokens = (order: SearchedOrder): string[] => tokensOf(textsOf(order))

/** The tokens by which a vendor finds an offer. Without the customer's name, which searches would otherwise reveal. */
export const offerSearchTokens = (order: SearchedOrder): string[] => tokensOf(publicTexts(order))

/** Precedes the tokens that only an admin's search tests. No token contains it, as tokens are letters and digits. */
export const adminMark = '@'

/** The tokens of the contact, by which an admin finds an order: any part of the phone number, and the address. */
export const adminSearchTokens = ({ contact: { phone, address } }: { contact: Contact }): string[] =>
  [...new Set([...phoneParts(phone), ...tokensOf([address])])].map((token) => adminMark + token)

/** All that the tokens of an order are made of: orders with equal texts have equal tokens. */
export const searchedTexts = (order: SearchedOrder & { contact: Contact }): string[] => [
  ...textsOf(order),
  order.contact.phone,
  order.contact.address,
]

/** The tokens of a search. */
export function queryTokens(q: string): string[] {
  const phone = wholePhoneNumber(q)
  return phone === null ? typedTokensOf(q) : [phone]
}

/** The test of whether an order with these tokens matches the search. */
export function searchTest(q: string): (tokens: readonly string[]) => boolean {
  const typed = queryTokens(q).flatMap((token) => [[token, adminMark + token]])
  return (tokens) => typed.every((forms) => tokens.some((token) => forms.some((form) => token.startsWith(form))))
}
