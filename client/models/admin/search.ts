import type { Order } from '#shared/orders.ts'

const tokensOf = (text: string): string[] =>
  text
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/**
 * The test of whether an order matches a search: each typed word is the beginning of a word of its number, customer, vendor
 * or services. The server decides for the orders it lists; this is for orders that arrive later.
 */
export function searchFilter(q: string): (order: Order) => boolean {
  const typed = tokensOf(q)
  return ({ number, customer, vendor, items }) => {
    const tokens = tokensOf(
      [number, customer.name, vendor?.name, ...items.map((item) => item.name)].filter(Boolean).join(' '),
    )
    return typed.every((beginning) => tokens.some((token) => token.startsWith(beginning)))
  }
}
