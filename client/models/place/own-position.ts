import { signal } from '@preact/signals'
import { distanceBetween } from '#shared/geo.ts'
import type { Position } from '#shared/position.ts'
import { distanceText } from '../ui/distance.ts'
import { locate, mayLocate, type LocateProblem } from './geolocate.ts'

/** Where this browser is; null until it was asked. */
export const ownPosition = signal<Position | null>(null)

/** Why the browser did not say. */
export const locateProblem = signal<LocateProblem | null>(null)

/** Asks the browser; the person is asked once. */
export async function findOwnPosition(): Promise<void> {
  const found = await locate({ maximumAge: 300_000 })
  if (typeof found === 'string') locateProblem.value = found
  else ownPosition.value = found
}

/** Without a question: only where it was allowed before. */
export async function refreshOwnPosition(): Promise<void> {
  if (await mayLocate()) await findOwnPosition()
}

/** "3 km": to a kilometre, since an offer says no more of where it is. */
export const roughDistance = (from: Position, to: Position): string =>
  distanceText(Math.max(1, Math.round(distanceBetween(from, to) / 1000)) * 1000)
