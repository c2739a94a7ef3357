// Money, dates and durations in the reader's own locale, by Intl alone.

const locale = undefined

/** `amount` in minor units: 4500 USD is $45.00, 4500 JPY is ¥4,500. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
  return format.format(amount / 10 ** fractionDigits(currency))
}

export function fractionDigits(currency: string): number {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/** What somebody typed as a price, in minor units; null when it is not one. A comma counts as a decimal point. */
export function parseMoney(text: string, currency: string): number | null {
  const normal = text
    .trim()
    .replace(/[\s\u00a0’']/g, '')
    .replace(',', '.')
  if (!/^\d+(\.\d*)?$/.test(normal)) return null
  return Math.round(Number(normal) * 10 ** fractionDigits(currency))
}

/** "14:02", today; "23 Nov, 14:02" this year; with the year before that. */
export function clockTime(iso: string | number, now: number): string {
  const at = new Date(iso)
  const today = new Date(now)
  const time = { hour: '2-digit', minute: '2-digit' } as const
  if (at.toDateString() === today.toDateString()) return at.toLocaleTimeString(locale, time)
  const day = { day: 'numeric', month: 'short' } as const
  const year = at.getFullYear() === today.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return at.toLocaleString(locale, { ...day, ...year, ...time })
}

/** "Tuesday 24 November, 14:00": a time somebody has to keep. */
export function appointment(iso: string): string {
  const format = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
  return new Date(iso).toLocaleString(locale, format)
}

/** To the second, with the zone: for the curious pointer. */
export function exactTime(iso: string | number): string {
  return new Date(iso).toLocaleString(locale, { dateStyle: 'full', timeStyle: 'long' })
}

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })

/** "3 min. ago", "yesterday"; "now" for the last half minute and for clocks that differ a little. */
export function ago(iso: string | number, now: number): string {
  const seconds = Math.max(0, (now - new Date(iso).getTime()) / 1000)
  const [value, unit] = largest(seconds)
  return unit === 'second' ? relative.format(0, 'second') : relative.format(-value, unit)
}

/** "3 min", "2 hr": how long something has been waiting. */
export function span(from: string | number, now: number): string {
  const [value, unit] = largest(Math.max(0, (now - new Date(from).getTime()) / 1000))
  return unit === 'second' ? `< ${unitText(1, 'minute')}` : unitText(value, unit)
}

/** "1 hr 30 min" */
export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours === 0) return unitText(rest, 'minute')
  return rest === 0 ? unitText(hours, 'hour') : `${unitText(hours, 'hour')} ${unitText(rest, 'minute')}`
}

/** "42 ms", "1.4 sec": how long a machine took. */
export function short(milliseconds: number): string {
  if (milliseconds < 1000) return unitText(Math.round(milliseconds), 'millisecond')
  return unitText(Math.round(milliseconds / 100) / 10, 'second')
}

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'year'

function largest(seconds: number): [number, Unit] {
  if (seconds < 30) return [0, 'second']
  const minutes = Math.max(1, Math.floor(seconds / 60))
  if (minutes < 60) return [minutes, 'minute']
  if (minutes < 24 * 60) return [Math.floor(minutes / 60), 'hour']
  const days = Math.floor(minutes / (24 * 60))
  return days < 365 ? [days, 'day'] : [Math.floor(days / 365), 'year']
}

/** Kept, as making one costs more than a hundred uses of it, and there is one in every row. */
const unitFormats = new Map<string, Intl.NumberFormat>()

function unitText(value: number, unit: Unit | 'millisecond'): string {
  const format = unitFormats.get(unit) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' })
  unitFormats.set(unit, format)
  return format.format(value)
}

/** "2 × Boiler service, Lock change" */
export function itemsText(items: readonly { name: string; quantity: number }[]): string {
  return items.map(({ name, quantity }) => (quantity === 1 ? name : `${quantity} × ${name}`)).join(', ')
}

/** "Sam Okafor" → "SO", for a small round mark. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '')
  return letters.join('').toLocaleUpperCase()
}
