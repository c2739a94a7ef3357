import { useComputed } from '@preact/signals'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { UnreadBadge } from '../../components/unread-badge.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import { ClockTime, ElapsedTime, RelativeTime } from '../../components/time.tsx'
import { useHighlight } from '../../components/use-highlight.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { waitsSince } from '../../models/orders/waiting.ts'
import { now } from '../../models/sync/clock.ts'
import { itemsText } from '../../models/ui/format.ts'
import { useAdmin } from './context.ts'

interface Props {
  id: string
  selected: boolean
  /** Whether Tab reaches this row. One row of the table is tabbable. */
  tabbable: boolean
}

/** One order: a table row, or three lines on a small screen. The table handles the clicks, so that a row has no handler prop. */
export function OrderRow({ id, selected, tabbable }: Props) {
  const entry = useWorkspace().orders.entry(id)
  const element = useHighlight<HTMLTableRowElement>(entry?.order.version ?? 0)
  if (!entry) return null
  const { order } = entry
  const service = itemsText(order.items)
  return (
    <tr
      ref={element}
      tabIndex={tabbable ? 0 : -1}
      aria-selected={selected}
      data-order-id={id}
      data-status={order.status}
      class="border-b border-line hover:bg-sunken aria-selected:bg-accent-soft focus-visible:-outline-offset-2 max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:-mx-4 max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3 [&>td]:max-sm:p-0 [&>td]:sm:h-11 [&>td]:sm:px-2 [&>td]:sm:py-1"
    >
      <td class="font-medium max-sm:order-1 sm:whitespace-nowrap">{order.number}</td>
      <td class="max-sm:order-2">
        <StatusChip status={order.status} />
      </td>
      <td class="max-sm:order-3">
        <span class="flex items-center gap-1.5">
          <span class="min-w-0 truncate" dir="auto" title={order.customer.name ?? undefined}>
            {order.customer.name}
          </span>
          <UnreadBadge orderId={id} />
        </span>
        <span class="block truncate text-xs text-soft sm:@5xl:hidden" dir="auto" title={service}>
          {service}
        </span>
      </td>
      <td class="max-sm:order-5">
        <span class={`block truncate ${order.vendor ? '' : 'text-soft'}`} dir="auto" title={order.vendor?.name}>
          {order.vendor?.name ?? '–'}
        </span>
      </td>
      <td class="max-sm:hidden @max-5xl:hidden">
        <span class="block truncate" dir="auto" title={service}>
          {service}
        </span>
      </td>
      <td
        class={`text-balance text-soft max-sm:order-7 max-sm:col-span-2 ${order.scheduledFor ? '' : 'max-sm:hidden'}`}
      >
        <span class="sm:hidden">{t().common.when}: </span>
        {order.scheduledFor ? (
          <ClockTime at={order.scheduledFor} class="whitespace-normal! text-ink" />
        ) : (
          t().admin.asap
        )}
      </td>
      <td class="max-sm:order-4 max-sm:text-end">
        <WaitingTime order={order} />
      </td>
      <td class="text-soft max-sm:order-6 max-sm:text-end sm:@max-4xl:hidden">
        <RelativeTime at={order.updatedAt} />
      </td>
    </tr>
  )
}

/** The time since the order's work was due. A computed reads only the signals anew, so each version has its own. */
const WaitingTime = ({ order }: { order: Order }) => <Waiting key={order.version} order={order} />

/** Highlighted once it has lasted too long for the order's next step. */
function Waiting({ order }: { order: Order }) {
  const { waitNow } = useAdmin()
  const state = useComputed(() => waitNow.value(order)).value
  const since = useComputed(() => waitsSince(order, now.value)).value
  if (state === 'none') return <span class="text-soft max-sm:hidden">–</span>
  return (
    <span class={state === 'late' ? 'font-semibold text-pending' : ''} data-late={state === 'late'}>
      <ElapsedTime at={since} />
    </span>
  )
}
