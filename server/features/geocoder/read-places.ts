import type { Place } from '#shared/geocoding.ts'
import { z } from '../../lib/zod.ts'

const optional = z.optional(z.string())
const degrees = z.coerce.number()

/** What the services call the parts of an address. */
const Parts = z.object({
  name: optional,
  road: optional,
  street: optional,
  house_number: optional,
  housenumber: optional,
  postcode: optional,
  suburb: optional,
  city_district: optional,
  district: optional,
  borough: optional,
  city: optional,
  town: optional,
  village: optional,
  municipality: optional,
  state: optional,
})
type Parts = z.infer<typeof Parts>

/** Nominatim's `json` and `jsonv2`; `address` with `addressdetails=1`. */
const Named = z.object({
  lat: degrees,
  lon: degrees,
  display_name: z.string(),
  address: z.optional(Parts),
})

/** GeoJSON of Photon and of Nominatim's `geojson`. */
const Feature = z.object({
  geometry: z.object({ coordinates: z.tuple([degrees, degrees], z.unknown()) }),
  properties: z.extend(Parts, { display_name: optional, address: z.optional(Parts) }),
})

const Answer = z.union([
  z.pipe(
    z.object({ features: z.array(z.unknown()) }),
    z.transform(({ features }) => features),
  ),
  z.array(z.unknown()),
  z.pipe(
    z.record(z.string(), z.unknown()),
    z.transform((one) => [one]),
  ),
])

const most = 6

/** The places in the answer of a geocoder, those that can be an order's address. Throws when it is no such answer. */
export function placesOf(answer: unknown): Place[] {
  const places = Answer.parse(answer).flatMap((entry) => {
    const feature = Feature.safeParse(entry)
    if (feature.success) return placeOfFeature(feature.data)
    const named = Named.safeParse(entry)
    return named.success ? placeOfNamed(named.data) : []
  })
  const usable = places.filter(({ address, lat, lng }) => address !== '' && Math.abs(lat) <= 90 && Math.abs(lng) <= 180)
  return [...new Map(usable.map((place) => [place.address, place])).values()].slice(0, most)
}

const placeOfNamed = ({ lat, lon, display_name: full, address }: z.infer<typeof Named>): Place[] => [
  placeAt(lat, lon, address ?? {}, full),
]

function placeOfFeature({ geometry, properties }: z.infer<typeof Feature>): Place[] {
  const [lng, lat] = geometry.coordinates
  return [placeAt(lat, lng, properties.address ?? properties, properties.display_name ?? '')]
}

/** The address is made from its parts where there is a street, as the whole name also has county and country. */
function placeAt(lat: number, lng: number, parts: Parts, full: string): Place {
  const street = parts.road ?? parts.street
  const town = parts.city ?? parts.town ?? parts.village ?? parts.municipality
  const number = parts.house_number ?? parts.housenumber
  const line = street ? [street, number].filter(Boolean).join(' ') : parts.name
  const composed = [line, [parts.postcode, town].filter(Boolean).join(' ')].filter(Boolean).join(', ')
  const area = parts.suburb ?? parts.district ?? parts.city_district ?? parts.borough ?? town ?? parts.state
  return {
    address: (street || full === '' ? composed : full).slice(0, 300),
    ...(area && { area: area.slice(0, 100) }),
    lat,
    lng,
  }
}
