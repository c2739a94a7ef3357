import type { ComponentChildren } from 'preact'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { useHighlight } from '../../components/use-highlight.ts'
import { appointment, duration, money } from '../../models/ui/format.ts'
import type { Entry } from '../../models/orders/orders.ts'
import { Unsent } from './unsent.tsx'
import { minutesFor } from '../../models/vendor/vendor.ts'
import { useVendor } from './context.ts'

interface Props {
  entry: Entry
  /** Beside the number: how long it waits, or how far it is. */
  aside: ComponentChildren
  /** Between the facts and the actions. */
  details?: ComponentChildren
  /** The next step. */
  children: ComponentChildren
}

/** What a vendor needs to see of an order at arm's length: what, when, how long, for how much. */
export function OrderCard({ entry: { order, leaving }, aside, details, children }: Props) {
  const element = useHighlight<HTMLLIElement>(order.version)
  return (
    <li
      ref={element}
      data-order-id={order.id}
      data-status={order.status}
      data-leaving={leaving ? '' : undefined}
      class="grid gap-4 rounded-md border border-line bg-surface p-4"
    >
      <div class={`grid gap-4 transition-opacity duration-180 ${leaving ? 'opacity-45' : ''}`}>
        <p class="flex items-center justify-between gap-4 text-sm text-soft">
          <span>{order.number}</span>
          {aside}
        </p>
        <ul class="grid gap-1">
          {order.items.map(({ serviceId, name, quantity }) => (
            <li key={serviceId} class="text-lg font-semibold" dir="auto">
              {quantity > 1 && <span class="text-soft">{quantity} × </span>}
              {name}
            </li>
          ))}
        </ul>
        <Facts order={order} />
        {order.notes && (
          <p class="line-clamp-4 border-s-2 border-line ps-3 text-sm whitespace-pre-line" dir="auto">
            {order.notes}
          </p>
        )}
        {details}
      </div>
      {leaving && (
        <p
          role="status"
          class="flex min-h-13 items-center justify-center gap-2 rounded-sm bg-sunken text-sm font-medium"
        >
          <span class="icon-[lucide--x] size-4" aria-hidden="true" />
          {leaving}
        </p>
      )}
      <Unsent orderId={order.id} />
      {!leaving && <div class="grid gap-1">{children}</div>}
    </li>
  )
}

function Facts({ order }: { order: Order }) {
  const minutes = minutesFor(order, useVendor().catalogue.services.value)
  return (
    <dl class="flex flex-wrap gap-x-6 gap-y-2 text-sm">
      <Fact icon="icon-[lucide--calendar]" term={t().common.when}>
        {order.scheduledFor ? appointment(order.scheduledFor) : t().common.asSoonAsPossible}
      </Fact>
      {minutes !== null && (
        <Fact icon="icon-[lucide--clock]" term={t().vendor.takesAbout}>
          {duration(minutes)}
        </Fact>
      )}
      <Fact icon="icon-[lucide--banknote]" term={t().vendor.price}>
        {money(order.totalAmount, order.currency)}
      </Fact>
    </dl>
  )
}

function Fact({ icon, term, children }: { icon: string; term: string; children: ComponentChildren }) {
  return (
    <div class="flex items-center gap-2">
      <dt>
        <span class={`${icon} block size-4 text-soft`} aria-hidden="true" />
        <span class="sr-only">{term}</span>
      </dt>
      <dd class="font-medium">{children}</dd>
    </div>
  )
}
