import * as z from 'zod/mini'

/** Degrees of WGS 84. */
export const latitude = z.number().check(z.minimum(-90), z.maximum(90))
export const longitude = z.number().check(z.minimum(-180), z.maximum(180))

/** A point on the map, as responses and messages have it. */
export const Position = z.object({ lat: z.number(), lng: z.number() })
export type Position = z.infer<typeof Position>

/** A request has both coordinates or none; null, where it may be, counts as one. */
export const bothCoordinates = () =>
  z.refine<{ lat?: number | null; lng?: number | null }>(
    ({ lat, lng }) => typeof lat === typeof lng,
    'lat and lng: both or none',
  )

/** The centre of the square of about a kilometre that a point is in, which tells a distance but no house. */
export const approximate = ({ lat, lng }: Position): Position => ({ lat: hundredths(lat), lng: hundredths(lng) })

const hundredths = (degrees: number) => Math.round(degrees * 100) / 100
