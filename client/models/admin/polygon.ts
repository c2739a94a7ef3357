/** Longitude and latitude, as in GeoJSON. */
export type Ring = number[][]

export type PolygonProblem = 'unreadable' | 'noPolygon' | 'several' | 'hole' | 'points' | 'range'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The coordinates of all polygons of GeoJSON [RFC 7946], each with the boundary first. */
function polygonsIn(value: unknown): readonly unknown[] {
  if (!isObject(value)) return []
  switch (value.type) {
    case 'Polygon':
      return [value.coordinates]
    case 'MultiPolygon':
      return listOf(value.coordinates)
    case 'Feature':
      return polygonsIn(value.geometry)
    case 'FeatureCollection':
      return listOf(value.features).flatMap(polygonsIn)
    case 'GeometryCollection':
      return listOf(value.geometries).flatMap(polygonsIn)
    default:
      return []
  }
}

function positionIn(value: unknown): [number, number] | null {
  const [lng, lat]: readonly unknown[] = listOf(value)
  if (typeof lng !== 'number' || typeof lat !== 'number') return null
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? [lng, lat] : null
}

/** The one polygon of pasted GeoJSON, without the closing position; an empty text is an empty ring. */
export function readPolygon(text: string): Ring | PolygonProblem {
  if (text.trim() === '') return []
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'unreadable'
  }
  const [polygon, ...others] = polygonsIn(value)
  if (polygon === undefined) return 'noPolygon'
  if (others.length > 0) return 'several'
  const [boundary, ...holes] = listOf(polygon)
  if (holes.length > 0) return 'hole'
  const ring: Ring = []
  for (const one of listOf(boundary)) {
    const position = positionIn(one)
    if (!position) return 'range'
    ring.push(position)
  }
  const [first, last] = [ring[0], ring.at(-1)]
  if (ring.length > 1 && first && last && first[0] === last[0] && first[1] === last[1]) ring.pop()
  return ring.length >= 3 && ring.length <= 1000 ? ring : 'points'
}

/** The boundary as GeoJSON, which ends where it begins. */
export const polygonText = (ring: Ring | undefined): string =>
  ring && ring.length > 0 ? JSON.stringify({ type: 'Polygon', coordinates: [[...ring, ring[0]]] }) : ''
