import * as z from 'zod/mini'

// Schemas use zod/mini, which adds only a few kB to the browser's bundle.

/** A rule of ours. `code` names it on the wire and in the texts of the page. Later checks do not run when it fails. */
const rule = (code: string, error: string, holds: (value: string) => boolean) =>
  z.refine<string>(holds, { error, params: { code }, abort: true })

// SQLite ends a text at NUL in some functions, and both databases store another character for a lone surrogate: what is
// stored would not be what was answered.
const printable = rule(
  'control_character',
  'Remove the control characters',
  (value) => !/(?![\t\n\r])[\p{Cc}\p{Cs}]/u.test(value),
)
const oneLine = rule(
  'control_character',
  'Remove the control characters and line breaks',
  (value) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(value),
)
// U+2800 is a Braille pattern without dots.
const visible = rule('nothing_visible', 'Use at least one character that can be seen', (value) =>
  /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u.test(value),
)
/** Embeddings, overrides and isolates. Left unclosed, they also turn the text after the name. */
const noBidiControls = rule(
  'bidi_control',
  'Remove the characters that change the writing direction',
  (value) => !/[\u202a-\u202e\u2066-\u2069]/.test(value),
)
const notEmpty = z.minLength(1, { abort: true })

const has = (count: number, kind: RegExp) => (value: string) => (value.match(kind) ?? []).length >= count

/** Text of several lines, trimmed. */
export const text = (min: 0 | 1, max: number) =>
  z.string().check(z.trim(), ...(min === 0 ? [printable] : [notEmpty, printable, visible]), z.maxLength(max))

/** The name of a person or thing. */
export const name = (max: number) =>
  z.string().check(z.trim(), notEmpty, oneLine, visible, noBidiControls, z.maxLength(max))

/** A string that only programs read: it is compared, and not shown. */
export const opaque = (max: number) => z.string().check(notEmpty, oneLine, z.maxLength(max))

/** Any notation, with an extension or without: only digits are required. */
export const phone = z
  .string()
  .check(
    z.trim(),
    notEmpty,
    oneLine,
    rule('phone', 'Write a phone number with its digits, such as +1 555 0100', has(3, /\p{Nd}/gu)),
    z.maxLength(40),
  )

export const address = z
  .string()
  .check(
    z.trim(),
    notEmpty,
    printable,
    rule('address', 'Write street, number and town', has(3, /[\p{L}\p{M}\p{N}]/gu)),
    z.maxLength(300),
  )

/** A password that is compared, not stored: no rule of new passwords applies to it. */
export const currentPassword = z.string().check(z.minLength(1), z.maxLength(1000))

/** NIST SP 800-63B asks for length, normalisation and no composition rules. */
export const password = z
  .string()
  .check(
    z.normalize('NFC'),
    oneLine,
    z.minLength(8, 'Use at least 8 characters'),
    z.maxLength(200, 'Use at most 200 characters'),
    visible,
  )

/** An opaque id; only its form is checked. */
export const id = z.string().check(z.minLength(1), z.maxLength(64), z.regex(/^[A-Za-z0-9_-]+$/, 'Not an id'))

/** ISO 8601 in UTC or with an offset; responses always have UTC with milliseconds. */
export const timestamp = z.iso.datetime({ offset: true })

export const highestAmount = 1_000_000_000

/** Money in minor units (4500 = 45.00). */
export const amount = z.int().check(z.minimum(0), z.maximum(highestAmount))

/** ISO 4217, upper case. */
export const currency = z.string().check(z.regex(/^[A-Z]{3}$/, 'A currency is three capital letters, such as USD'))
