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
export const searchWords = (order: OrderRecord): string =>
  spaced([...publicTexts(order), order.customer.name, order.vendor?.name ?? ''])

/** What of it a vendor may find an offer by: not the customer's name, or guesses at it would be answered. */
export const offerWords = (order: OrderRecord): string => spaced(publicTexts(order))

const publicTexts = (order: OrderRecord) => [
  order.number,
  order.number.replaceAll('-', ''),
  ...order.items.map((item) => item.name),
]

const spaced = (texts: string[]) =>
  wordsOf(texts.join(' '))
    .map((word) => ` ${word}`)
    .join('')
