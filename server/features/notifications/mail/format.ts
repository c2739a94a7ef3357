import { fractionDigits } from '#shared/currency.ts'
import type { PageLocale } from '#shared/locale.ts'

/** `minor`: in minor units. */
export function money(minor: number, currency: string, language: string): string {
  const digits = fractionDigits(currency)
  const options = { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const
  return new Intl.NumberFormat(language, options).format(minor / 10 ** digits)
}

const parts = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
} as const

/** With the year and the time zone: a mail may be read much later, and elsewhere. */
export const dateAndTime = (time: string, { language, timeZone }: PageLocale): string =>
  new Intl.DateTimeFormat(language, { ...parts, timeZone }).format(new Date(time))
