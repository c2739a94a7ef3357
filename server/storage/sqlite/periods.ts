/** Lengths of the ISO 8601 prefixes that name a period: an hour, a day, a month. */
export const levels = [13, 10, 7] as const

/** Periods of one level; `to` is exclusive. Both are times at which a period of the level begins. */
export interface PeriodRange {
  level: number
  from: string
  to: string
}

const firstMoment = '0000-01-01T00:00:00.000Z'

const startOf = (level: number, time: string) => time.slice(0, level) + firstMoment.slice(level)

function endOf(level: number, time: string): string {
  const end = new Date(startOf(level, time))
  if (level === 13) end.setUTCHours(end.getUTCHours() + 1)
  else if (level === 10) end.setUTCDate(end.getUTCDate() + 1)
  else end.setUTCMonth(end.getUTCMonth() + 1)
  return end.toISOString()
}

/** `time`, or the beginning of the next period. */
export const upTo = (level: number, time: string): string => (startOf(level, time) === time ? time : endOf(level, time))

export const downTo = startOf

/** Covers the time between two full hours by as few periods as possible: months, and at its ends days and hours. */
export function periodsBetween(
  from: string,
  to: string,
  [level, ...longer]: readonly number[] = levels,
): PeriodRange[] {
  if (level === undefined || from >= to) return []
  const [next] = longer
  if (next === undefined) return [{ level, from, to }]
  const [first, last] = [upTo(next, from), downTo(next, to)]
  if (first >= last) return [{ level, from, to }]
  return [{ level, from, to: first }, ...periodsBetween(first, last, longer), { level, from: last, to }].filter(
    (range) => range.from < range.to,
  )
}
