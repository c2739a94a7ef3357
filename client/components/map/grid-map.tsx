import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { distanceAndDirection, distanceText } from '../../models/ui/distance.ts'
import { fitting, roundLength, toPixels, toPlace, zoomed, type MapView, type Size } from '../../models/ui/map-view.ts'
import type { MapProps } from '../map.tsx'
import { Marker } from './marker.tsx'
import { ZoomButtons } from './zoom-buttons.tsx'

const keys: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-0.2, 0],
  ArrowRight: [0.2, 0],
  ArrowUp: [0, -0.2],
  ArrowDown: [0, 0.2],
}

/** A map without tiles: places and paths at their distances, north up. */
export default function GridMap({ label, markers, path = [], around, onPick }: MapProps) {
  const box = useRef<HTMLDivElement>(null)
  const size = useSize(box)
  // Until the person moves or zooms it, the map shows all there is.
  const [moved, setMoved] = useState<MapView | null>(null)
  const places = [...markers.map(({ at }) => at), ...path]
  const view = moved ?? fitting(places.length > 0 || !around ? places : [around], size)
  const zoom = (factor: number) => setMoved(zoomed(view, factor))

  function press(event: KeyboardEvent) {
    const move = keys[event.key]
    if (move) {
      const middle = toPlace(view, size, size.width * (0.5 + move[0]), size.height * (0.5 + move[1]))
      setMoved({ ...view, center: middle })
    } else if (event.key === 'Enter' && event.target === box.current) onPick?.(view.center)
    else if (event.key === '+' || event.key === '-') zoom(event.key === '+' ? 2 : 0.5)
    else return
    event.preventDefault()
  }

  function pick(event: MouseEvent) {
    if (!onPick || !box.current || !(event.target instanceof SVGElement)) return
    const { left, top } = box.current.getBoundingClientRect()
    onPick(toPlace(view, size, event.clientX - left, event.clientY - top))
  }

  return (
    <>
      {/* A region that takes keys: a picture when there is nothing to set or to press. */}
      <div
        ref={box}
        dir="ltr"
        role={onPick ? 'application' : markers.some(({ onClick }) => onClick) ? 'group' : 'img'}
        aria-label={[label, ...spoken(markers)].join('. ')}
        aria-description={onPick && t().map.keys}
        tabIndex={onPick ? 0 : undefined}
        class={`group absolute inset-0 -outline-offset-2 ${onPick ? 'cursor-crosshair' : ''}`}
        onKeyDown={onPick && press}
        onClick={onPick && pick}
      >
        <Grid view={view} size={size} path={path} markers={markers} />
        {markers.map((marker) => {
          const { x, y } = toPixels(view, size, marker.at)
          return (
            <div
              key={marker.id}
              data-marker={marker.kind}
              class="absolute -translate-1/2"
              style={{ left: `${x}px`, top: `${y}px` }}
            >
              <Marker marker={marker} />
            </div>
          )
        })}
        {onPick && (
          <span
            class="pointer-events-none absolute top-1/2 left-1/2 icon-[lucide--plus] hidden size-5 -translate-1/2 group-focus-visible:block"
            aria-hidden="true"
          />
        )}
      </div>
      <ZoomButtons onZoom={zoom} />
      <Caption markers={markers} />
    </>
  )
}

/** Two places only: how far one is from the other. */
function betweenTwo(markers: MapProps['markers']): string | null {
  const [a, b] = markers
  const [vendor, goal] = a?.kind === 'vendor' ? [a, b] : [b, a]
  return markers.length === 2 && vendor && goal ? distanceAndDirection(goal.at, vendor.at) : null
}

function spoken(markers: MapProps['markers']): string[] {
  const distance = betweenTwo(markers)
  return [...markers.map(({ label }) => label), ...(distance ? [distance] : [])]
}

function Caption({ markers }: { markers: MapProps['markers'] }) {
  const distance = betweenTwo(markers)
  return distance ? (
    <p class="absolute inset-s-2 top-2 rounded-sm bg-surface/85 px-2 py-1 text-xs" data-distance>
      {distance}
    </p>
  ) : null
}

interface GridProps {
  view: MapView
  size: Size
  path: NonNullable<MapProps['path']>
  markers: MapProps['markers']
}

function Grid({ view, size, path, markers }: GridProps) {
  const { width, height } = size
  const length = roundLength(view.scale, 100)
  const step = length * view.scale
  const lines = (middle: number, end: number) =>
    Array.from({ length: Math.ceil(end / step) + 1 }, (_, n) => ((middle % step) + n * step).toFixed(1))
  const points = path.map((place) => {
    const { x, y } = toPixels(view, size, place)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  const ends = markers.length === 2 ? markers.map(({ at }) => toPixels(view, size, at)) : []
  return (
    <svg class="absolute inset-0 size-full" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <rect width={width} height={height} fill="transparent" />
      <path
        class="stroke-line"
        d={[
          ...lines(width / 2, width).map((x) => `M${x} 0V${height}`),
          ...lines(height / 2, height).map((y) => `M0 ${y}H${width}`),
        ].join('')}
      />
      {ends[0] && ends[1] && (
        <line class="stroke-edge" stroke-dasharray="4 4" x1={ends[0].x} y1={ends[0].y} x2={ends[1].x} y2={ends[1].y} />
      )}
      <polyline
        class="stroke-on-the-way"
        fill="none"
        stroke-width="3"
        stroke-linejoin="round"
        stroke-linecap="round"
        points={points.join(' ')}
      />
      <g class="stroke-soft" fill="none">
        <path d={`M12 ${height - 16}v6h${step.toFixed(1)}v-6`} />
        <path d={`M${width - 20} ${height - 10}v-18m-5 6 5-6 5 6`} />
      </g>
      <text class="fill-soft text-xs" x={18} y={height - 14}>
        {distanceText(length)}
      </text>
    </svg>
  )
}

function useSize(box: { current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 320, height: 256 })
  useEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => setSize({ width: element.clientWidth || 320, height: element.clientHeight || 256 })
    measure()
    const resizing = new ResizeObserver(measure)
    resizing.observe(element)
    return () => resizing.disconnect()
  }, [box])
  return size
}
