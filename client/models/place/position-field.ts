import type { Position } from '#shared/position.ts'

/**
 * A position as the value of a form's field. `place`: it belongs to the address as it stands, and goes when that is changed.
 * `own`: the person has set it apart from the address.
 */
export type PositionSource = 'place' | 'own'

export const positionValue = (position: Partial<Position> | null | undefined, source: PositionSource): string =>
  position?.lat === undefined || position.lng === undefined ? '' : `${position.lat} ${position.lng} ${source}`

/** null without one. */
export function readPosition(value: string): Position | null {
  const [lat, lng] = value.split(' ').map(Number)
  return value !== '' && Number.isFinite(lat) && Number.isFinite(lng) ? { lat: lat ?? 0, lng: lng ?? 0 } : null
}

export const belongsToAddress = (value: string): boolean => value.endsWith(' place')

/** Where an order would be, by the fields of its form. */
export function whereOf({ address, area, position }: Readonly<Record<'address' | 'area' | 'position', string>>) {
  return { address, ...(area.trim() && { area }), ...readPosition(position) }
}
