import { t } from '../i18n/index.ts'
import { IconButton } from './button.tsx'

interface Props {
  name: string
  value: number
  onChange(value: number): void
}

/** How many: one less, one more; none takes it away. */
export function Quantity({ name, value, onChange }: Props) {
  const less = value === 1 ? 'icon-[lucide--trash-2]' : 'icon-[lucide--minus]'
  return (
    <div
      role="group"
      aria-label={t().components.quantityOf(name)}
      class="flex items-center rounded-sm border border-edge/60"
    >
      <IconButton
        icon={less}
        label={value === 1 ? t().components.remove(name) : t().components.oneLess}
        onClick={() => onChange(value - 1)}
      />
      <output class="min-w-8 text-center font-semibold" aria-live="polite">
        {value}
      </output>
      <IconButton icon="icon-[lucide--plus]" label={t().components.oneMore} onClick={() => onChange(value + 1)} />
    </div>
  )
}
