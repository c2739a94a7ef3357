import { fullContact, type Order } from '#shared/orders.ts'
import { phoneParts, wholePhoneNumber } from '#shared/phone-search.ts'

const tokensOf = (text: string): string[] =>
  text
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/**
 * The test of whether an order matches a search: each typed word is the beginning of a word of its number, customer,
 * address, vendor or services, or a part of its phone number. The server decides for the orders it lists; this is for
 * orders that arrive later.
 */
export function searchFilter(q: string): (order: Order) => boolean {
  const phone = wholePhoneNumber(q)
  const typed = phone === null ? tokensOf(q) : [phone]
  return (order) => {
    const { number, customer, vendor, items } = order
    const contact = fullContact(order)
    const texts = [number, customer.name, contact?.address, vendor?.name, ...items.map((item) => item.name)]
    const tokens = [...tokensOf(texts.filter(Boolean).join(' ')), ...phoneParts(contact?.phone ?? '')]
    return typed.every((beginning) => tokens.some((token) => token.startsWith(beginning)))
  }
}
