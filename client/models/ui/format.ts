import { nameWithOptions } from '#shared/choose-options.ts'
import { fractionDigits } from '#shared/currency.ts'
import type { OrderItem } from '#shared/orders.ts'
import type { Position } from '#shared/position.ts'
import { locale } from '../../i18n/index.ts'
import { clock } from '../sync/clock.ts'

// Money, dates and durations, all by Intl in the reader's locale.

/** Cached: constructing a format costs more than a hundred uses of it, and each row of a list uses one. */
function perLocale<Key extends string, Format>(create: (locale: string, key: Key) => Format): (key: Key) => Format {
  const formats = new Map<string, Format>()
  return (key) => {
    const tag = locale()
    const id = `${tag} ${key}`
    const format = formats.get(id) ?? create(tag, key)
    formats.set(id, format)
    return format
  }
}

const currencyFormat = perLocale((tag, currency: string) => {
  const digits = fractionDigits(currency)
  const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return new Intl.NumberFormat(tag, { style: 'currency', currency, ...fraction })
})

const unitFormat = perLocale(
  (tag, unit: Unit | 'millisecond') => new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short' }),
)

const relativeFormat = perLocale((tag, style: 'short') => new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style }))

const listFormat = perLocale((tag, style: 'short') => new Intl.ListFormat(tag, { type: 'unit', style }))

/** The parts of a date that each kind of text shows. */
const dateParts = {
  time: { hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  year: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  appointment: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  appointmentYear: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  },
  log: { dateStyle: 'medium', timeStyle: 'medium' },
  exact: { dateStyle: 'full', timeStyle: 'long' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

const dateFormat = perLocale((tag, parts: keyof typeof dateParts) => new Intl.DateTimeFormat(tag, dateParts[parts]))

/** `amount` in minor units: 4500 USD is $45.00, 4500 JPY is ¥4,500. */
export function money(amount: number, currency: string): string {
  return currencyFormat(currency).format(amount / 10 ** fractionDigits(currency))
}

/** "14:02" today; "23 Nov, 14:02" this year; with the year otherwise. */
export function clockTime(time: string | number, now: number): string {
  const at = new Date(time)
  const today = new Date(now)
  if (at.toDateString() === today.toDateString()) return dateFormat('time').format(at)
  return dateFormat(at.getFullYear() === today.getFullYear() ? 'day' : 'year').format(at)
}

/** "Tue 24 Nov, 14:00"; with the year when it is not this one. */
export function appointment(time: string, now: number = clock.now()): string {
  const at = new Date(time)
  const sameYear = at.getFullYear() === new Date(now).getFullYear()
  return dateFormat(sameYear ? 'appointment' : 'appointmentYear').format(at)
}

/** "24 Nov 2026, 14:00:05": to the second, for rows of a log. */
export const logTime = (time: string | number): string => dateFormat('log').format(new Date(time))

/** To the second, with the time zone: for tooltips. */
export const exactTime = (time: string | number): string => dateFormat('exact').format(new Date(time))

/** "3 min. ago", "yesterday"; "now" for the last half minute and for times in the future, as clocks differ a little. */
export function relativeTime(time: string | number, now: number): string {
  const [value, unit] = largestUnit(secondsBetween(time, now))
  return relativeFormat('short').format(unit === 'second' ? 0 : -value, unit)
}

/** "3 min", "2 hr": how long something has been waiting. */
export function elapsedTime(from: string | number, now: number): string {
  const [value, unit] = largestUnit(secondsBetween(from, now))
  return unit === 'second' ? `< ${quantity(1, 'minute')}` : quantity(value, unit)
}

/** "1 hr 30 min" */
export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours === 0) return quantity(rest, 'minute')
  return rest === 0 ? quantity(hours, 'hour') : `${quantity(hours, 'hour')} ${quantity(rest, 'minute')}`
}

/** "42 ms", "1.4 sec": a latency. */
export function shortDuration(milliseconds: number): string {
  if (milliseconds < 1000) return quantity(Math.round(milliseconds), 'millisecond')
  return quantity(Math.round(milliseconds / 100) / 10, 'second')
}

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'year'

const quantity = (value: number, unit: Unit | 'millisecond'): string => unitFormat(unit).format(value)

const secondsBetween = (from: string | number, now: number): number =>
  Math.max(0, (now - new Date(from).getTime()) / 1000)

function largestUnit(seconds: number): [number, Unit] {
  if (seconds < 30) return [0, 'second']
  const minutes = Math.max(1, Math.floor(seconds / 60))
  if (minutes < 60) return [minutes, 'minute']
  if (minutes < 24 * 60) return [Math.floor(minutes / 60), 'hour']
  const days = Math.floor(minutes / (24 * 60))
  return days < 365 ? [days, 'day'] : [Math.floor(days / 365), 'year']
}

/** "2 × Boiler service, Lock change" */
export function itemsText(items: readonly Pick<OrderItem, 'name' | 'quantity' | 'options'>[]): string {
  const texts = items.map((item) => (item.quantity === 1 ? '' : `${item.quantity} × `) + nameWithOptions(item))
  return listFormat('short').format(texts)
}

/** "52.52000, 13.40500": to a metre. */
export const positionText = ({ lat, lng }: Position): string => `${lat.toFixed(5)}, ${lng.toFixed(5)}`

/** "Sam Okafor" → "SO", for an avatar. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '')
  return letters.join('').toLocaleUpperCase(locale())
}
