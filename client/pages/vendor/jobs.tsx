import { useEffect, useRef, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { activeStatuses, nextTransitions, type Transition } from '#shared/order-status.ts'
import { fullContact, type Order } from '#shared/orders.ts'
import { missingProof } from '#shared/proof.ts'
import { statusEntries } from '#shared/order-history.ts'
import { now } from '../../models/sync/clock.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { CompleteDialog } from '../../components/complete-dialog.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { NewRows } from '../../components/new-rows.tsx'
import { OfflineBanner, Page } from '../../components/page.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import { useLastEntry } from '../../components/use-last-entry.ts'
import { useListHolds } from '../../components/use-list-holds.ts'
import { useStableList } from '../../components/use-stable-list.ts'
import { useTitle } from '../../components/use-title.ts'
import { useOrderActions } from '../../components/use-order-actions.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { useVendor } from './context.ts'
import { ContactLinks } from './contact-links.tsx'
import { JobChangeRow } from './job-change.tsx'
import { OrderCard } from './order-card.tsx'
import { historyLabel } from '../../models/orders/progress.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { Conflicts } from './unsent.tsx'

/** The vendor's active orders, by due time. */
export function JobsPage() {
  useTitle(t().nav.jobs)
  return (
    <Page width="vendor">
      <OfflineBanner />
      <Conflicts />
      <h1 class="sr-only">{t().nav.jobs}</h1>
      <Jobs />
    </Page>
  )
}

function Jobs() {
  const { jobsFeed: feed, jobRows, changes } = useVendor()
  const list = useStableList(jobRows)
  const holds = useListHolds(list)
  const none = list.rows.value.length === 0
  // After a start without a network, the list shows the jobs stored on this device.
  if (none && feed.state.value === 'loading') return <Skeleton class="h-64" />
  if (none && feed.state.value === 'failed') {
    return <Failed message={messageOf(feed.error.value)} onRetry={() => void feed.load()} />
  }
  if (none) {
    return (
      <Empty
        icon="icon-[lucide--briefcase]"
        title={t().vendor.jobsEmpty}
        action={
          <a
            href="/finished"
            class="hit inline-flex items-center rounded-sm px-4 font-medium text-accent hover:bg-sunken"
          >
            {t().nav.finished}
          </a>
        }
      >
        {t().vendor.jobsEmptyHelp}
      </Empty>
    )
  }
  return (
    <div {...holds}>
      <NewRows list={list} />
      <ul class="grid gap-4">
        {list.rows.value.map((id) => (
          <JobRow
            key={id}
            id={id}
            isHeld={list.keepsRows.value}
            onDismiss={() => {
              changes.acknowledge(id)
              list.settle()
            }}
          />
        ))}
      </ul>
    </div>
  )
}

/** A job, or the line that a job leaves which was taken away. While the list is held the card stays. */
function JobRow({ id, isHeld, onDismiss }: { id: string; isHeld: boolean; onDismiss(): void }) {
  const { me } = useWorkspace()
  const { changes } = useVendor()
  const entry = useLastEntry(id)
  const card = useIntoView(useLocation().query.order === id)
  const change = changes.of(id)?.left ? changes.changeOf(id) : null
  const wasCard = useRef(false)
  const isCard = entry !== undefined && !(change && !(isHeld && wasCard.current))
  wasCard.current = isCard
  if (change && !isCard) return <JobChangeRow id={id} onDismiss={onDismiss} />
  if (!entry) return null
  const { order } = entry
  const contact = fullContact(order)
  const [before, last] = statusEntries(order.history).slice(-2)
  const isJob = order.vendor?.id === me.id && activeStatuses.includes(order.status)
  const leaving = change ? change.what : isJob || !last ? entry.leaving : historyLabel(last, before)
  return (
    <OrderCard
      entry={{ order, leaving }}
      card={card}
      aside={<StatusChip status={order.status} />}
      details={contact && <ContactLinks name={order.customer.name} contact={contact} />}
    >
      <JobActions order={order} />
    </OrderCard>
  )
}

/** Scrolls to the element when it appears, and moves the focus there: the order that was just accepted. */
function useIntoView(wanted: boolean) {
  const element = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (!wanted || !element.current) return
    element.current.scrollIntoView({ block: 'start' })
    element.current.classList.add('glow')
    element.current.focus({ preventScroll: true })
  }, [wanted])
  return element
}

/** The steps that the vendor can take now, from the status table. */
export function JobActions({ order }: { order: Order }) {
  const { me } = useWorkspace()
  const actions = useOrderActions()
  const [chosen, setChosen] = useState<Transition | null>(null)
  const transitions = nextTransitions(me, order, now.value)
  const next = transitions.find(({ forward }) => forward)
  const others = transitions.filter(({ forward }) => !forward)
  const sending = actions.sending.value.has(order.id)
  const close = () => setChosen(null)
  const asks = next?.action === 'complete' && missingProof(order, {}).length > 0

  return (
    <>
      {next && (
        <Button
          variant="primary"
          size="thumb"
          busy={sending && !chosen}
          onClick={() => (asks ? setChosen(next) : void actions.change(order, next.action, next.to))}
        >
          {t().orders.actions[next.action]}
        </Button>
      )}
      {next?.action === 'complete' && !asks && (
        <Button variant="quiet" class="min-h-11" disabled={sending} onClick={() => setChosen(next)}>
          {t().vendor.completeWithNote}
        </Button>
      )}
      {others.map((transition) => (
        <Button
          key={transition.action}
          variant="quiet"
          class="min-h-11"
          disabled={sending}
          onClick={() =>
            transition.reasonRequired
              ? setChosen(transition)
              : void actions.change(order, transition.action, transition.to)
          }
        >
          {transition.action === 'reopen' ? t().vendor.undo : t().orders.actions[transition.action]}
        </Button>
      ))}
      {chosen?.reasonRequired && <ReasonDialog order={order} transition={chosen} actions={actions} onClose={close} />}
      {chosen?.action === 'complete' && (
        <CompleteDialog order={order} transition={chosen} actions={actions} onClose={close} />
      )}
    </>
  )
}
