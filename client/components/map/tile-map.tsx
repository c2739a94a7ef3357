import 'maplibre-gl/dist/maplibre-gl.css'
import { useEffect, useRef, useState } from 'preact/hooks'
import { addProtocol, GeoJSONSource, LngLatBounds, Map as MapLibre, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { Protocol } from 'pmtiles'
import type { Position } from '#shared/position.ts'
import type { MapTiles } from '#shared/map.ts'
import { t } from '../../i18n/index.ts'
import { useDark } from '../use-dark.ts'
import type { MapMarker, MapProps } from '../map.tsx'
import GridMap from './grid-map.tsx'
import { Marker } from './marker.tsx'
import { cssColour, styleFor } from './styles.ts'
import { ZoomButtons } from './zoom-buttons.tsx'

setWorkerUrl(workerUrl)
addProtocol('pmtiles', new Protocol({ metadata: true }).tile)

interface TileMapProps extends MapProps {
  tiles: MapTiles
}

/** A map with tiles. Without WebGL, or when the tiles cannot be read at all, it is the grid. */
export default function TileMap(props: TileMapProps) {
  const dark = useDark()
  const [failed, setFailed] = useState(false)
  return failed ? (
    <GridMap {...props} />
  ) : (
    <Drawn key={String(dark)} {...props} dark={dark} onFailed={() => setFailed(true)} />
  )
}

interface DrawnProps extends TileMapProps {
  dark: boolean
  onFailed(): void
}

function Drawn({ label, markers, path = [], around, onPick, tiles, dark, onFailed }: DrawnProps) {
  const box = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<MapLibre | null>(null)
  const [, draw] = useState(0)
  const isMoved = useRef(false)
  const start = useRef({ markers, path, around, onFailed })

  useEffect(() => {
    const container = box.current
    if (!container) return
    let created: MapLibre | null = null
    let ended = false
    async function open(target: HTMLElement) {
      const style = await styleFor(tiles, dark)
      if (ended) return
      created = new MapLibre({
        container: target,
        style,
        ...cameraFor(start.current),
        attributionControl: { compact: true },
        dragRotate: false,
        pitchWithRotate: false,
        maxPitch: 0,
        locale: { 'Map.Title': t().map.title },
      })
      created.touchZoomRotate.disableRotation()
      created.on('move', () => draw((n) => n + 1))
      for (const event of ['dragstart', 'wheel', 'boxzoomstart'] as const)
        created.on(event, () => (isMoved.current = true))
      created.once('load', () => setMap(created))
      setMap(created)
    }
    open(container).catch(() => start.current.onFailed())
    return () => {
      ended = true
      created?.remove()
    }
  }, [tiles, dark])

  // The map follows what moves on it, and nothing else.
  const shown = JSON.stringify([markers.map(({ at }) => at), path.at(-1), around])
  const latest = useRef({ markers, path, around })
  latest.current = { markers, path, around }
  useEffect(() => {
    if (!map || isMoved.current) return
    const { bounds, center } = cameraFor(latest.current)
    if (bounds) map.fitBounds(bounds, { ...fit, animate: false })
    else if (center) map.setCenter(center)
  }, [map, shown])

  useEffect(() => {
    if (!map) return
    const show = () => showPath(map, path)
    if (map.isStyleLoaded()) show()
    else void map.once('load', show)
  }, [map, path])

  useEffect(() => {
    if (!map || !onPick) return
    const click = ({ lngLat }: { lngLat: { lat: number; lng: number } }) => {
      const { lat, lng } = map.unproject(map.project(lngLat)).wrap()
      onPick({ lat, lng })
    }
    map.on('click', click)
    return () => void map.off('click', click)
  }, [map, onPick])

  const zoom = (factor: number) => {
    isMoved.current = true
    map?.zoomTo(map.getZoom() + Math.log2(factor))
  }
  function press({ key, target }: KeyboardEvent) {
    if (!map || !(target instanceof HTMLCanvasElement)) return
    if (key.startsWith('Arrow')) isMoved.current = true
    if (key === 'Enter' && onPick) {
      const { lat, lng } = map.getCenter().wrap()
      onPick({ lat, lng })
    }
  }

  return (
    <div
      dir="ltr"
      role="group"
      aria-label={label}
      aria-description={onPick && t().map.keys}
      class="group absolute inset-0"
      onKeyDown={press}
    >
      <div ref={box} class="size-full" data-tiles={map ? 'shown' : 'loading'} />
      {map &&
        markers.map((marker) => {
          const { x, y } = map.project(marker.at)
          return (
            <div
              key={marker.id}
              data-marker={marker.kind}
              class={`absolute -translate-1/2 ${marker.onClick ? '' : 'pointer-events-none'}`}
              style={{ left: `${x}px`, top: `${y}px` }}
            >
              <Marker marker={marker} />
            </div>
          )
        })}
      {onPick && (
        <span
          class="pointer-events-none absolute top-1/2 left-1/2 icon-[lucide--plus] hidden size-5 -translate-1/2 group-has-[canvas:focus-visible]:block"
          aria-hidden="true"
        />
      )}
      <ZoomButtons onZoom={zoom} />
    </div>
  )
}

const fit = { padding: 48, maxZoom: 16 }

function cameraFor({
  markers,
  path,
  around,
}: {
  markers: readonly MapMarker[]
  path: readonly Position[]
  around?: Position
}) {
  const places = [...markers.map(({ at }) => at), ...path]
  const [first = around ?? { lat: 0, lng: 0 }] = places
  if (places.length < 2) return { center: first, zoom: places.length > 0 || around ? 15 : 1 }
  const bounds = new LngLatBounds()
  for (const { lat, lng } of places) bounds.extend([lng, lat])
  return { bounds, fitBoundsOptions: fit }
}

function showPath(map: MapLibre, path: readonly Position[]): void {
  const data = {
    type: 'Feature' as const,
    properties: {},
    geometry: { type: 'LineString' as const, coordinates: path.map(({ lat, lng }) => [lng, lat]) },
  }
  const source = map.getSource('path')
  if (source instanceof GeoJSONSource) return void source.setData(data)
  if (path.length < 2) return
  map.addSource('path', { type: 'geojson', data })
  map.addLayer({
    id: 'path',
    type: 'line',
    source: 'path',
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-width': 4, 'line-color': cssColour('--color-on-the-way') },
  })
}
