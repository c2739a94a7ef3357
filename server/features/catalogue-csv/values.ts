import { fractionDigits } from '#shared/currency.ts'

// The values of cells. Each is undefined when the text cannot be read.

/** "45", "45.00" or "45,00" in minor units; a separator of thousands would be ambiguous. */
export function amountOf(text: string, currency: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{1,10})(?:[.,](\d+))?$/.exec(text) ?? []
  const digits = fractionDigits(currency)
  if (whole === undefined || fraction.length > digits) return undefined
  return Number(whole + fraction.padEnd(digits, '0'))
}

export const wholeOf = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)

const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
])

export const truthOf = (text: string): boolean | undefined => truths.get(text.toLowerCase())

/** "08:00"; spreadsheets write "8:00" or "08:00:00" as well. */
export const timeOf = (text: string): string => text.replace(/^(\d):/, '0$1:').replace(/^(\d\d:\d\d):00$/, '$1')

/** "1 2 3" or "12345": 1 is Monday. */
export const daysOf = (text: string): number[] => (text.match(/\d/g) ?? []).map(Number)
