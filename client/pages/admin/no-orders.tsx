import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/list-states.tsx'
import { useAdmin } from './context.ts'

/** An empty table: because nothing was ordered yet, or because of what is being asked for. */
export function NoOrders() {
  const { board } = useAdmin()
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
      action={<Button onClick={() => board.show({ filter: 'all', vendorId: null })}>{t().admin.showAllOrders}</Button>}
    >
      {board.search.value ? t().admin.searchHelp : t().admin.nothingFits}
    </Empty>
  )
}
