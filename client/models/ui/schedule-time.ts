import { maxScheduleDays, scheduleProblem } from '#shared/schedule.ts'
import { t } from '../../i18n/index.ts'
import { clock } from '../sync/clock.ts'

/** The UTC time of what a datetime-local field holds, or the error to show. */
export function timeOf(local: string, now: number = clock.now()): string | (() => string) {
  const time = new Date(local)
  if (Number.isNaN(time.getTime())) return () => t().fields.time
  // An hour that the clocks skip is read as the hour after it, a 31st of June as the 1st of July.
  if (localMinute(time.getTime()) !== local.slice(0, 16)) return () => t().fields.timeSkipped
  switch (scheduleProblem(time.getTime(), now)) {
    case 'schedule_past':
      return () => t().workErrors.invalid_schedule
    case 'schedule_too_far':
      return () => t().fields.timeTooFar(maxScheduleDays)
    default:
      return time.toISOString()
  }
}

/** A time in the format of a datetime-local field. */
export function localMinute(time: number): string {
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
