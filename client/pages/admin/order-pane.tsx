import { isOffered } from '#shared/order-status.ts'
import { fullContact, type Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { ArrivalMap } from '../../components/arrival-map.tsx'
import { IconButton } from '../../components/button.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { OrderOutcome } from '../../components/order-outcome.tsx'
import { OrderFiles } from '../../components/order-files.tsx'
import { OrderMessages } from '../../components/order-messages.tsx'
import { FollowUp } from '../../components/follow-up.tsx'
import { OrderItems } from '../../components/order-items.tsx'
import { OrderPin } from '../../components/order-pin.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import { RelativeTime } from '../../components/time.tsx'
import { Timeline } from '../../components/timeline.tsx'
import { TrackingLinkButton } from '../../components/tracking-link.tsx'
import { useArrival } from '../../components/use-arrival.ts'
import { useOrder } from '../../components/use-order.ts'
import { arrivalText } from '../../models/place/arrival.ts'
import { now } from '../../models/sync/clock.ts'
import { appointment } from '../../models/ui/format.ts'
import { LateOrder } from './late-order.tsx'
import { MessageTextButton } from './message-text.tsx'
import { OfferState } from './offer-state.tsx'
import { OrderControls } from './order-controls.tsx'
import { PaneChange } from './pane-change.tsx'

/** The selected order: beside the table on a wide screen, over it on a small one. */
export function OrderPane({ id, onClose }: { id: string | null; onClose(): void }) {
  return (
    <section
      aria-label={t().admin.selectedOrder}
      class={`max-xl:fixed max-xl:inset-0 max-xl:z-15 max-xl:animate-appear max-xl:overflow-y-auto max-xl:bg-canvas xl:sticky xl:top-14 xl:max-h-[calc(100dvh-3.5rem)] xl:self-start xl:overflow-y-auto ${id ? '' : 'max-xl:hidden'}`}
    >
      {id ? (
        <Selected key={id} id={id} onClose={onClose} />
      ) : (
        <Empty icon="icon-[lucide--mouse-pointer-click]" title={t().admin.noSelection}>
          {t().admin.chooseOrder}
        </Empty>
      )}
    </section>
  )
}

function Selected({ id, onClose }: { id: string; onClose(): void }) {
  const { entry, problem, retry } = useOrder(id)
  return (
    <div data-work-sheet class="@container mx-auto max-w-168 p-4">
      <div class="-mt-2 mb-2 flex items-center gap-3">
        <IconButton
          icon="icon-[lucide--arrow-left] rtl:-scale-x-100"
          label={t().admin.backToOrders}
          onClick={onClose}
          class="-ms-3 xl:hidden"
        />
        <h2 class="flex-1 text-lg font-semibold">{entry?.order.number ?? t().admin.order}</h2>
        <IconButton icon="icon-[lucide--x]" label={t().common.close} onClick={onClose} class="-me-3 max-xl:hidden" />
      </div>
      {entry ? (
        <Detail order={entry.order} />
      ) : problem === 'not_found' ? (
        <Empty icon="icon-[lucide--search-x]" title={t().admin.noSuchOrder} />
      ) : problem ? (
        <Failed message={t().common.unreachable} onRetry={retry} />
      ) : (
        <Skeleton rows={3} />
      )}
    </div>
  )
}

function Detail({ order }: { order: Order }) {
  const where = useArrival(order)
  const arrival = where?.eta ? arrivalText(where.eta, now.value) : null
  return (
    <article data-order-id={order.id} data-status={order.status} class="grid gap-6">
      <p class="flex flex-wrap items-center gap-x-3 text-sm text-soft" aria-live="polite">
        <StatusChip status={order.status} />
        {arrival && (
          <span aria-live="off">
            {t().where.arrives}: {arrival}
          </span>
        )}
        <span class="print:hidden">
          <RichText text={t().admin.changedAgo} parts={{ time: <RelativeTime at={order.updatedAt} /> }} />
        </span>
      </p>
      <OrderControls order={order} />
      {/* Below the buttons, so that they move none. */}
      <PaneChange order={order} />
      <FollowUp order={order} />
      <LateOrder order={order} />
      {isOffered(order.status) && <OfferState order={order} />}
      <People order={order} />
      {where?.position && <ArrivalMap order={order} position={where.position} />}
      <div class="flex flex-wrap gap-2">
        <MessageTextButton orderId={order.id} />
        <TrackingLinkButton order={order} size="sm" />
      </div>
      <OrderMessages orderId={order.id} />
      <OrderPin order={order} />
      <OrderFiles order={order} />
      <OrderItems order={order} />
      <OrderOutcome order={order} />
      <section aria-labelledby="history">
        <h3 id="history" class="mb-3 text-sm font-semibold">
          {t().common.history}
        </h3>
        <Timeline history={order.history} />
      </section>
    </article>
  )
}

function People({ order }: { order: Order }) {
  const { customer, vendor, scheduledFor, notes } = order
  const contact = fullContact(order)
  const facts = [
    [t().common.customer, customer.name],
    [t().common.phone, contact?.phone],
    [t().common.address, contact?.address],
    [t().common.area, contact?.area],
    [t().common.when, scheduledFor ? appointment(scheduledFor) : t().common.asSoonAsPossible],
    [t().common.vendor, vendor?.name ?? t().admin.noneYet],
    [t().common.notes, notes],
  ]
  return (
    <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm @max-3xs:grid-cols-1">
      {facts.map(([term, text]) =>
        text ? (
          <div key={term} class="contents @max-3xs:block">
            <dt class="text-soft">{term}</dt>
            <dd class="whitespace-pre-line" dir="auto">
              {text}
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}
