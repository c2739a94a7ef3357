import type { HistoryEntry } from '#shared/orders.ts'
import { historyLabel, noteOf } from '../models/orders/progress.ts'
import { Author } from './author.tsx'
import { statusStyles } from './status-chip.tsx'
import { ClockTime } from './time.tsx'

/** The history of an order, oldest entry first: event, author, time and note. */
export function Timeline({ history }: { history: readonly HistoryEntry[] }) {
  return (
    <ol class="grid">
      {history.map((entry, index) => {
        const { icon, chip } = statusStyles[entry.status]
        const note = noteOf(entry)
        return (
          <li key={entry.at + index} class="flex gap-3">
            <div class="flex flex-col items-center" aria-hidden="true">
              <span class={`grid size-6 shrink-0 place-items-center rounded-full ${chip}`}>
                <span class={`${icon} size-3.5`} />
              </span>
              {index < history.length - 1 && <span class="w-px flex-1 bg-line" />}
            </div>
            <div class="min-w-0 flex-1 pb-4 text-sm">
              <p class="flex items-baseline justify-between gap-3">
                <span class="font-medium">{historyLabel(entry, history[index - 1])}</span>
                <ClockTime at={entry.at} class="text-xs text-soft" />
              </p>
              <p class="text-soft">
                <Author by={entry.by} />
              </p>
              {note && (
                <p class="mt-1 whitespace-pre-line" dir="auto">
                  {note}
                </p>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
