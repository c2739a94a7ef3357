import { z } from '../lib/zod.ts'

/** Where things are: addresses as points. */
export const placeKeys = {
  GEOCODER_URL: z.optional(
    z
      .url({ protocol: /^https?$/, error: 'Not a URL (https://…)' })
      .check(z.regex(/\{q\}|%7Bq%7D/i, 'A URL with {q} in the place of what is searched for')),
  ),
}

const Place = z.object(placeKeys)

export interface PlaceConfig {
  /** Of a service that finds addresses, with {q}. null: none. */
  readonly geocoderUrl: string | null
}

/** `values` may contain other settings. */
export const readPlace = (values: z.infer<typeof Place>): PlaceConfig => ({ geocoderUrl: values.GEOCODER_URL ?? null })
