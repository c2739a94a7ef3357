import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { PMTiles, TileType } from 'pmtiles'
import type { MapTiles } from '#shared/map.ts'

/** The style for these tiles: the operator's own, or a plain one. Rejects when a file of tiles cannot be read. */
export async function styleFor(
  { kind, url, attribution }: MapTiles,
  dark: boolean,
): Promise<StyleSpecification | string> {
  if (kind === 'style') return url
  const credit = attribution === null ? {} : { attribution: escaped(attribution) }
  if (kind === 'raster') return raster({ tiles: [url], ...credit }, dark)
  const file = new PMTiles(url)
  const [{ tileType }, metadata] = await Promise.all([file.getHeader(), file.getMetadata()])
  const source = { url: `pmtiles://${url}`, ...credit }
  return tileType === TileType.Mvt ? vector(source, layerNames(metadata), dark) : raster(source, dark)
}

function raster(source: { tiles?: string[]; url?: string; attribution?: string }, dark: boolean): StyleSpecification {
  return {
    version: 8,
    sources: { tiles: { type: 'raster', tileSize: 256, maxzoom: 19, ...source } },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': cssColour('--color-sunken') } },
      {
        id: 'tiles',
        type: 'raster',
        source: 'tiles',
        // Tiles are drawn for light pages.
        paint: dark ? { 'raster-brightness-max': 0.65, 'raster-saturation': -0.4 } : {},
      },
    ],
  }
}

/** A plain style for the layers that Protomaps and OpenMapTiles have. Without fonts there are no names on it. */
function vector(
  source: { url: string; attribution?: string },
  names: readonly string[],
  dark: boolean,
): StyleSpecification {
  const tone = (lightness: number, hue: string, saturation = 12) =>
    `hsl(${hue}, ${saturation}%, ${dark ? 100 - lightness : lightness}%)`
  const road = { 'line-color': tone(dark ? 70 : 100, '40', 6) }
  const width = (
    thin: number,
    thick: number,
  ): { 'line-width': ['interpolate', ['exponential', number], ['zoom'], ...number[]] } => ({
    'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 8, thin, 18, thick],
  })
  const layers: LayerSpecification[] = [
    { id: 'earth', type: 'fill', source: 'tiles', 'source-layer': 'earth', paint: { 'fill-color': tone(94, '45') } },
    {
      id: 'cover',
      type: 'fill',
      source: 'tiles',
      'source-layer': 'landcover',
      paint: { 'fill-color': tone(90, '95') },
    },
    {
      id: 'use',
      type: 'fill',
      source: 'tiles',
      'source-layer': 'landuse',
      paint: { 'fill-color': tone(91, '80', 10) },
    },
    {
      id: 'water',
      type: 'fill',
      source: 'tiles',
      'source-layer': 'water',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': tone(80, '205', 35) },
    },
    {
      id: 'buildings',
      type: 'fill',
      source: 'tiles',
      'source-layer': 'buildings',
      paint: { 'fill-color': tone(86, '35', 10) },
    },
    {
      id: 'building',
      type: 'fill',
      source: 'tiles',
      'source-layer': 'building',
      paint: { 'fill-color': tone(86, '35') },
    },
    { id: 'roads', type: 'line', source: 'tiles', 'source-layer': 'roads', paint: { ...road, ...width(0.4, 12) } },
    {
      id: 'transportation',
      type: 'line',
      source: 'tiles',
      'source-layer': 'transportation',
      paint: { ...road, ...width(0.4, 12) },
    },
    {
      id: 'borders',
      type: 'line',
      source: 'tiles',
      'source-layer': 'boundaries',
      paint: { 'line-color': tone(65, '280', 10), 'line-dasharray': [3, 2] },
    },
  ]
  return {
    version: 8,
    sources: { tiles: { type: 'vector', ...source } },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': tone(93, '45') } },
      ...layers.filter((layer) => 'source-layer' in layer && names.includes(layer['source-layer'] ?? '')),
    ],
  }
}

function layerNames(metadata: unknown): string[] {
  if (typeof metadata !== 'object' || metadata === null || !('vector_layers' in metadata)) return []
  const listed: unknown = metadata.vector_layers
  if (!Array.isArray(listed)) return []
  return listed.flatMap((layer: unknown) =>
    typeof layer === 'object' && layer !== null && 'id' in layer && typeof layer.id === 'string' ? [layer.id] : [],
  )
}

/** A colour of the theme in a notation that MapLibre reads. */
export function cssColour(variable: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${variable})`
  document.body.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (!context) return 'gray'
  context.fillStyle = colour
  context.fillRect(0, 0, 1, 1)
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data
  return `rgb(${red}, ${green}, ${blue})`
}

/** MapLibre shows attributions as HTML. */
const escaped = (text: string) => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`)
