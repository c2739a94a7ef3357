import { useLayoutEffect, useRef } from 'preact/hooks'
import { finalStatuses, openStatuses } from '#shared/order-status.ts'
import { t } from '../../i18n/index.ts'
import { statusStyles } from '../../components/status-chip.tsx'
import { sum, type Filter } from '../../models/admin/board.ts'
import { useAdmin } from './context.ts'
import { useDesk } from './use-desk.ts'

/** The status filters of the table with their counts. `inline`: one row that scrolls, for small screens. */
export function FilterPane({ inline = false }: { inline?: boolean }) {
  const { board } = useAdmin()
  const pane = useRef<HTMLElement>(null)
  const { filter } = useDesk().state
  // A filter from the address may be beyond the edge of the row that scrolls.
  useLayoutEffect(() => {
    const [row, chosen] = [pane.current?.parentElement, pane.current?.querySelector('[aria-pressed=true]')]
    if (!inline || !row || !chosen) return
    const [shown, box] = [row.getBoundingClientRect(), chosen.getBoundingClientRect()]
    if (box.right > shown.right) row.scrollLeft += box.right - shown.right + 16
    if (box.left < shown.left) row.scrollLeft -= shown.left - box.left + 16
  }, [inline, filter])
  const counts = board.counts.value
  const today = board.todayCounts.value
  return (
    <nav ref={pane} aria-label={t().admin.filters} class={inline ? 'flex w-max gap-1 pb-3' : 'grid gap-px'}>
      <p
        class={`flex items-baseline gap-2 text-sm text-soft ${inline ? 'self-center pe-2 whitespace-nowrap' : 'px-2 pb-2'}`}
      >
        {t().admin.today}
        <span class="font-semibold text-ink">
          {board.counted.value ? sum(today) : '–'}
          {board.todayComplete.value ? '' : '+'}
        </span>
      </p>
      <Item filter="all" label={t().admin.allOrders} inline={inline} />
      <Item
        filter="open"
        label={t().admin.open}
        count={sum(counts)}
        complete={board.openComplete.value}
        inline={inline}
      />
      <Item
        filter="attention"
        label={t().admin.attention}
        icon="icon-[lucide--alarm-clock]"
        count={board.lateCount.value}
        complete={board.openComplete.value}
        inline={inline}
      />
      {openStatuses.map((status) => (
        <Item
          key={status}
          filter={status}
          label={t().orders.status[status]}
          icon={`${statusStyles[status].icon} ${statusStyles[status].text}`}
          count={counts[status]}
          complete={board.openComplete.value}
          inline={inline}
        />
      ))}
      {!inline && <p class="px-2 pt-4 pb-1 text-xs text-soft">{t().admin.closedToday}</p>}
      {finalStatuses.map((status) => (
        <Item
          key={status}
          filter={status}
          label={t().orders.status[status]}
          icon={`${statusStyles[status].icon} ${statusStyles[status].text}`}
          count={today[status]}
          complete={board.todayComplete.value}
          inline={inline}
        />
      ))}
    </nav>
  )
}

interface ItemProps {
  filter: Filter
  label: string
  icon?: string
  count?: number
  /** False: there are more than are counted. */
  complete?: boolean
  inline: boolean
}

function Item({ filter, label, icon, count, complete = true, inline }: ItemProps) {
  const { board } = useAdmin()
  const { state, show } = useDesk()
  return (
    <button
      type="button"
      aria-pressed={state.filter === filter}
      onClick={() => show({ filter })}
      class={`flex items-center gap-2 rounded-sm px-2 text-sm text-soft transition-colors hover:bg-sunken hover:text-ink aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-ink ${inline ? 'min-h-11 px-3 whitespace-nowrap' : 'min-h-9'}`}
    >
      {icon && <span class={`${icon} size-4 shrink-0`} aria-hidden="true" />}
      <span class="min-w-0 flex-1 text-start">{label}</span>
      {count !== undefined && board.counted.value && (
        <span class={count > 0 ? 'text-ink' : ''}>
          {count}
          {complete ? '' : '+'}
        </span>
      )}
    </button>
  )
}
