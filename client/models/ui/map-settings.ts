import { signal } from '@preact/signals'
import { MapSettings, type MapTiles } from '#shared/map.ts'
import type { Api } from '../../live/api.ts'
import { basePath } from '../session/base-path.ts'

/** undefined: not read yet. null: maps are a plain grid. */
export const mapTiles = signal<MapTiles | null | undefined>(undefined)

let reading = false

/** Reads once where the tiles come from. Without an answer maps are a plain grid, and the next map asks again. */
export async function loadMapTiles(api: Pick<Api, 'get'>): Promise<void> {
  if (reading || mapTiles.peek()) return
  reading = true
  try {
    const { tiles } = await api.get('/map', MapSettings)
    mapTiles.value = tiles && { ...tiles, url: absolute(tiles.url) }
  } catch {
    mapTiles.value ??= null
  } finally {
    reading = false
  }
}

const absolute = (url: string) => (url.startsWith('/') ? `${location.origin}${basePath}${url}` : url)
