import * as z from 'zod/mini'

// Schemas use zod/mini, which adds only a few kB to the browser's bundle.

/** Text input: trimmed, `min` to `max` characters. */
export const text = (min: number, max: number) => z.string().check(z.trim(), z.minLength(min), z.maxLength(max))

/** An opaque id; only its form is checked. */
export const id = z.string().check(z.minLength(1), z.maxLength(64), z.regex(/^[A-Za-z0-9_-]+$/, 'Not an id'))

/** ISO 8601 in UTC or with an offset; responses always have UTC with milliseconds. */
export const timestamp = z.iso.datetime({ offset: true })

export const highestAmount = 1_000_000_000

/** Money in minor units (4500 = 45.00). */
export const amount = z.int().check(z.minimum(0), z.maximum(highestAmount))

/** ISO 4217, upper case. */
export const currency = z.string().check(z.regex(/^[A-Z]{3}$/, 'A currency is three capital letters, such as USD'))

export const email = z
  .string()
  .check(z.trim(), z.toLowerCase(), z.maxLength(254), z.email('Write an e-mail address such as ana@example.com'))
