import type { ComponentChildren } from 'preact'
import { t } from '../../i18n/index.ts'
import { Author } from '../../components/author.tsx'
import { IconButton } from '../../components/button.tsx'
import { dismissRow } from '../../components/dismiss-row.ts'
import { RichText } from '../../components/rich-text.tsx'
import { ClockTime } from '../../components/time.tsx'
import { authorOf, type ChangeTexts } from '../../models/vendor/other-changes.ts'
import { useVendor } from './context.ts'

/** The line of a job that another person has changed: in the place of a job that was taken away, and above the offers. */
export function JobChangeRow({ id, onDismiss }: { id: string; onDismiss(): void }) {
  const { changes } = useVendor()
  const [job, change] = [changes.of(id), changes.changeOf(id)]
  if (!job || !change) return null
  return (
    <li data-change-of={id} tabIndex={-1} class="scroll-mt-32 rounded-md border border-line bg-surface">
      <Panel number={job.number} change={change} onDismiss={onDismiss}>
        <p class="text-sm text-soft">
          {change.entry ? (
            <a href={`/orders/${id}`} class="hit -my-3 inline-flex items-center gap-1 rounded-sm hover:text-ink">
              {job.number}, <bdi>{job.title}</bdi>
              <span class="icon-[lucide--chevron-right] size-4 shrink-0 rtl:-scale-x-100" aria-hidden="true" />
            </a>
          ) : (
            <>
              {job.number}, <bdi>{job.title}</bdi>
            </>
          )}
        </p>
      </Panel>
    </li>
  )
}

/** The unread change on the card or the page of the job itself. */
export function JobChange({ id }: { id: string }) {
  const { changes } = useVendor()
  const [job, change] = [changes.of(id), changes.changeOf(id)]
  // Functions of a model are untracked: this signal renders it again.
  if (!changes.unread.value.includes(id) || !job || !change) return null
  return (
    <div class={`rounded-sm ${change.assigned ? 'bg-accent-soft' : 'bg-sunken'}`}>
      <Panel number={job.number} change={change} onDismiss={() => changes.acknowledge(id)} />
    </div>
  )
}

interface PanelProps {
  number: string
  change: ChangeTexts
  onDismiss(): void
  children?: ComponentChildren
}

function Panel({ number, change: { what, assigned, entry, reason }, onDismiss, children }: PanelProps) {
  return (
    <div class="flex items-start gap-3 ps-4">
      <span
        class={`mt-3.5 size-4 shrink-0 ${assigned ? 'icon-[lucide--bell] text-accent' : 'icon-[lucide--info] text-soft'}`}
        aria-hidden="true"
      />
      <div role="status" class="grid min-w-0 flex-1 gap-1 py-3">
        <p class="text-sm font-semibold">
          {assigned && (
            <span class="me-2 inline-block rounded-full bg-accent px-2 text-xs leading-5 font-semibold text-on-accent">
              {t().vendor.new}
            </span>
          )}
          <RichText text={what} parts={{ name: entry && <bdi>{authorOf(entry)}</bdi> }} />
        </p>
        {reason && (
          <p class="text-sm whitespace-pre-line" dir="auto">
            {reason}
          </p>
        )}
        {children}
        {entry && (
          <p class="text-sm text-soft">
            {!assigned && (
              <>
                <Author by={entry.by} />,{' '}
              </>
            )}
            <ClockTime at={entry.at} />
          </p>
        )}
      </div>
      <IconButton
        icon="icon-[lucide--x]"
        label={t().vendor.markRead(number)}
        onClick={({ currentTarget }) => dismissRow(currentTarget, onDismiss)}
      />
    </div>
  )
}
