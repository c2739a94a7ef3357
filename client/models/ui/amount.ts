import { fractionDigits } from '#shared/currency.ts'
import { westernDigits } from '#shared/digits.ts'
import { amount } from '#shared/fields.ts'
import { locale } from '../../i18n/index.ts'

// Amounts that a person types: understood in the notation of any country, or refused where two readings are possible.

/** `unclear`: not an amount, or one of two. `decimals`: more than the currency has. `high`: above the highest price. */
export type AmountProblem = 'unclear' | 'decimals' | 'high'

/** Marks that Intl writes into amounts of right-to-left languages. */
const directionMarks = /[\u200e\u200f\u061c\u2066-\u2069]/g
/** The spellings of a separator, and the one that stands for them. */
const separators: readonly [RegExp, string][] = [
  [/[\s\u00a0\u2007\u2009\u202f]/g, ' '],
  [/[’＇]/g, "'"],
  [/，/g, ','],
  [/．/g, '.'],
]
/** Separators that can come before decimals. */
const decimalSeparators = '.,٫'

/** "1299" in any script as a number; null for anything but digits. */
export function parseWhole(text: string): number | null {
  const western = westernDigits(text.replace(directionMarks, '').trim())
  return /^\d{1,15}$/.test(western) ? Number(western) : null
}

const oneSpelling = (text: string) =>
  separators.reduce((tidied, [spellings, one]) => tidied.replace(spellings, one), text)
const tidy = (text: string) => oneSpelling(text.replace(directionMarks, '')).trim()

/** The currency's code and its symbols in the reader's language, longest first. */
function signsOf(currency: string): string[] {
  const symbols = (['symbol', 'narrowSymbol'] as const).map((currencyDisplay) =>
    new Intl.NumberFormat(locale(), { style: 'currency', currency, currencyDisplay })
      .formatToParts(1)
      .find(({ type }) => type === 'currency'),
  )
  const signs = [currency, ...symbols.map((part) => part?.value ?? '')].map(tidy).filter(Boolean)
  return signs.sort((a, b) => b.length - a.length)
}

/** Without the sign of this currency before or after the number. The sign of another one stays, so it is refused. */
function withoutSign(text: string, currency: string): string {
  const lower = text.toLowerCase()
  for (const sign of signsOf(currency)) {
    const own = sign.toLowerCase()
    if (lower.startsWith(own)) return text.slice(sign.length).trim()
    if (lower.endsWith(own)) return text.slice(0, -sign.length).trim()
  }
  return text
}

/** The separators of amounts in the reader's language. They may differ from those of numbers, as in Swiss French. */
function ownSeparators(currency: string): { decimal: string; group: string } {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 }
  const parts = new Intl.NumberFormat(locale(), { style: 'currency', currency, ...digits }).formatToParts(1_234_567.8)
  const of = (kind: 'decimal' | 'group') => oneSpelling(parts.find(({ type }) => type === kind)?.value ?? '')
  return { decimal: of('decimal'), group: of('group') }
}

/** "1" or "1,234,567" or, as in India, "12,34,567". */
function isGrouped([first = '', ...others]: readonly string[]): boolean {
  if (others.length === 0) return true
  const last = others.at(-1) ?? ''
  const inThrees = /^[1-9]\d{0,2}$/.test(first) && others.every((group) => group.length === 3)
  const asInIndia =
    /^[1-9]\d?$/.test(first) && last.length === 3 && others.slice(0, -1).every((group) => group.length === 2)
  return inThrees || asInIndia
}

/** Whether the last separator of the number comes before decimals; null where both readings are possible. */
function endsInDecimals(used: readonly string[], lastDigits: string, currency: string): boolean | null {
  const last = used.at(-1) ?? ''
  if (!decimalSeparators.includes(last) || used.indexOf(last) < used.length - 1) return false
  if (used.length > 1 || last === '٫' || lastDigits.length !== 3) return true
  const own = ownSeparators(currency)
  if (last === own.decimal) return true
  // "1.234" with a foreign separator, or where the currency has three decimals.
  return last === own.group && fractionDigits(currency) < 3 ? false : null
}

/** A typed price in minor units, or why it is refused. A guess could be wrong by a factor of a thousand. */
export function parseAmount(text: string, currency: string): number | AmountProblem {
  const digits = fractionDigits(currency)
  const number = withoutSign(tidy(westernDigits(text)), currency)
  const parts = number.split(/([.,٫٬' ])/)
  const pieces = parts.filter((_, index) => index % 2 === 0)
  const used = parts.filter((_, index) => index % 2 === 1)
  if (!pieces.every((piece) => /^\d+$/.test(piece))) return 'unclear'

  const lastPiece = pieces.at(-1) ?? ''
  const decimal = used.length > 0 && endsInDecimals(used, lastPiece, currency)
  if (decimal === null) return 'unclear'
  const groups = decimal ? pieces.slice(0, -1) : pieces
  const groupSeparators = new Set(decimal ? used.slice(0, -1) : used)
  if (groupSeparators.size > 1 || groupSeparators.has('٫') || !isGrouped(groups)) return 'unclear'
  const fraction = decimal ? lastPiece : ''
  if (fraction.length > digits) return 'decimals'
  const minor = Number(groups.join('') + fraction.padEnd(digits, '0'))
  return amount.safeParse(minor).success ? minor : 'high'
}

/** An amount for an input, in the reader's notation: `parseAmount` reads it back. */
export function amountText(minor: number, currency: string): string {
  const digits = fractionDigits(currency)
  const format = { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const
  const parts = new Intl.NumberFormat(locale(), format).formatToParts(minor / 10 ** digits)
  return parts.map(({ type, value }) => (/^(integer|decimal|fraction)$/.test(type) ? value : '')).join('')
}
