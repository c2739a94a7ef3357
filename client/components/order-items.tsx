import type { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import { money } from '../models/ui/format.ts'
import { ItemOptions } from './item-options.tsx'

/** The items of an order and their total. */
export function OrderItems({
  order: { items, totalAmount, currency },
}: {
  order: Pick<Order, 'items' | 'totalAmount' | 'currency'>
}) {
  return (
    <div class="grid gap-2 text-sm">
      <ul class="grid gap-2">
        {items.map(({ name, quantity, unitPrice, options }, index) => (
          <li key={index} class="flex flex-wrap items-baseline gap-x-4">
            <span class="min-w-[min(100%,8rem)] flex-1" dir="auto">
              {quantity > 1 && <span class="text-soft">{quantity} × </span>}
              {name}
              <ItemOptions options={options} />
            </span>
            <span class="ms-auto whitespace-nowrap">{money(unitPrice * quantity, currency)}</span>
          </li>
        ))}
      </ul>
      <p class="flex flex-wrap items-baseline gap-x-4 border-t border-line pt-2 font-semibold">
        <span>{t().common.total}</span>
        <span class="ms-auto whitespace-nowrap">{money(totalAmount, currency)}</span>
      </p>
    </div>
  )
}
