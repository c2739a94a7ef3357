import { stat } from 'node:fs/promises'
import { roles } from '#shared/actors.ts'
import { MapSettings, ownTilesPath, type MapTiles } from '#shared/map.ts'
import { only } from '../../http/route.ts'
import type { FeatureModule } from '../feature.ts'

/** The tiles of the maps: of a server that the operator names, or a file of the operator's own. */
export const map: FeatureModule = {
  name: 'map',
  create({ settings }) {
    const { tilesUrl, attribution, file } = settings.map

    async function tiles(): Promise<MapTiles | null> {
      if (tilesUrl !== null) return { kind: kindOf(tilesUrl), url: tilesUrl, attribution }
      const found = await stat(file).catch(() => null)
      return found?.isFile() ? { kind: 'pmtiles', url: ownTilesPath, attribution } : null
    }

    return {
      files: [{ path: ownTilesPath, file }],
      routes: [
        only(
          roles,
          {
            method: 'get',
            path: '/map',
            tokens: 'any',
            link: 'read',
            summary: 'Where the tiles of the maps come from; null without any',
            reply: { 200: MapSettings },
          },
          async () => ({ status: 200, body: { tiles: await tiles() } }),
        ),
      ],
    }
  },
}

function kindOf(url: string): MapTiles['kind'] {
  if (url.includes('{z}')) return 'raster'
  return new URL(url).pathname.endsWith('.pmtiles') ? 'pmtiles' : 'style'
}
