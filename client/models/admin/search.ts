import type { Order } from '#shared/orders.ts'

const words = (text: string): string[] =>
  text
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/**
 * Tells of a live order whether it matches a search: every word typed begins a word of its number, customer, vendor or services.
 * The server decides for what it lists; this is for what arrives meanwhile.
 */
export function searching(q: string): (order: Order) => boolean {
  const typed = words(q)
  return ({ number, customer, vendor, items }) => {
    const there = words(
      [number, customer.name, vendor?.name, ...items.map((item) => item.name)].filter(Boolean).join(' '),
    )
    return typed.every((beginning) => there.some((word) => word.startsWith(beginning)))
  }
}
