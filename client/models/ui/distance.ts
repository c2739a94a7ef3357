import { bearingBetween, directionOf, distanceBetween } from '#shared/geo.ts'
import type { Position } from '#shared/position.ts'
import { locale, t } from '../../i18n/index.ts'

/** "350 m", "2.3 km", "24 km": as exact as it is of use. `metres` as the crow flies. */
export function distanceText(metres: number): string {
  const [value, unit, digits] =
    metres < 950
      ? ([Math.max(Math.round(metres / 10) * 10, 10), 'meter', 0] as const)
      : ([metres / 1000, 'kilometer', metres < 9_950 ? 1 : 0] as const)
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value)
}

/** "2.3 km to the north-east": where `to` is, seen from `from`. */
export const distanceAndDirection = (from: Position, to: Position): string =>
  t().map.distance(distanceText(distanceBetween(from, to)), t().map.directions[directionOf(bearingBetween(from, to))])
