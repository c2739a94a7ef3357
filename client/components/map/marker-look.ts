import type { MapMarker } from '../map.tsx'

export const markerColours: Record<MapMarker['kind'], string> = {
  vendor: 'bg-on-the-way text-on-the-way-soft',
  order: 'bg-accent text-on-accent',
  pin: 'bg-danger text-danger-soft',
}

export const markerIcons: Record<MapMarker['kind'], string> = {
  vendor: 'icon-[lucide--navigation]',
  order: 'icon-[lucide--house]',
  pin: 'icon-[lucide--map-pin]',
}
