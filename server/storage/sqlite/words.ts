import type { OrderRecord } from '../store.ts'

/**
 * The words of a text, folded so that what reads alike compares alike: compatibility forms, marks and case are gone.
 * Upper case, because it also makes `ß` and the final sigma what people type for them.
 */
export const wordsOf = (text: string): string[] => [
  ...new Set(
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toUpperCase()
      .match(/[\p{L}\p{N}]+/gu),
  ),
]

/** Everything an order is found by. Every word has a space before it: ` A7K` is found where a word begins with `A7K`. */
export function searchWords(order: OrderRecord): string {
  const texts = [
    order.number,
    order.number.replaceAll('-', ''),
    order.customer.name,
    order.vendor?.name ?? '',
    ...order.items.map((item) => item.name),
  ]
  return wordsOf(texts.join(' '))
    .map((word) => ` ${word}`)
    .join('')
}
