import { useState } from 'preact/hooks'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { Author } from '../../components/author.tsx'
import { IconButton } from '../../components/button.tsx'
import { ClockTime } from '../../components/time.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { changesByOthers, isExpectedStep } from '../../models/orders/other-changes.ts'
import { historyLabel, noteOf } from '../../models/orders/progress.ts'

/**
 * What another person has done to the order since the admin opened the pane or the dialog: an assignment, a release, a cancellation or a
 * decline. The steps of the vendor's work show in the status.
 */
export function PaneChange({ order }: { order: Order }) {
  const { me } = useWorkspace()
  const [acknowledged, acknowledge] = useState(order.version)
  const change = changesByOthers(me.id, order, acknowledged).findLast((one) => !isExpectedStep(one))
  const note = noteOf(change?.entry)
  return (
    <div role="status" class="empty:hidden">
      {change && (
        <div class="flex items-start gap-3 rounded-sm bg-accent-soft ps-3">
          <span class="mt-3.5 icon-[lucide--bell] size-4 shrink-0 text-accent" aria-hidden="true" />
          <div class="grid min-w-0 flex-1 gap-1 py-3 text-sm">
            <p class="font-semibold">
              {historyLabel(change.entry, change.from === null ? undefined : { status: change.from })}
            </p>
            {note && (
              <p class="whitespace-pre-line" dir="auto">
                {note}
              </p>
            )}
            <p class="text-soft">
              <Author by={change.entry.by} />, <ClockTime at={change.entry.at} />
            </p>
          </div>
          <IconButton
            icon="icon-[lucide--x]"
            label={t().components.dismiss}
            onClick={() => acknowledge(order.version)}
          />
        </div>
      )}
    </div>
  )
}
