import * as z from 'zod/mini'
import { timeOfDay, timeZone } from './locale.ts'

/**
 * When a service can be had: on these days (ISO 8601: 1 is Monday, 7 Sunday) from `from` until `to`, in the time zone of
 * the business. When `to` is not later than `from`, it is on the next day: 18:00 to 07:00 is a night, 00:00 to 00:00 a
 * whole day. The times of an order are compared: when it is to be done, or when it is placed.
 */
export const AvailableHours = z.strictObject({
  days: z.array(z.int().check(z.minimum(1), z.maximum(7))).check(z.minLength(1), z.maxLength(7)),
  from: timeOfDay,
  to: timeOfDay,
  timeZone,
})
export type AvailableHours = z.infer<typeof AvailableHours>

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Whether the time (ms) lies in the hours. */
export function isAvailableAt({ days, from, to, timeZone: zone }: AvailableHours, at: number): boolean {
  const { day, time } = localTime(at, zone)
  const isDay = days.includes(day)
  if (from < to) return isDay && from <= time && time < to
  const yesterday = day === 1 ? 7 : day - 1
  return (isDay && from <= time) || (days.includes(yesterday) && time < to)
}

function localTime(at: number, zone: string): { day: number; time: string } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const day = dayNames.indexOf(parts.get('weekday') ?? '') + 1
  return { day, time: `${parts.get('hour')}:${parts.get('minute')}` }
}
