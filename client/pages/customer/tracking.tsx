import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { isFinal, mayCorrect, nextTransitions, type Transition } from '#shared/order-status.ts'
import { statusEntries } from '#shared/order-history.ts'
import { fullContact, type Order } from '#shared/orders.ts'
import type { VendorRating } from '#shared/order-outcome.ts'
import { OrderRating } from '#shared/ratings.ts'
import { now } from '../../models/sync/clock.ts'
import { t } from '../../i18n/index.ts'
import { BackLink } from '../../components/back-link.tsx'
import { ArrivalMap } from '../../components/arrival-map.tsx'
import { Button } from '../../components/button.tsx'
import { CorrectButton } from '../../components/correct-dialog.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { useMay } from '../../components/may-context.ts'
import { OrderOutcome } from '../../components/order-outcome.tsx'
import { OrderFiles } from '../../components/order-files.tsx'
import { OrderMessages } from '../../components/order-messages.tsx'
import { OrderItems } from '../../components/order-items.tsx'
import { OrderPin } from '../../components/order-pin.tsx'
import { OfflineBanner, Page } from '../../components/page.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { AverageRating } from '../../components/stars.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import { Stepper } from '../../components/stepper.tsx'
import { Timeline } from '../../components/timeline.tsx'
import { TrackingLinkButton } from '../../components/tracking-link.tsx'
import { useArrival } from '../../components/use-arrival.ts'
import { useOrder } from '../../components/use-order.ts'
import { useTitle } from '../../components/use-title.ts'
import { useOrderActions } from '../../components/use-order-actions.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { arrivalText } from '../../models/place/arrival.ts'
import { appointment, initials } from '../../models/ui/format.ts'
import { sentenceFor } from '../../models/orders/progress.ts'
import { useCustomer } from './context.ts'
import { OrderAgain } from './history.tsx'

/** The live status of one order. */
export function TrackingPage({ params }: { params?: Record<string, string> }) {
  const id = params?.id ?? ''
  const { entry, problem, retry } = useOrder(id)
  useTitle(entry?.order.number ?? null)
  return (
    <Page width="customer">
      <BackLink href="/orders">{t().nav.myOrders}</BackLink>
      {entry ? (
        <Own order={entry.order} />
      ) : problem === 'not_found' ? (
        <Empty icon="icon-[lucide--search-x]" title={t().customer.noSuchOrder}>
          {t().customer.notYours}
        </Empty>
      ) : problem ? (
        <Failed message={t().customer.orderGoesOn} onRetry={retry} />
      ) : (
        <Skeleton rows={2} class="h-48" />
      )}
    </Page>
  )
}

function Own({ order }: { order: Order }) {
  const { ended } = useCustomer()
  const hasEnded = ended.has(order.id)
  // The page says how the order ended, so the start page need not.
  useEffect(() => {
    if (hasEnded && !document.hidden) ended.dismiss(order.id)
  }, [ended, order.id, hasEnded])
  return (
    <Tracking order={order}>
      {(order.status === 'completed' || order.payment?.status === 'paid') && (
        <a
          href={`/orders/${order.id}/receipt`}
          class="hit inline-flex min-h-11 items-center justify-center gap-2 rounded-sm text-sm font-medium text-accent hover:bg-sunken print:hidden"
        >
          <span class="icon-[lucide--receipt] size-4" aria-hidden="true" />
          {t().payments.showReceipt}
        </a>
      )}
      {isFinal(order.status) && <OrderAgain order={order} />}
      <TrackingLinkButton order={order} class="w-full" />
    </Tracking>
  )
}

