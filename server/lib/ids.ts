import { randomFillSync, randomInt } from 'node:crypto'

/** Random bytes are generated in blocks: a call for 10 bytes costs as much as a call for 4096. */
const pool = Buffer.allocUnsafeSlow(4_096)
let used = pool.length

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return pool.toString('hex', used, (used += bytes))
}

/** An opaque id of 80 random bits: URL-safe, a valid topic level, never starting with a dash, selected by a double click. */
export const newId = () => randomHex(10)

/**
 * An id that sorts by creation time: 48 bits of time, then 32 random bits. Ascending keys go to the same few index pages;
 * random keys dirty one page each, and every commit has to flush those pages.
 */
export const newOrderId = (now: number) => timeOf(now) + randomHex(4)

/** The same with 64 random bits, for records that are created without a second try. */
export const newSortedId = (now: number) => timeOf(now) + randomHex(8)

const timeOf = (now: number) => now.toString(16).padStart(12, '0')

/** Excludes 0 O, 1 I L and U V, which are easily confused when spoken or handwritten. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTWXYZ'
const orderNumbers = alphabet.length ** 6

/** "A7K-2Q9": one of 29^6 (about 590 million) numbers. The store enforces uniqueness. */
export function newOrderNumber(): string {
  let [rest, letters] = [randomInt(orderNumbers), '']
  for (; letters.length < 6; rest = Math.floor(rest / alphabet.length)) letters += alphabet[rest % alphabet.length]
  return `${letters.slice(0, 3)}-${letters.slice(3)}`
}
