/** How far ahead an order may be scheduled. */
export const maxScheduleDays = 400

const day = 24 * 60 * 60 * 1000

/** Why an order may not be scheduled for `time`; null if it may. Both in ms since the epoch. */
export function scheduleProblem(time: number, now: number): 'schedule_past' | 'schedule_too_far' | null {
  if (time <= now) return 'schedule_past'
  return time > now + maxScheduleDays * day ? 'schedule_too_far' : null
}
