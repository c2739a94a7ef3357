import type { QuietHours } from '#shared/notification-preferences.ts'

/** Whether the time is within the quiet hours, in their time zone. */
export function isQuiet(quietHours: QuietHours | null, now: number): boolean {
  if (!quietHours) return false
  const { from, to, timeZone } = quietHours
  const format = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone })
  const time = format.format(now)
  return from <= to ? from <= time && time < to : from <= time || time < to
}
