import { t } from '../../i18n/index.ts'

/** In the corner of a map. */
export function ZoomButtons({ onZoom }: { onZoom(factor: number): void }) {
  const buttons = [
    { factor: 2, label: t().map.zoomIn, icon: 'icon-[lucide--plus]' },
    { factor: 0.5, label: t().map.zoomOut, icon: 'icon-[lucide--minus]' },
  ]
  return (
    <div class="absolute inset-e-2 top-2 grid rounded-sm border border-line bg-surface">
      {buttons.map(({ factor, label, icon }) => (
        <button
          key={factor}
          type="button"
          aria-label={label}
          class="grid size-9 place-items-center rounded-sm hover:bg-sunken"
          onClick={() => onZoom(factor)}
        >
          <span class={`${icon} size-4`} aria-hidden="true" />
        </button>
      ))}
    </div>
  )
}
