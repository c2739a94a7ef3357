import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/list-states.tsx'
import { everything } from '../../models/admin/board.ts'
import { useAdmin } from './context.ts'
import { useDesk } from './use-desk.ts'

/** The empty table: either there are no orders, or none matches the filter or the search. */
export function NoOrders() {
  const { board } = useAdmin()
  const { show } = useDesk()
  if (board.filter.value === 'all' && !board.search.value && !board.vendorId.value) {
    return (
      <Empty icon="icon-[lucide--inbox]" title={t().admin.noOrders}>
        {t().admin.firstOrderHelp}
      </Empty>
    )
  }
  return (
    <Empty
      icon="icon-[lucide--list-filter]"
      title={board.search.value ? t().admin.nothingFound(board.search.value) : t().admin.noneLikeThis}
      action={
        <Button onClick={() => show({ ...everything, sort: board.sort.value })}>{t().admin.showAllOrders}</Button>
      }
    >
      {board.search.value ? t().admin.searchHelp : t().admin.nothingFits}
    </Empty>
  )
}
