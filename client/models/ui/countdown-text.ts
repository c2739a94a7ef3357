import { locale } from '../../i18n/index.ts'
import { duration } from './format.ts'

/** "0:45", "12:05"; from an hour on "1 hr 5 min". */
export function countdownText(seconds: number): string {
  if (seconds >= 3600) return duration(Math.ceil(seconds / 60))
  const digits = (value: number, least: number) =>
    new Intl.NumberFormat(locale(), { minimumIntegerDigits: least }).format(value)
  return `${digits(Math.floor(seconds / 60), 1)}:${digits(seconds % 60, 2)}`
}
