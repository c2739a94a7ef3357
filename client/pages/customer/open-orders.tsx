import { t } from '../../i18n/index.ts'
import { StatusChip } from '../../components/status-chip.tsx'
import { useHighlight } from '../../components/use-highlight.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { itemsText } from '../../models/ui/format.ts'
import { useCustomer } from './context.ts'

/** Links to the customer's open orders. */
export function OpenOrders() {
  const { open } = useCustomer()
  const ids = open.value.slice(0, 3)
  if (ids.length === 0) return null
  return (
    <section aria-label={t().customer.underWay} class="mb-8">
      <ul class="grid overflow-hidden rounded-md border border-line bg-surface">
        {ids.map((id) => (
          <OpenOrder key={id} id={id} />
        ))}
      </ul>
    </section>
  )
}

function OpenOrder({ id }: { id: string }) {
  const entry = useWorkspace().orders.entry(id)
  const element = useHighlight<HTMLLIElement>(entry?.order.version ?? 0)
  if (!entry) return null
  const { number, items, status } = entry.order
  return (
    <li ref={element} data-order-id={id} data-status={status} class="not-first:border-t not-first:border-line">
      <a
        href={`/orders/${id}`}
        class="hit flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-sm transition-colors hover:bg-sunken"
      >
        <StatusChip status={status} />
        <span class="min-w-[7rem] flex-1 truncate" dir="auto">
          {itemsText(items)}
        </span>
        <span class="sr-only">{number}</span>
        <span class="icon-[lucide--chevron-right] size-4 shrink-0 text-soft rtl:-scale-x-100" aria-hidden="true" />
      </a>
    </li>
  )
}
