import { useState } from 'preact/hooks'
import { nextTransitions, type Transition } from '#shared/order-status.ts'
import type { Contact, Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { CompleteDialog } from '../../components/complete-dialog.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { OfflineBanner, Page } from '../../components/page.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { useVendor } from './context.ts'
import { OrderCard } from './order-card.tsx'
import { messageOf } from '../../models/session/api-error.ts'
import { Conflicts } from './unsent.tsx'

/** The vendor's active orders, by due time. */
export function JobsPage() {
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
  const { jobsFeed: feed, jobs } = useVendor()
  const none = jobs.value.length === 0
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
    <ul class="grid gap-4">
      {jobs.value.map((id) => (
        <JobCard key={id} id={id} />
      ))}
    </ul>
  )
}

function JobCard({ id }: { id: string }) {
  const entry = useWorkspace().orders.entry(id)
  if (!entry) return null
  const { order } = entry
  return (
    <OrderCard
      entry={entry}
      aside={<StatusChip status={order.status} />}
      details={order.contact && <ContactLinks name={order.customer.name} contact={order.contact} />}
    >
      <JobActions order={order} />
    </OrderCard>
  )
}

/** Links that call the customer and open the address on a map. */
function ContactLinks({ name, contact: { phone, address } }: { name: string | null; contact: Contact }) {
  const row = 'flex min-h-12 items-center gap-3 px-3 py-2 text-sm transition-colors hover:bg-sunken'
  return (
    <div class="overflow-hidden rounded-sm border border-line">
      <a href={`tel:${phone.replace(/[^\d+]/g, '')}`} class={row}>
        <span class="icon-[lucide--phone] size-4 shrink-0 text-accent" aria-hidden="true" />
        <span class="min-w-0 flex-1">
          <span class="block truncate font-medium" dir="auto">
            {name}
          </span>
          <bdi class="text-soft" dir="ltr">
            {phone}
          </bdi>
        </span>
      </a>
      <a
        href={`https://www.openstreetmap.org/search?query=${encodeURIComponent(address)}`}
        target="_blank"
        rel="noreferrer"
        class={`${row} border-t border-line`}
      >
        <span class="icon-[lucide--map-pin] size-4 shrink-0 text-accent" aria-hidden="true" />
        <span class="line-clamp-3 min-w-0 flex-1" dir="auto">
          {address}
        </span>
        <span class="sr-only">{t().vendor.onTheMap}</span>
      </a>
    </div>
  )
}

function JobActions({ order }: { order: Order }) {
  const { me, actions } = useWorkspace()
  const [chosen, setChosen] = useState<Transition | null>(null)
  const transitions = nextTransitions(me, order)
  const next = transitions.find(({ forward }) => forward)
  const others = transitions.filter(({ forward }) => !forward)
  const sending = actions.sending.value.has(order.id)
  const close = () => setChosen(null)

  return (
    <>
      {next && (
        <Button
          variant="primary"
          size="thumb"
          busy={sending && !chosen}
          onClick={() => void actions.change(order, next.action, next.to)}
        >
          {t().orders.actions[next.action]}
        </Button>
      )}
      {next?.action === 'complete' && (
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
          {t().orders.actions[transition.action]}
        </Button>
      ))}
      {chosen?.reasonRequired && <ReasonDialog order={order} transition={chosen} actions={actions} onClose={close} />}
      {chosen?.action === 'complete' && (
        <CompleteDialog order={order} transition={chosen} actions={actions} onClose={close} />
      )}
    </>
  )
}
