import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import type { Contact } from '#shared/orders.ts'
import type { AreaRecord } from './area-records.ts'

/** Where an order is to be done, as far as it says so. */
export type Place = Pick<Contact, 'address' | 'area'> & { lat?: number; lng?: number }

const folded = (text: string) => text.trim().toLowerCase()
const packed = (text: string) => text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '')

/**
 * What may be the postcode of an address: words with a digit, and pairs of words such as "SW1A 1AA". Not the word at the
 * beginning, which is the house number in many countries, and no short number, which is one in the others.
 */
export function postcodesIn(address: string): string[] {
  const words = address.toUpperCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const pairs = words.map((word, n) => word + (words[n + 1] ?? ''))
  return [...words.slice(1), ...pairs.slice(1)].filter((word) => word.length >= 4 && /\d/.test(word))
}

/** The areas in which a place lies: by its coordinates if both have them, by its district's name, or by its postcode. */
export function areasOf(place: Place, areas: readonly AreaRecord[]): AreaRecord[] {
  const { address, area, lat, lng } = place
  const postcodes = postcodesIn(address)
  return areas.filter(({ name, postcodes: prefixes, polygon }) => {
    if (polygon && lat !== undefined && lng !== undefined) return isInside([lng, lat], polygon)
    if (area !== undefined && folded(area) === folded(name)) return true
    return prefixes.map(packed).some((prefix) => prefix && postcodes.some((word) => word.startsWith(prefix)))
  })
}

function isInside(position: [number, number], ring: readonly number[][]): boolean {
  const [first] = ring
  if (!first) return false
  return booleanPointInPolygon(position, { type: 'Polygon', coordinates: [[...ring, first]] })
}
