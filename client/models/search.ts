import type { Order } from '#shared/orders.ts'

const words = (text: string): string[] =>
  text
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/**
 * Whether a live order matches a search: every word typed begins a word of its number, customer, vendor or services.
 * The server decides for what it lists; this is for what arrives meanwhile.
 */
export function matchesSearch({ number, customer, vendor, items }: Order, q: string): boolean {
  const there = words(
    [number, customer.name, vendor?.name, ...items.map((item) => item.name)].filter(Boolean).join(' '),
  )
  return words(q).every((typed) => there.some((word) => word.startsWith(typed)))
}
