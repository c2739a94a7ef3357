import { randomBytes, randomInt } from 'node:crypto'

/** An opaque id of 80 random bits: URL-safe, a valid topic level, never starting with a dash, selected by a double click. */
export const newId = () => randomBytes(10).toString('hex')

/** Without 0 O, 1 I L and U V: what people confuse when they read aloud or write by hand. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTWXYZ'
const three = () => Array.from({ length: 3 }, () => alphabet[randomInt(alphabet.length)]).join('')

/** "A7K-2Q9": 29^6, some 590 million; the store refuses one that is taken. */
export const newOrderNumber = () => `${three()}-${three()}`
