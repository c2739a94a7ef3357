import type { Position } from '#shared/position.ts'

/** What a link to a map is made from. */
interface Destination extends Partial<Position> {
  address: string
  area?: string
}

/**
 * Opens the map app of the phone: `geo:` is taken by the app that the person has chosen on Android (RFC 5870), Apple's
 * address by its maps. Other browsers open OpenStreetMap.
 */
export function mapLink({ lat, lng, address, area }: Destination, userAgent: string, touchPoints = 0): string {
  const text = encodeURIComponent([address, area].filter(Boolean).join(', ').replaceAll(/\s+/g, ' '))
  const at = lat === undefined || lng === undefined ? null : `${lat},${lng}`
  if (/Android/.test(userAgent)) return at ? `geo:${at}?q=${at}(${text})` : `geo:0,0?q=${text}`
  // An iPad says that it is a Macintosh, which has no touch screen.
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1))
    return at ? `https://maps.apple.com/?ll=${at}&q=${text}` : `https://maps.apple.com/?q=${text}`
  return at
    ? `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lng}#map=17/${lat}/${lng}`
    : `https://www.openstreetmap.org/search?query=${text}`
}
