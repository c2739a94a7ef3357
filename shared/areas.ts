import * as z from 'zod/mini'
import { id, name, text } from './fields.ts'
import { OfferRound } from './offers.ts'
import { bothCoordinates, latitude, longitude } from './position.ts'

const postcodes = z.optional(z.array(name(12)).check(z.maxLength(500)))
/** Longitude and latitude, in GeoJSON's order. No tuple: its parser would be loaded with the sign-in page. */
const position = z.array(z.number()).check(
  z.length(2),
  z.refine(([lng, lat]) => longitude.safeParse(lng).success && latitude.safeParse(lat).success, {
    error: 'Longitude and latitude, in degrees',
  }),
)
const polygon = z.optional(z.array(position).check(z.minLength(3), z.maxLength(1000)))

/** Where vendors work: orders whose district has this name, whose postcode begins so, or that lie inside. */
export const Area = z.object({ id, name: z.string(), postcodes, polygon })
export type Area = z.infer<typeof Area>

export const AreaList = z.object({ areas: z.array(Area) })
export type AreaList = z.infer<typeof AreaList>

export const CreateArea = z.strictObject({ name: name(100), postcodes, polygon })
export type CreateArea = z.infer<typeof CreateArea>

/** What is sent replaces what was before; an empty list removes it. */
export const ChangeArea = z.strictObject({
  name: z.optional(name(100)),
  postcodes,
  polygon: z.optional(z.union([z.array(position).check(z.maxLength(0)), z.array(position).check(z.minLength(3))])),
})
export type ChangeArea = z.infer<typeof ChangeArea>

/**
 * A vendor as a candidate for an order. `lacks`: the skills that the vendor does not have. `works`: in the order's area.
 * `distance` in metres, if both positions are known. `offered`: sees it now. `declined`: has declined it.
 */
export const Candidate = z.object({
  id,
  name: z.string(),
  lacks: z.array(z.string()),
  works: z.boolean(),
  distance: z.nullable(z.number()),
  offered: z.boolean(),
  declined: z.boolean(),
})
export type Candidate = z.infer<typeof Candidate>

/** The answer of `GET /orders/:id/vendors`: the able first, in the order in which they would be offered it. */
export const CandidateList = z.object({ vendors: z.array(Candidate), offer: z.nullable(OfferRound) })
export type CandidateList = z.infer<typeof CandidateList>

/** The body of `POST /orders/check`: what is about to be ordered, as far as it is known. */
export const CheckOrder = z.strictObject({
  items: z.array(z.strictObject({ serviceId: id })).check(z.minLength(1), z.maxLength(50)),
  contact: z.optional(
    z
      .strictObject({
        address: z.optional(text(0, 300)),
        area: z.optional(text(0, 100)),
        lat: z.optional(latitude),
        lng: z.optional(longitude),
      })
      .check(bothCoordinates()),
  ),
})
export type CheckOrder = z.infer<typeof CheckOrder>
