import { useLayoutEffect } from 'preact/hooks'
import { activeStatuses, isOffered } from '#shared/order-status.ts'
import { fullContact } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { BackLink } from '../../components/back-link.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { OrderOutcome } from '../../components/order-outcome.tsx'
import { OrderFiles } from '../../components/order-files.tsx'
import { OrderMessages } from '../../components/order-messages.tsx'
import { FollowUp } from '../../components/follow-up.tsx'
import { OrderItems } from '../../components/order-items.tsx'
import { OfflineBanner, Page } from '../../components/page.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import { Timeline } from '../../components/timeline.tsx'
import { useOrder } from '../../components/use-order.ts'
import { useTitle } from '../../components/use-title.ts'
import type { Entry } from '../../live/orders.ts'
import { useVendor } from './context.ts'
import { ContactLinks } from './contact-links.tsx'
import { JobChange } from './job-change.tsx'
import { JobActions } from './jobs.tsx'
import { OfferActions } from './offers.tsx'
import { Facts } from './order-card.tsx'
import { Conflicts, Unsent } from './unsent.tsx'

/** Everything that the vendor may see of one order: an offer, a job, or a finished job. */
export function OrderPage({ params }: { params?: Record<string, string> }) {
  const { entry, problem, retry } = useOrder(params?.id ?? '')
  useTitle(entry?.order.number ?? null)
  const { changes } = useVendor()
  const id = params?.id ?? ''
  const isShown = entry !== undefined
  // Opening the page acknowledges what has changed before. What changes while it is open stays until it is dismissed.
  useLayoutEffect(() => {
    if (isShown) changes.acknowledge(id)
  }, [changes, id, isShown])
  const left = changes.left.value.find((order) => order.id === id)
  return (
    <Page width="vendor">
      <Back entry={entry} />
      <OfflineBanner />
      <Conflicts />
      {left && (
        <div class="mb-4">
          <JobChange id={id} />
        </div>
      )}
      {entry ? (
        <Details entry={entry} />
      ) : left ? null : problem === 'not_found' ? (
        <Empty icon="icon-[lucide--search-x]" title={t().vendor.noSuchOrder}>
          {t().vendor.notWithYou}
        </Empty>
      ) : problem ? (
        <Failed message={t().common.unreachable} onRetry={retry} />
      ) : (
        <Skeleton rows={2} class="h-48" />
      )}
    </Page>
  )
}

function Back({ entry }: { entry: Entry | undefined }) {
  if (!entry || isOffered(entry.order.status)) return <BackLink href="/">{t().nav.offers}</BackLink>
  if (activeStatuses.includes(entry.order.status)) return <BackLink href="/jobs">{t().nav.jobs}</BackLink>
  return <BackLink href="/finished">{t().nav.finished}</BackLink>
}

function Details({ entry: { order, leaving } }: { entry: Entry }) {
  const contact = fullContact(order)
  const isGone = Boolean(useVendor().changes.of(order.id)?.left)
  return (
    <article data-work-sheet data-order-id={order.id} data-status={order.status} class="grid gap-6">
      <header class="grid gap-3">
        <p class="flex items-center gap-3 text-sm text-soft" aria-live="polite">
          <StatusChip status={order.status} />
          {order.number}
        </p>
        <h1 class="grid gap-1 text-lg font-semibold">
          {order.items.map(({ name, quantity }, index) => (
            <span key={index} dir="auto">
              {quantity > 1 && <span class="text-soft">{quantity} × </span>}
              {name}
            </span>
          ))}
        </h1>
        <Facts order={order} />
      </header>
      {leaving && !isGone && (
        <p role="status" class="flex min-h-13 items-center justify-center rounded-sm bg-sunken text-sm font-medium">
          {leaving}
        </p>
      )}
      {!isGone && <JobChange id={order.id} />}
      {contact && <ContactLinks name={order.customer.name} contact={contact} />}
      {contact && !isGone && <OrderMessages orderId={order.id} />}
      {order.notes && (
        <section aria-labelledby="notes">
          <h2 id="notes" class="mb-2 text-sm font-semibold">
            {t().common.notes}
          </h2>
          <p class="border-s-2 border-line ps-3 text-start text-sm whitespace-pre-line" dir="auto">
            {order.notes}
          </p>
        </section>
      )}
      <FollowUp order={order} />
      <Unsent orderId={order.id} />
      {!leaving && (
        <div class="grid gap-1 print:hidden">
          {isOffered(order.status) ? <OfferActions order={order} leaving={false} /> : <JobActions order={order} />}
        </div>
      )}
      <section aria-label={t().customer.order} class="rounded-md border border-line bg-surface p-4">
        <OrderItems order={order} />
      </section>
      {contact && !isGone && <OrderFiles order={order} />}
      {!isGone && <OrderOutcome order={order} />}
      <section aria-labelledby="history">
        <h2 id="history" class="mb-3 text-sm font-semibold">
          {t().common.history}
        </h2>
        <Timeline history={order.history} />
      </section>
    </article>
  )
}
