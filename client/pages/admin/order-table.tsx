import { t } from '../../i18n/index.ts'
import { MoreRows, useIncrementalList } from '../../components/incremental-list.tsx'
import { Failed, Skeleton } from '../../components/list-states.tsx'
import { LoadOlder } from '../../components/load-older.tsx'
import { NewRows } from '../../components/new-rows.tsx'
import { useListHolds } from '../../components/use-list-holds.ts'
import { useAdmin } from './context.ts'
import { NoOrders } from './no-orders.tsx'
import { OrderRow } from './order-row.tsx'
import { messageOf } from '../../models/session/api-error.ts'
import { SortHeader, SortSelect } from './sort-header.tsx'
import { useRowKeys } from './use-row-keys.ts'

interface Props {
  selected: string | null
  onSelect(id: string | null): void
}

/** The table of orders. Arrows or j and k move, Enter opens, Escape closes. */
export function OrderTable({ selected, onSelect }: Props) {
  const { board } = useAdmin()
  const feed = board.feed.value
  const holds = useListHolds(board.rows)
  const all = board.rows.rows.value
  const { rows, rest } = useIncrementalList(all, feed)
  const { current, body } = useRowKeys({ rows, selected, onSelect })

  // One listener for all rows: a new handler prop would re-render every row at each selection.
  const clicked = ({ target }: Event) => {
    const id = target instanceof Element && target.closest('[data-order-id]')?.getAttribute('data-order-id')
    if (id) onSelect(id)
  }

  if (feed.state.value === 'loading') return <Skeleton rows={8} class="h-11" />
  if (feed.state.value === 'failed') {
    return <Failed message={messageOf(feed.error.value)} onRetry={() => void feed.load()} />
  }
  if (all.length === 0) return <NoOrders />
  return (
    <div {...holds} class="@container">
      <NewRows list={board.rows} />
      <SortSelect />
      {board.isSortPartial.value && <p class="pb-2 text-sm text-soft">{t().admin.sortedAmong(all.length)}</p>}
      <table
        role="grid"
        aria-label={t().nav.orders}
        aria-rowcount={all.length}
        class="w-full table-fixed text-sm max-sm:block"
      >
        <thead class="max-sm:sr-only">
          <tr class="border-b border-line text-xs text-soft">
            <SortHeader column="number" class="w-21" />
            <SortHeader column="status" class="w-34" />
            <SortHeader column="customer" />
            <SortHeader column="vendor" />
            <SortHeader column="service" class="w-1/5 @max-5xl:hidden" />
            <SortHeader column="when" class="w-34" />
            <SortHeader column="waiting" class="w-20" />
            <SortHeader column="changed" class="w-22 sm:@max-4xl:hidden" />
          </tr>
        </thead>
        <tbody ref={body} onClick={clicked} class="max-sm:block">
          {rows.map((id) => (
            <OrderRow key={id} id={id} selected={id === selected} tabbable={id === current} />
          ))}
        </tbody>
      </table>
      {rest ? <MoreRows of={rest} /> : <LoadOlder feed={feed} />}
    </div>
  )
}
