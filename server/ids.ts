import { randomBytes, randomInt } from 'node:crypto'

/** An opaque id of 80 random bits: URL-safe, a valid topic level, never starting with a dash, selected by a double click. */
export const newId = () => randomBytes(10).toString('hex')

/**
 * The same form, but what is made later sorts later: 48 bits of time, 32 random ones. Keys in order are written to the
 * same few pages of an index; random ones to a page each, which a commit has to put on the disk.
 */
export const newOrderId = (now: number) => now.toString(16).padStart(12, '0') + randomBytes(4).toString('hex')

/** Without 0 O, 1 I L and U V: what people confuse when they read aloud or write by hand. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTWXYZ'
const three = () => Array.from({ length: 3 }, () => alphabet[randomInt(alphabet.length)]).join('')

/** "A7K-2Q9": 29^6, some 590 million; the store refuses one that is taken. */
export const newOrderNumber = () => `${three()}-${three()}`
