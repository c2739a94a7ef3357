import * as z from 'zod/mini'

/**
 * Where the tiles of the maps come from. `pmtiles`: one file, read by ranges. `raster`: a template with {z}, {x} and {y}.
 * `style`: a MapLibre style. A URL with a slash at its beginning is one of this server.
 */
export const MapTiles = z.object({
  kind: z.enum(['pmtiles', 'raster', 'style']),
  url: z.string(),
  attribution: z.nullable(z.string()),
})
export type MapTiles = z.infer<typeof MapTiles>

/** `tiles`: null when none are configured: maps are then a plain grid. */
export const MapSettings = z.object({ tiles: z.nullable(MapTiles) })
export type MapSettings = z.infer<typeof MapSettings>

/** The path of the optional file map.pmtiles in DATA_DIR. */
export const ownTilesPath = '/tiles/map.pmtiles'
