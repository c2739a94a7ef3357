import type { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import { money } from '../models/ui/format.ts'

/** The lines of an order and what they come to. */
export function OrderItems({
  order: { items, totalAmount, currency },
}: {
  order: Pick<Order, 'items' | 'totalAmount' | 'currency'>
}) {
  return (
    <div class="grid gap-2 text-sm">
      <ul class="grid gap-2">
        {items.map(({ serviceId, name, quantity, unitPrice }) => (
          <li key={serviceId} class="flex items-baseline justify-between gap-4">
            <span class="min-w-0" dir="auto">
              {quantity > 1 && <span class="text-soft">{quantity} × </span>}
              {name}
            </span>
            <span class="whitespace-nowrap">{money(unitPrice * quantity, currency)}</span>
          </li>
        ))}
      </ul>
      <p class="flex items-baseline justify-between gap-4 border-t border-line pt-2 font-semibold">
        <span>{t().common.total}</span>
        <span>{money(totalAmount, currency)}</span>
      </p>
    </div>
  )
}
