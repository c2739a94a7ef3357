import { join } from 'node:path'
import { z } from '../lib/zod.ts'

/** A template for one tile; `{s}` and `{r}` of other map libraries are not known to MapLibre. */
const isTilesUrl = (value: string) =>
  /^https?:\/\/[^\s/{}]+(\/[^\s]*)?$/.test(value) && !/\{(?!z\}|x\}|y\})/.test(value)

export const mapKeys = {
  TILES_URL: z.optional(
    z
      .string()
      .check(
        z.refine(
          isTilesUrl,
          'A URL: https://…/{z}/{x}/{y}.png, a .pmtiles file, or a MapLibre style (https://…/style.json)',
        ),
      ),
  ),
  TILES_ATTRIBUTION: z._default(z.string(), '© OpenStreetMap contributors'),
}

const MapKeys = z.object(mapKeys)

export interface MapConfig {
  readonly map: {
    /** null: the file, if it is there; without it maps are a plain grid. */
    readonly tilesUrl: string | null
    /** What the licence of the tiles asks maps to show. */
    readonly attribution: string
    /** Tiles of the operator's own. It may be added while the server runs. */
    readonly file: string
  }
}

/** `values` may contain other settings. */
export const readMap = (values: z.infer<typeof MapKeys>, dataDir: string): MapConfig => ({
  map: Object.freeze({
    tilesUrl: values.TILES_URL ?? null,
    attribution: values.TILES_ATTRIBUTION,
    file: join(dataDir, 'map.pmtiles'),
  }),
})
