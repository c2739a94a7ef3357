import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/list-states.tsx'
import { useAdmin } from './context.ts'

/** An empty table: because nothing was ordered yet, or because of what is being asked for. */
export function NoOrders() {
  const { board } = useAdmin()
  if (board.filter.value === 'all' && !board.search.value && !board.vendorId.value) {
    return (
      <Empty icon="icon-[lucide--inbox]" title="No orders yet">
        The first one appears here the moment a customer places it.
      </Empty>
    )
  }
  return (
    <Empty
      icon="icon-[lucide--list-filter]"
      title={board.search.value ? `Nothing found for “${board.search.value}”` : 'None like this'}
      action={<Button onClick={() => board.show({ filter: 'all', vendorId: null })}>Show all orders</Button>}
    >
      {board.search.value ? 'Search looks at number, customer, vendor and service.' : 'No order fits this filter now.'}
    </Empty>
  )
}
