import type { ComponentChildren } from 'preact'
import type { CorrectedDetail, HistoryEntry, Renamed } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import { correctionTexts } from '../models/orders/corrections.ts'
import { historyLabel, noteOf } from '../models/orders/progress.ts'
import { Author } from './author.tsx'
import { RichText } from './rich-text.tsx'
import { statusStyles } from './status-chip.tsx'
import { ClockTime } from './time.tsx'

/** The history of an order, oldest entry first: event, author, time and note; new names, corrections and moves of the offer in small. */
export function Timeline({ history }: { history: readonly HistoryEntry[] }) {
  return (
    <ol class="grid">
      {history.map((entry, index) => {
        const isLast = index === history.length - 1
        if (entry.renamed) {
          return (
            <Edit key={entry.at + index} at={entry.at} isLast={isLast}>
              <NewName renamed={entry.renamed} />
            </Edit>
          )
        }
        if (entry.offered) {
          return (
            <Edit key={entry.at + index} at={entry.at} isLast={isLast}>
              {historyLabel(entry, history[index - 1])}
            </Edit>
          )
        }
        if (entry.changed) {
          return (
            <Edit key={entry.at + index} at={entry.at} isLast={isLast}>
              <Author by={entry.by} />
              {entry.changed.map((one) => (
                <Correction key={one.field} corrected={one} />
              ))}
            </Edit>
          )
        }
        const { icon, chip } = statusStyles[entry.status]
        const note = noteOf(entry)
        return (
          <li key={entry.at + index} class="flex gap-3">
            <div class="flex flex-col items-center" aria-hidden="true">
              <span class={`grid size-6 shrink-0 place-items-center rounded-full ${chip}`}>
                <span class={`${icon} size-3.5`} />
              </span>
              {!isLast && <span class="w-px flex-1 bg-line" />}
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

/** Smaller than the others, as it is no step of the order. */
function Edit({ at, isLast, children }: { at: string; isLast: boolean; children: ComponentChildren }) {
  return (
    <li class="flex gap-3 text-sm text-soft">
      <div class="flex w-6 shrink-0 flex-col items-center" aria-hidden="true">
        <span class="icon-[lucide--pencil] my-1 size-3.5" />
        {!isLast && <span class="w-px flex-1 bg-line" />}
      </div>
      <p class="flex min-w-0 flex-1 items-baseline justify-between gap-3 pb-4">
        <span class="min-w-0">{children}</span>
        <ClockTime at={at} class="text-xs" />
      </p>
    </li>
  )
}

function NewName({ renamed: { kind, from, to } }: { renamed: Renamed }) {
  const texts = t().orders.history
  const renamed = from === null && to !== null ? texts.erased : texts.renamed[kind]
  if (from === null) return <>{renamed}</>
  return <RichText text={texts.renamedFromTo(renamed)} parts={{ from: <bdi>{from}</bdi>, to: <bdi>{to}</bdi> }} />
}

function Correction({ corrected }: { corrected: CorrectedDetail }) {
  const { label, from, to } = correctionTexts(corrected)
  const texts = t().orders.history
  return (
    <span class="block">
      {to === null ? (
        texts.corrected(label)
      ) : (
        <RichText text={texts.correctedFromTo(label)} parts={{ from: <bdi>{from}</bdi>, to: <bdi>{to}</bdi> }} />
      )}
    </span>
  )
}
