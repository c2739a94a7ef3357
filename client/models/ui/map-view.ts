import { distanceBetween } from '#shared/geo.ts'
import type { Position } from '#shared/position.ts'

/** What a map without tiles shows: `scale` pixels per metre around `center`. */
export interface MapView {
  center: Position
  scale: number
}

export interface Size {
  width: number
  height: number
}

const metresPerDegree = 111_195
const shortest = 1 / 20_000
/** Metres a pixel: closer than this shows nothing more. */
const [closest, farthest] = [0.5, 20_000]
const padding = 40

const eastPerDegree = ({ lat }: Position) => metresPerDegree * Math.max(Math.cos((lat * Math.PI) / 180), 0.01)

/** East is right, north is up; places within some hundred kilometres keep their distances. */
export function toPixels({ center, scale }: MapView, { width, height }: Size, { lat, lng }: Position) {
  const east = ((((lng - center.lng + 540) % 360) + 360) % 360) - 180
  return {
    x: width / 2 + east * eastPerDegree(center) * scale,
    y: height / 2 - (lat - center.lat) * metresPerDegree * scale,
  }
}

export function toPlace({ center, scale }: MapView, { width, height }: Size, x: number, y: number): Position {
  const lat = center.lat - (y - height / 2) / scale / metresPerDegree
  const lng = center.lng + (x - width / 2) / scale / eastPerDegree(center)
  return { lat: Math.min(Math.max(lat, -90), 90), lng: ((((lng + 540) % 360) + 360) % 360) - 180 }
}

/** Shows all of these places. */
export function fitting(places: readonly Position[], size: Size): MapView {
  const first = places[0] ?? { lat: 0, lng: 0 }
  const lats = places.map(({ lat }) => lat)
  const lngs = places.map(({ lng }) => lng)
  const [south, north] = [Math.min(first.lat, ...lats), Math.max(first.lat, ...lats)]
  const [west, east] = [Math.min(first.lng, ...lngs), Math.max(first.lng, ...lngs)]
  const center = { lat: (south + north) / 2, lng: (west + east) / 2 }
  const wide = Math.max((east - west) * eastPerDegree(center), shortest)
  const high = Math.max((north - south) * metresPerDegree, shortest)
  const least = places.length < 2 ? 4 : closest
  const metres = Math.max(
    wide / Math.max(size.width - 2 * padding, 1),
    high / Math.max(size.height - 2 * padding, 1),
    least,
  )
  return { center, scale: 1 / Math.min(metres, farthest) }
}

export const zoomed = ({ center, scale }: MapView, factor: number): MapView => ({
  center,
  scale: Math.min(Math.max(scale * factor, 1 / farthest), 1 / closest),
})

/** The longest round length (1, 2 or 5 times a power of ten) of at most `pixels`. In metres. */
export function roundLength(scale: number, pixels: number): number {
  const longest = pixels / scale
  const power = 10 ** Math.floor(Math.log10(longest))
  return [5, 2, 1].map((n) => n * power).find((length) => length <= longest) ?? power
}

/** Whether a path of these places would be drawn as one point. */
export const isOnePlace = (places: readonly Position[]): boolean =>
  places.every((place) => distanceBetween(place, places[0] ?? place) < 1)
