import { useEffect } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import type { Position } from '#shared/position.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'
import { loadMapTiles, mapTiles } from '../models/ui/map-settings.ts'
import { useWorkspace } from './workspace-context.ts'

const GridMap = lazy(() => loadChunk(() => import('./map/grid-map.tsx')))
const TileMap = lazy(() => loadChunk(() => import('./map/tile-map.tsx')))

export interface MapMarker {
  id: string
  at: Position
  /** `pin`: what is set by `onPick`. */
  kind: 'vendor' | 'order' | 'pin'
  label: string
  /** Shown paler: not of now. */
  isOld?: boolean
  onClick?(): void
}

export interface MapProps {
  label: string
  markers: readonly MapMarker[]
  /** Where a vendor has been, oldest first. */
  path?: readonly Position[]
  /** What the map shows without markers. */
  around?: Position
  /** Called with the place that is clicked, or with the middle of the map after Enter. */
  onPick?(place: Position): void
  /** Of the height: `h-64` without it. */
  class?: string
}

/** A map: with tiles by MapLibre, without any a plain grid. Neither is loaded before it is shown. */
export function PlaceMap(props: MapProps) {
  const { api } = useWorkspace()
  useEffect(() => void loadMapTiles(api), [api])
  const tiles = mapTiles.value
  const height = props.class ?? 'h-64'
  return (
    <div data-map class={`relative overflow-hidden rounded-md border border-line bg-sunken print:hidden ${height}`}>
      <ErrorBoundary>
        {tiles ? <TileMap {...props} tiles={tiles} /> : tiles === null && <GridMap {...props} />}
      </ErrorBoundary>
    </div>
  )
}
