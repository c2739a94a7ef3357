import type { MapMarker } from '../map.tsx'
import { markerColours, markerIcons } from './marker-look.ts'

/** Drawn with its middle at the place; the label is below it. */
export function Marker({ marker, isTabbable = true }: { marker: MapMarker; isTabbable?: boolean }) {
  const { kind, label, isOld, onClick } = marker
  const look = (
    <>
      <span
        class={`grid size-7 place-items-center rounded-full border-2 border-surface ${markerColours[kind]} ${isOld ? 'opacity-60' : ''}`}
      >
        <span class={`${markerIcons[kind]} size-3.5`} aria-hidden="true" />
      </span>
      <bdi class="absolute start-1/2 top-full max-w-32 -translate-x-1/2 rounded-sm bg-surface/85 px-1 text-center text-xs whitespace-nowrap rtl:translate-x-1/2">
        {label}
      </bdi>
    </>
  )
  return onClick ? (
    <button type="button" tabIndex={isTabbable ? 0 : -1} class="relative block rounded-full" onClick={onClick}>
      {look}
    </button>
  ) : (
    <div class="relative">{look}</div>
  )
}