/** The order, and what its customer may do with it. `children`: what only the signed-in customer does. */
export function Tracking({ order, children }: { order: Order; children?: ComponentChildren }) {
  const may = useMay()
  const last = statusEntries(order.history).at(-1)
  const reason = order.status === 'cancelled' || order.status === 'failed' ? last?.note : null
  const where = useArrival(order)
  const arrival = where?.eta ? arrivalText(where.eta, now.value) : null
  const completionNote = order.status === 'completed' ? last?.note : null
  return (
    <article data-work-sheet data-order-id={order.id} data-status={order.status} class="grid gap-6">
      <header class="grid gap-3">
        <div class="flex items-center gap-3">
          <StatusChip status={order.status} />
          <span class="text-sm text-soft">{order.number}</span>
        </div>
        <h1 class="text-lg font-semibold wrap-anywhere text-pretty" aria-live="polite">
          {sentenceFor(order, arrival)}
        </h1>
        {reason && (
          <p class="text-sm text-soft" dir="auto">
            {reason}
          </p>
        )}
      </header>
      {completionNote && (
        <section aria-labelledby="completion-note" class="grid gap-1 rounded-md border border-line bg-surface p-4">
          <h2 id="completion-note" class="text-xs text-soft">
            {t().customer.noteOf(order.vendor?.name ?? t().orders.sentence.yourVendor)}
          </h2>
          <p class="text-start whitespace-pre-line" dir="auto">
            {completionNote}
          </p>
        </section>
      )}
      <OfflineBanner />
      {where?.position && <ArrivalMap order={order} position={where.position} />}
      <section aria-label={t().customer.progress}>
        <Stepper order={order} />
      </section>
      {order.vendor && <VendorLine order={order} name={order.vendor.name} />}
      {order.vendor && <OrderPin order={order} />}
      {may.message && <OrderMessages orderId={order.id} />}
      <OrderFiles order={order} />
      <OrderOutcome order={order} />
      <section
        aria-label={t().customer.order}
        class="@container grid gap-4 rounded-md border border-line bg-surface p-4"
      >
        <OrderItems order={order} />
        <Details order={order} />
      </section>
      <details>
        <summary class="hit flex cursor-pointer items-center gap-2 rounded-sm text-sm font-semibold">
          {t().common.history}
          <span class="icon-[lucide--chevron-down] size-4 text-soft print:hidden" aria-hidden="true" />
        </summary>
        <div class="pt-3">
          <Timeline history={order.history} />
        </div>
      </details>
      <Next order={order} />
      {children}
    </article>
  )
}

function VendorLine({ order, name }: { order: Order; name: string }) {
  const rating = useVendorRating(order)
  return (
    <section
      aria-label={t().common.vendor}
      class="flex items-center gap-3 rounded-md border border-line bg-surface p-4"
    >
      <span class="grid size-[2.5rem] shrink-0 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent">
        {initials(name)}
      </span>
      <div class="min-w-0">
        <p class="text-xs text-soft">{t().customer.vendor}</p>
        <p class="font-medium" dir="auto">
          {name}
        </p>
      </div>
      {rating && (
        <p class="ms-auto text-sm">
          <AverageRating {...rating} />
        </p>
      )}
    </section>
  )
}

/** How the order's vendor is rated on average; null while that is not known. */
function useVendorRating({ id, vendor, rating }: Order): VendorRating | null {
  const { api } = useWorkspace()
  const [average, setAverage] = useState<VendorRating | null>(null)
  const [vendorId, stars] = [vendor?.id, rating?.stars]
  useEffect(() => {
    let current = true
    api.get(`/orders/${encodeURIComponent(id)}/rating`, OrderRating).then(
      (found) => current && setAverage(found.vendor),
      // The page is complete without it.
      () => {},
    )
    return () => void (current = false)
  }, [api, id, vendorId, stars])
  return average
}

function Details({ order }: { order: Order }) {
  const { notes, scheduledFor } = order
  const contact = fullContact(order)
  const details = [
    [t().common.when, scheduledFor ? appointment(scheduledFor) : t().common.asSoonAsPossible],
    [t().customer.where, contact?.address],
    [t().common.area, contact?.area],
    [t().common.phone, contact?.phone],
    [t().common.notes, notes],
  ]
  return (
    <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 border-t border-line pt-4 text-sm @max-3xs:grid-cols-1">
      {details.map(([term, text]) =>
        text ? (
          <div key={term} class="contents @max-3xs:block">
            <dt class="text-soft">{term}</dt>
            <dd class="min-w-0 whitespace-pre-line" dir="auto">
              {text}
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}

/** The actions of the customer: change and cancel while allowed. */
function Next({ order }: { order: Order }) {
  const { me } = useWorkspace()
  const actions = useOrderActions()
  const may = useMay()
  const [cancelling, setCancelling] = useState<Transition | null>(null)
  const next = nextTransitions(me, order, now.value)
  const cancel = may.cancel ? next.find((transition) => transition.action === 'cancel') : undefined
  return (
    <>
      {may.change && mayCorrect(me, order) && <CorrectButton order={order} class="w-full" />}
      {cancel && (
        <Button variant="quiet" class="min-h-11 w-full" onClick={() => setCancelling(cancel)}>
          {t().customer.cancelOrder}
        </Button>
      )}
      {/* The status may change while the dialog is open. The dialog closes when the action is no longer allowed. */}
      {cancelling && cancel && (
        <ReasonDialog order={order} transition={cancelling} actions={actions} onClose={() => setCancelling(null)} />
      )}
    </>
  )
}
