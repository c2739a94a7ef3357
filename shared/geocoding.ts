import * as z from 'zod/mini'
import { text } from './fields.ts'
import { latitude, longitude } from './position.ts'

/** An address and its position. `area`: the district or town. */
export const Place = z.object({ address: z.string(), area: z.optional(z.string()), lat: z.number(), lng: z.number() })
export type Place = z.infer<typeof Place>

/** Either what an address begins with, or a position, whose address is searched for. */
export const GeocodeQuery = z
  .strictObject({
    q: z.optional(text(1, 300)),
    lat: z.optional(z.pipe(z.coerce.number(), latitude)),
    lng: z.optional(z.pipe(z.coerce.number(), longitude)),
  })
  .check(
    z.refine(
      ({ q, lat, lng }) => (q === undefined) === (lat !== undefined) && (lat === undefined) === (lng === undefined),
      {
        error: 'Give q, or lat and lng',
        path: ['q'],
      },
    ),
  )
export type GeocodeQuery = z.infer<typeof GeocodeQuery>

/** `available`: whether this server has a geocoder. */
export const PlaceList = z.object({ available: z.boolean(), places: z.array(Place) })
export type PlaceList = z.infer<typeof PlaceList>
