import { maxScheduleDays, scheduleProblem } from '#shared/schedule.ts'
import { DomainError } from '../lib/errors.ts'

/** Throws invalid_schedule for a time at which no work can begin. `now` in ms. */
export function checkSchedule(scheduledFor: string, now: number): void {
  const code = scheduleProblem(Date.parse(scheduledFor), now)
  if (!code) return
  const message = `The time must lie in the future, at most ${maxScheduleDays} days from now`
  throw new DomainError('invalid_schedule', undefined, { errors: [{ path: 'scheduledFor', message, code }] })
}
