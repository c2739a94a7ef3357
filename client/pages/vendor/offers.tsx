import { useEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { isOffered, nextTransitions, type Transition } from '#shared/order-status.ts'
import type { OfferRound } from '#shared/offers.ts'
import type { Order } from '#shared/orders.ts'
import { now } from '../../models/sync/clock.ts'
import { t } from '../../i18n/index.ts'
import { Countdown } from '../../components/countdown.tsx'
import { Button } from '../../components/button.tsx'
import { MoreRows, useIncrementalList } from '../../components/incremental-list.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { LoadOlder } from '../../components/load-older.tsx'
import { NewRows } from '../../components/new-rows.tsx'
import { OfflineBanner, Page } from '../../components/page.tsx'
import { PushHint } from '../../components/push-card.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { RelativeTime } from '../../components/time.tsx'
import { useLastEntry } from '../../components/use-last-entry.ts'
import { useListHolds } from '../../components/use-list-holds.ts'
import { useTitle } from '../../components/use-title.ts'
import { useOrderActions } from '../../components/use-order-actions.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { useVendor } from './context.ts'
import { JobChangeRow } from './job-change.tsx'
import { OrderCard } from './order-card.tsx'
import { findOwnPosition, locateProblem, ownPosition, refreshOwnPosition } from '../../models/place/own-position.ts'
import { changedJobOf } from '../../models/vendor/vendor.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { Conflicts } from './unsent.tsx'

/** Pending orders. The first vendor that accepts one gets it. */
export function OffersPage() {
  useTitle(t().nav.offers)
  return (
    <Page width="vendor">
      <OfflineBanner />
      <Conflicts />
      <h1 class="sr-only">{t().nav.offers}</h1>
      <PushHint />
      <Offers />
    </Page>
  )
}

function Offers() {
  const { feed, offers, changes, onBreak } = useVendor()
  const holds = useListHolds(offers)
  const { rows, rest } = useIncrementalList(offers.rows.value, offers)
  if (feed.state.value === 'loading') return <Skeleton class="h-52" />
  if (feed.state.value === 'failed') {
    return <Failed message={messageOf(feed.error.value)} onRetry={() => void feed.load()} />
  }
  return (
    <div {...holds}>
      <NewRows list={offers} />
      <ShowDistances />
      <ul class="grid gap-4">
        {rows.map((row) => {
          const job = changedJobOf(row)
          if (job === null) return <OfferCard key={row} id={row} />
          const dismiss = () => {
            changes.acknowledge(job)
            offers.settle()
          }
          return <JobChangeRow key={row} id={job} onDismiss={dismiss} />
        })}
      </ul>
      {rows.every((row) => changedJobOf(row) !== null) && <NoOffers onBreak={onBreak.value} />}
      {rest ? <MoreRows of={rest} /> : <LoadOlder feed={feed} />}
    </div>
  )
}

/** Asks once where the vendor is, so that offers say how far away they are. Shown while one of them has a place. */
function ShowDistances() {
  const { orders } = useWorkspace()
  const { offers } = useVendor()
  useEffect(() => void refreshOwnPosition(), [])
  const problem = locateProblem.value
  const hasPlace = offers.rows.value.some((id) => orders.entry(id)?.order.near)
  if (ownPosition.value || !hasPlace) return null
  return (
    <p class="pb-3 text-sm">
      {problem ? (
        <span class="text-soft">{t().place.problems[problem]}</span>
      ) : (
        <Button size="sm" class="min-h-11" icon="icon-[lucide--locate]" onClick={() => void findOwnPosition()}>
          {t().place.showDistances}
        </Button>
      )}
    </p>
  )
}

function NoOffers({ onBreak }: { onBreak: boolean }) {
  return onBreak ? (
    <Empty icon="icon-[lucide--coffee]" title={t().vendor.onBreak}>
      {t().vendor.onBreakHelp}
    </Empty>
  ) : (
    <Empty icon="icon-[lucide--inbox]" title={t().vendor.offersEmpty}>
      {t().vendor.offersEmptyHelp}
    </Empty>
  )
}

function OfferCard({ id }: { id: string }) {
  const entry = useLastEntry(id)
  // An accepted order is on the page "My jobs".
  if (!entry || !isOffered(entry.order.status)) return null
  return (
    <OrderCard entry={entry} aside={<RelativeTime at={entry.order.createdAt} class="text-sm text-soft" />}>
      <OfferActions order={entry.order} leaving={entry.leaving !== null} />
    </OrderCard>
  )
}

/** Accept and decline, each in one tap. */
export function OfferActions({ order, leaving }: { order: Order; leaving: boolean }) {
  const { me } = useWorkspace()
  const actions = useOrderActions()
  const { offers, onBreak, mayAccept } = useVendor()
  const { route } = useLocation()
  const [declining, setDeclining] = useState<Transition | null>(null)
  const transitions = nextTransitions(me, order, now.value)
  const accept = transitions.find(({ action }) => action === 'accept')
  const decline = transitions.find(({ action }) => action === 'decline')
  const sending = actions.sending.value.has(order.id)

  async function acceptOffer({ action, to }: Transition) {
    if (await actions.change(order, action, to)) route(`/jobs?order=${order.id}`)
  }

  return (
    <>
      {order.offer && <Round offer={order.offer} />}
      {accept && onBreak.value && <p class="text-sm text-soft">{t().vendor.onBreakHelp}</p>}
      {accept && !onBreak.value && (
        <Button
          variant="primary"
          size="thumb"
          busy={sending && !declining}
          disabled={leaving || !mayAccept.value}
          onClick={() => void acceptOffer(accept)}
        >
          {t().orders.actions.accept}
        </Button>
      )}
      {decline && (
        <div class="flex flex-wrap gap-1">
          <Button
            variant="quiet"
            class="min-h-11 flex-1"
            disabled={leaving || sending}
            onClick={() => void actions.change(order, decline.action, decline.to)}
          >
            {t().orders.actions.decline}
          </Button>
          <Button
            variant="quiet"
            class="min-h-11 flex-1"
            aria-label={t().dispatch.declineWithReason}
            disabled={leaving || sending}
            onClick={() => setDeclining(decline)}
          >
            {t().dispatch.withReason}
          </Button>
        </div>
      )}
      {declining && !leaving && (
        <ReasonDialog
          order={order}
          transition={declining}
          actions={actions}
          onClose={() => {
            setDeclining(null)
            offers.hold('focus', false)
          }}
        />
      )}
    </>
  )
}

/** When others are asked as well. The line stays in the last round, so that no button moves. */
function Round({ offer: { until } }: { offer: OfferRound }) {
  return (
    <p data-offer-round class="flex items-center gap-2 pb-1 text-sm text-soft">
      <span class="icon-[lucide--timer] size-4 shrink-0" aria-hidden="true" />
      <span>
        {until ? (
          <Countdown until={until} text={t().dispatch.othersIn} over={t().dispatch.othersNow} />
        ) : (
          t().dispatch.allAskedToo
        )}
      </span>
    </p>
  )
}
