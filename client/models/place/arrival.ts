import { minutesUntil } from '#shared/arrival.ts'
import type { Arrival } from '#shared/device-messages.ts'
import { t } from '../../i18n/index.ts'

/** "about 12 min", "10–15 min"; null once the time is over, when nothing honest can be said. */
export function arrivalText(eta: Arrival, now: number): string | null {
  const window = { from: Date.parse(eta.from), to: Date.parse(eta.to) }
  if (window.to < now) return null
  const { from, to } = minutesUntil(now, window)
  if (to <= 1) return t().where.soon
  if (from === 0) return t().where.within(to)
  return to - from <= 2 ? t().where.about(Math.round((from + to) / 2)) : t().where.between(from, to)
}
