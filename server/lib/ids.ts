import { randomFillSync, randomInt } from 'node:crypto'

/** Drawn many at once: to ask for a few of them costs as much as to ask for all. */
const drawn = Buffer.allocUnsafeSlow(4_096)
let used = drawn.length

function randomHex(bytes: number): string {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  return drawn.toString('hex', used, (used += bytes))
}

/** An opaque id of 80 random bits: URL-safe, a valid topic level, never starting with a dash, selected by a double click. */
export const newId = () => randomHex(10)

/**
 * The same form, but what is made later sorts later: 48 bits of time, 32 random ones. Keys in order are written to the
 * same few pages of an index; random ones to a page each, which a commit has to put on the disk.
 */
export const newOrderId = (now: number) => now.toString(16).padStart(12, '0') + randomHex(4)

/** Without 0 O, 1 I L and U V: what people confuse when they read aloud or write by hand. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTWXYZ'
const numbers = alphabet.length ** 6

/** "A7K-2Q9": 29^6, some 590 million; the store refuses one that is taken. */
export function newOrderNumber(): string {
  let [left, letters] = [randomInt(numbers), '']
  for (; letters.length < 6; left = Math.floor(left / alphabet.length)) letters += alphabet[left % alphabet.length]
  return `${letters.slice(0, 3)}-${letters.slice(3)}`
}
