import { useModel } from '@preact/signals'
import { t } from '../../i18n/index.ts'
import { BackLink } from '../../components/back-link.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { LoadOlder } from '../../components/load-older.tsx'
import { Page } from '../../components/page.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import { RelativeTime } from '../../components/time.tsx'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { FinishedModel } from '../../models/orders/finished.ts'
import { itemsText, money } from '../../models/ui/format.ts'

/** The vendor's finished orders. */
export function FinishedPage() {
  useTitle(t().nav.finished)
  const workspace = useWorkspace()
  const { feed, list } = useModel(() => new FinishedModel(workspace))

  return (
    <Page width="vendor">
      <BackLink href="/jobs">{t().nav.jobs}</BackLink>
      <h1 class="mb-4 text-lg font-semibold">{t().nav.finished}</h1>
      {feed.state.value === 'loading' && <Skeleton rows={4} class="h-20" />}
      {feed.state.value === 'failed' && (
        <Failed message={messageOf(feed.error.value)} onRetry={() => void feed.load()} />
      )}
      {feed.state.value === 'ready' &&
        (list.value.length === 0 ? (
          <Empty icon="icon-[lucide--check-check]" title={t().vendor.finishedEmpty}>
            {t().vendor.finishedEmptyHelp}
          </Empty>
        ) : (
          <ul class="overflow-hidden rounded-md border border-line bg-surface">
            {list.value.map((id) => (
              <FinishedRow key={id} id={id} />
            ))}
          </ul>
        ))}
      <LoadOlder feed={feed} />
    </Page>
  )
}

function FinishedRow({ id }: { id: string }) {
  const entry = useWorkspace().orders.entry(id)
  if (!entry) return null
  const { order } = entry
  return (
    <li data-order-id={id} data-status={order.status} class="not-first:border-t not-first:border-line">
      <a
        href={`/orders/${id}`}
        class="grid gap-2 p-4 transition-colors hover:bg-sunken focus-visible:-outline-offset-2"
      >
        <span class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-sm text-soft">
          <StatusChip status={order.status} />
          <RelativeTime at={order.updatedAt} />
        </span>
        <span class="line-clamp-2 font-medium" dir="auto">
          {itemsText(order.items)}
        </span>
        <span class="flex flex-wrap items-end gap-x-4 text-sm text-soft">
          <span class="min-w-[min(100%,8rem)] flex-1">
            {order.number}, <bdi>{order.customer.name}</bdi>
          </span>
          <span class="ms-auto whitespace-nowrap text-ink">{money(order.totalAmount, order.currency)}</span>
        </span>
      </a>
    </li>
  )
}
