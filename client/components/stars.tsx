import { starCounts } from '#shared/ratings.ts'
import { locale, t } from '../i18n/index.ts'

/** A star of five points, around the centre of a square of 24. */
const outline = Array.from({ length: 10 }, (_, n) => {
  const [radius, angle] = [n % 2 === 0 ? 11 : 4.6, (n * Math.PI) / 5]
  return `${(12 + radius * Math.sin(angle)).toFixed(2)},${(12.6 - radius * Math.cos(angle)).toFixed(2)}`
}).join(' ')

/** Drawn here, as the icon of the set cannot be filled. */
export function StarIcon({ filled, class: extra = 'size-4' }: { filled: boolean; class?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      class={`${extra} ${filled ? 'text-accent' : 'text-soft'}`}
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linejoin="round"
    >
      <polygon points={outline} />
    </svg>
  )
}

/** One to five stars. */
export function Stars({ count }: { count: number }) {
  return (
    <span role="img" aria-label={t().ratings.stars(count)} class="inline-flex gap-0.5" data-stars={count}>
      {starCounts.map((n) => (
        <StarIcon key={n} filled={n <= count} />
      ))}
    </span>
  )
}

/** "★ 4.7 (23)": how a vendor is rated. */
export function AverageRating({ average, count }: { average: number; count: number }) {
  const text = new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(average)
  return (
    <span
      role="img"
      aria-label={t().ratings.average(text, count)}
      data-average={average}
      class="inline-flex items-center gap-1"
    >
      <StarIcon filled />
      <span aria-hidden="true">
        {text} <span class="text-soft">({count})</span>
      </span>
    </span>
  )
}
