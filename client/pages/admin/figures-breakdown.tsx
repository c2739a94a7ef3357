import type { DurationName, FiguresOf } from '#shared/figures.ts'
import { t } from '../../i18n/index.ts'
import { outcomeOf } from '../../models/admin/figures.ts'
import { duration, money } from '../../models/ui/format.ts'

export const measures = ['waiting', 'driving', 'working', 'fulfilment'] as const satisfies readonly DurationName[]

/** "< 1 min", "1 hr 30 min", or a dash. */
export function time(seconds: number | null): string {
  if (seconds === null) return '–'
  return seconds < 60 ? `< ${duration(1)}` : duration(Math.round(seconds / 60))
}

/** Of these many the first are shown: the others have the fewest orders. */
const most = 50

interface Props {
  parts: readonly FiguresOf[]
  /** The name of what is no longer known. */
  unknown: string
  empty: string
}

/** The figures of each vendor or service. */
export function Breakdown({ parts, unknown, empty }: Props) {
  if (parts.length === 0) return <p class="text-sm text-soft">{empty}</p>
  const largest = Math.max(...parts.map(({ total }) => total))
  return (
    <ul>
      {parts.slice(0, most).map((part) => (
        <li
          key={part.id}
          data-part={part.id}
          class="py-3 not-first:border-t not-first:border-line first:pt-0 last:pb-0"
        >
          <p class="flex gap-3 font-medium">
            <span class="min-w-0 flex-1" dir="auto">
              {part.name ?? unknown}
            </span>
            <span>{part.total}</span>
          </p>
          <div class="my-1.5 h-1.5 rounded-sm bg-sunken" aria-hidden="true">
            <div class="h-full rounded-sm bg-accent" style={{ width: `${(100 * part.total) / largest}%` }} />
          </div>
          <dl class="flex flex-wrap gap-x-4 gap-y-0.5 text-sm">
            {valuesOf(part).map(([label, value]) => (
              <div key={label} class="flex flex-wrap gap-x-1.5">
                <dt class="text-soft">{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  )
}

function valuesOf(part: FiguresOf): [string, string][] {
  const { completed, failed } = outcomeOf(part)
  const { totals, steps } = t().figures
  return [
    [totals.completed, String(completed)],
    [totals.failed, String(failed)],
    ...part.revenue.map(({ amount, currency }): [string, string] => [totals.revenue, money(amount, currency)]),
    ...measures.flatMap((name): [string, string][] => {
      const { median, p90 } = part.durations[name]
      return median === null ? [] : [[steps[name], `${time(median)} (${time(p90)})`]]
    }),
  ]
}
