import { useEffect } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { IconButton } from '../../components/button.tsx'
import { dismissRow } from '../../components/dismiss-row.ts'
import { UnreadBadge } from '../../components/unread-badge.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import { useHighlight } from '../../components/use-highlight.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { endOf } from '../../models/customer/ended-orders.ts'
import { itemsText } from '../../models/ui/format.ts'
import { useCustomer } from './context.ts'

/** Links to the customer's open orders, and to those that another person has just ended. */
export function OpenOrders() {
  const { current } = useCustomer()
  if (current.value.length === 0) return null
  return (
    <section aria-label={t().customer.underWay} class="mb-8">
      <ul class="grid overflow-hidden rounded-md border border-line bg-surface">
        {current.value.map((id) => (
          <OpenOrder key={id} id={id} />
        ))}
      </ul>
    </section>
  )
}

function OpenOrder({ id }: { id: string }) {
  const { ended } = useCustomer()
  const entry = useWorkspace().orders.entry(id)
  const element = useHighlight<HTMLLIElement>(entry?.order.version ?? 0)
  if (!entry) return null
  const { number, items, status } = entry.order
  const hasEnded = ended.has(id)
  return (
    <li
      ref={element}
      data-order-id={id}
      data-status={status}
      tabIndex={-1}
      class="flex items-start not-first:border-t not-first:border-line"
    >
      <a
        href={`/orders/${id}`}
        class="hit grid min-w-0 flex-1 gap-1 px-4 py-2.5 text-sm transition-colors hover:bg-sunken"
      >
        <span class="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StatusChip status={status} />
          <span class="min-w-[7rem] flex-1 truncate" dir="auto">
            {itemsText(items)}
          </span>
          <span class="sr-only">{number}</span>
          <UnreadBadge orderId={id} />
          {!hasEnded && (
            <span class="icon-[lucide--chevron-right] size-4 shrink-0 text-soft rtl:-scale-x-100" aria-hidden="true" />
          )}
        </span>
        {hasEnded && <End id={id} />}
      </a>
      {hasEnded && (
        <IconButton
          icon="icon-[lucide--x]"
          label={t().customer.dismissOrder(number)}
          onClick={({ currentTarget }) => dismissRow(currentTarget, () => ended.dismiss(id))}
        />
      )}
    </li>
  )
}

/** How another person has ended the order. Once it was on the screen the next visit does not show it again. */
function End({ id }: { id: string }) {
  const { ended } = useCustomer()
  const entry = useWorkspace().orders.entry(id)
  useEffect(() => {
    const show = () => void (document.hidden || ended.show(id))
    show()
    document.addEventListener('visibilitychange', show)
    return () => document.removeEventListener('visibilitychange', show)
  }, [ended, id])
  if (!entry) return null
  const { sentence, reason } = endOf(entry.order)
  return (
    <span role="status" class="grid gap-1">
      <span dir="auto">{sentence}</span>
      {reason && (
        <span class="text-soft" dir="auto">
          {reason}
        </span>
      )}
    </span>
  )
}
