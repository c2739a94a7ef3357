import { distanceBetween } from './geo.ts'
import type { Position } from './position.ts'

/** Roads are longer than the straight line: 1.2 to 1.4 times in cities and in the country. */
const detour = 1.3
/** Metres a second: 30 km/h, the usual speed of a van in a town with its lights and its search for a door. */
const townSpeed = 30 / 3.6
/** Slower than a person walks is standing still, and above 130 km/h a position is wrong. */
const [slowest, fastest] = [4 / 3.6, 130 / 3.6]
/** The last minutes count, in ms: what came before was another road. */
const recent = 5 * 60_000
/** How far the true time may be below and above the calculated one. */
const [early, late] = [0.8, 1.35]
/** At the address a door has to be found. */
const atTheDoor = 60_000
/** After this time without a position only the usual times are used, in ms. */
const outdated = 10 * 60_000
/** No drive to a customer takes longer: the address or the position is wrong. In ms. */
const longest = 12 * 3_600_000

interface PastPosition extends Position {
  /** ms since 1970. */
  at: number
}

/** From which time to which, in ms since 1970. */
export interface Window {
  from: number
  to: number
}

/**
 * When a vendor on the way to `goal` is likely to arrive. The speed of the last minutes is mixed with that of a town: the less is
 * known of it, the more. null without a position of the last ten minutes, and for a distance that no vendor drives to a customer.
 */
export function arrivalByPosition(now: number, goal: Position, track: readonly PastPosition[]): Window | null {
  const last = track.at(-1)
  if (!last || now - last.at > outdated) return null
  const remaining = distanceBetween(last, goal) * detour
  const { speed, certainty } = speedOf(track, last.at)
  const assumed = certainty * speed + (1 - certainty) * townSpeed
  const time = (remaining / assumed) * 1000
  if (time > longest) return null
  // What is unknown of the speed widens the window at both ends.
  const spread = 1 + (1 - certainty) * 0.25
  const arrival = { from: last.at + (time * early) / spread, to: last.at + time * late * spread + atTheDoor }
  return { from: Math.max(arrival.from, now), to: Math.max(arrival.to, now + atTheDoor) }
}

/** `certainty`: 0 to 1, by how much of the last minutes is known. A vendor who stands at a light is not one who has stopped. */
function speedOf(track: readonly PastPosition[], until: number): { speed: number; certainty: number } {
  const part = track.filter(({ at }) => until - at <= recent)
  const first = part[0]
  if (!first || until - first.at < 30_000) return { speed: 0, certainty: 0 }
  const driven = part.reduce((sum, place, n) => sum + distanceBetween(part[n - 1] ?? place, place), 0)
  const speed = driven / ((until - first.at) / 1000)
  if (speed > fastest) return { speed: 0, certainty: 0 }
  return { speed: Math.max(speed, slowest), certainty: Math.min((until - first.at) / recent, 1) * 0.85 }
}

/**
 * When a vendor who set off at `since` is likely to arrive, by how long their last drives took, in ms. null with fewer than three,
 * and once nearly all drives would have ended.
 */
export function arrivalByUsualTimes(now: number, since: number, drives: readonly number[]): Window | null {
  if (drives.length < 3) return null
  const sorted = [...drives].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0
  const to = since + at(0.9)
  return to <= now ? null : { from: Math.max(since + at(0.25), now), to }
}

/** In whole minutes from now, as exact as it is honest: above ten minutes in steps of five. */
export function minutesUntil(now: number, { from, to }: Window): { from: number; to: number } {
  const [first, last] = [Math.max(from - now, 0) / 60_000, Math.max(to - now, 0) / 60_000]
  if (last <= 10) return { from: Math.floor(first), to: Math.max(Math.ceil(last), 1) }
  const low = Math.floor(first / 5) * 5
  return { from: low === 0 ? Math.floor(first) : low, to: Math.ceil(last / 5) * 5 }
}
