import { useLocation } from 'preact-iso/router'
import { isFinal } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { LoadOlder } from '../../components/load-older.tsx'
import { OfflineBanner, Page } from '../../components/page.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import { RelativeTime } from '../../components/time.tsx'
import { useHighlight } from '../../components/use-highlight.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { endOf } from '../../models/customer/ended-orders.ts'
import { itemsText, money } from '../../models/ui/format.ts'
import { useCustomer } from './context.ts'
import { primaryLinkClass } from './summary-bar.tsx'

/** All orders of this customer, newest first. */
export function HistoryPage() {
  useTitle(t().nav.myOrders)
  return (
    <Page width="customer">
      <OfflineBanner />
      <h1 class="mb-4 text-lg font-semibold">{t().nav.myOrders}</h1>
      <History />
    </Page>
  )
}

function History() {
  const { feed, history } = useCustomer()
  if (feed.state.value === 'loading') return <Skeleton rows={4} class="h-32" />
  if (feed.state.value === 'failed') {
    return <Failed message={messageOf(feed.error.value)} onRetry={() => void feed.load()} />
  }
  if (history.value.length === 0) {
    return (
      <Empty
        icon="icon-[lucide--clipboard-list]"
        title={t().customer.noOrders}
        action={
          <a href="/" class={primaryLinkClass}>
            {t().customer.orderService}
          </a>
        }
      >
        {t().customer.noOrdersHelp}
      </Empty>
    )
  }
  return (
    <>
      <ul class="grid gap-3">
        {history.value.map((id) => (
          <HistoryCard key={id} id={id} />
        ))}
      </ul>
      <LoadOlder feed={feed} />
    </>
  )
}

function HistoryCard({ id }: { id: string }) {
  const { ended } = useCustomer()
  const entry = useWorkspace().orders.entry(id)
  const element = useHighlight<HTMLLIElement>(entry?.order.version ?? 0)
  if (!entry) return null
  const { order } = entry
  const end = ended.has(id) ? endOf(order) : null
  return (
    <li ref={element} data-order-id={id} data-status={order.status} class="rounded-md border border-line bg-surface">
      <a href={`/orders/${id}`} class="grid gap-2 rounded-md p-4 pb-3 transition-colors hover:bg-sunken">
        <span class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
          <StatusChip status={order.status} />
          <RelativeTime at={order.createdAt} class="text-sm text-soft" />
        </span>
        <span class="line-clamp-2 font-medium" dir="auto">
          {itemsText(order.items)}
        </span>
        {end && (
          <span class="text-sm" dir="auto">
            {[end.sentence, end.reason].filter(Boolean).join(' ')}
          </span>
        )}
        <span class="flex flex-wrap items-end gap-x-4 text-sm text-soft">
          <span class="min-w-[min(100%,8rem)] flex-1">
            {order.number}
            {order.vendor && <bdi>, {order.vendor.name}</bdi>}
          </span>
          <span class="ms-auto whitespace-nowrap text-ink">{money(order.totalAmount, order.currency)}</span>
        </span>
      </a>
      {isFinal(order.status) && (
        <div class="border-t border-line p-1">
          <OrderAgain order={order} />
        </div>
      )}
    </li>
  )
}

/** Adds the items of an order to the cart and opens the checkout, which names what is no longer offered. */
export function OrderAgain({ order }: { order: Order }) {
  const { cart } = useCustomer()
  const { route } = useLocation()
  return (
    <Button
      variant="quiet"
      icon="icon-[lucide--repeat-2]"
      class="min-h-11 w-full"
      onClick={() => {
        cart.merge(order)
        route('/checkout')
      }}
    >
      {t().customer.orderAgain}
    </Button>
  )
}
