import type { AvailableHours } from '#shared/available-hours.ts'
import { locale } from '../../i18n/index.ts'

// The first of January 2024 was a Monday.
const monday = Date.UTC(2024, 0, 1)
const dayLength = 24 * 60 * 60 * 1000

/** "Mon": the name of a day in the reader's language; 1 is Monday. */
export const dayName = (day: number, weekday: 'short' | 'long' = 'short'): string =>
  new Intl.DateTimeFormat(locale(), { weekday, timeZone: 'UTC' }).format(monday + (day - 1) * dayLength)

/** "Mon–Fri, 08:00–18:00"; with the time zone where it is not the reader's. */
export function hoursText({ days, from, to, timeZone }: AvailableHours): string {
  const isWholeDay = from === '00:00' && to === '00:00'
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const parts = [days.length === 7 ? null : daysText(days), isWholeDay ? null : `${clockText(from)}–${clockText(to)}`]
  return [...parts, timeZone === here ? null : timeZone].filter(Boolean).join(', ')
}

/** Days in a row are written as a range. */
function daysText(days: readonly number[]): string {
  const runs: [number, number][] = []
  for (const day of days.toSorted((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last?.[1] === day - 1) last[1] = day
    else runs.push([day, day])
  }
  return runs
    .map(([first, last]) => (first === last ? dayName(first) : `${dayName(first)}–${dayName(last)}`))
    .join(', ')
}

/** "08:00" in the reader's notation: "8:00 AM". */
function clockText(time: string): string {
  const format = new Intl.DateTimeFormat(locale(), { timeStyle: 'short', timeZone: 'UTC' })
  return format.format(Date.parse(`2024-01-01T${time}:00Z`))
}
