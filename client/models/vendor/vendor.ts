import { computed, effect, signal } from '@preact/signals'
import { activeStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { topics } from '#shared/topics.ts'
import type { VendorStatusReport } from '#shared/presence.ts'
import { t } from '../../i18n/index.ts'
import { alertOnNewOffers } from './offer-alert.ts'
import { createCatalogue } from '../customer/catalogue.ts'
import { showNotice } from '../ui/notices.ts'
import { createStableList } from '../ui/stable-list.ts'
import type { Workspace } from '../workspace.ts'

const working: readonly string[] = activeStatuses
const due = (order: Order | undefined) => order?.scheduledFor ?? order?.createdAt ?? ''

export type VendorModel = ReturnType<typeof createVendorModel>

/** A vendor's day: what is offered, what is theirs, and whether they are there. */
export function createVendorModel({ me, api, orders, openFeed, presence, live, keptJobs }: Workspace) {
  const catalogue = createCatalogue(api)
  const feed = openFeed({ status: ['pending'], limit: 100 })
  // A list of its own: however many offers there are, all jobs are known.
  const jobsFeed = openFeed({ status: activeStatuses, limit: 200 })

  const offered = (withLeaving: boolean) =>
    orders.list(() => {
      const within = feed.within()
      return (order, leaving) => order.status === 'pending' && (withLeaving || !leaving) && within(order)
    })
  const [offers, openOffers] = [offered(true), offered(false)]
  const mine = orders.list(() => (order) => order.vendor?.id === me.id && working.includes(order.status))
  // By when they are due, so that a card keeps its place while its work goes on.
  const jobs = computed(() => mine.value.toSorted((a, b) => (due(orders.peek(a)) < due(orders.peek(b)) ? -1 : 1)))
  const steadyOffers = createStableList(offers)

  /** What was asked for and is not yet confirmed by the broker. */
  const asked = signal<VendorStatusReport['status'] | null>(null)
  const status = computed(() => {
    if (live.state.value.phase === 'offline') return 'offline'
    return presence.value.get(me.id)?.status ?? null
  })

  /** Keeps the jobs for a start without a network; session.ts forgets them when this person leaves. */
  function keep(): () => void {
    return effect(() => {
      const known = mine.value.flatMap((id) => (orders.entry(id), orders.confirmed(id) ?? []))
      if (jobsFeed.state.value === 'ready') void keptJobs?.replace(known).catch(() => {})
    })
  }

  return {
    catalogue,
    /** The offers as the server lists them. */
    feed,
    jobsFeed,
    offers: steadyOffers,
    offerCount: computed(() => openOffers.value.length),
    jobs,
    /** Being online is a fact of the connection; a break is said. null: not known yet. */
    status,
    asked,
    async setStatus(wanted: 'online' | 'break'): Promise<void> {
      asked.value = wanted
      try {
        await live.publish(topics.vendorStatus, JSON.stringify({ status: wanted } satisfies VendorStatusReport))
      } catch {
        showNotice(t().notices.statusUnsent, 'problem')
      } finally {
        asked.value = null
      }
    },
    /** How long the work takes by the catalogue, in minutes; null when a service is not known. */
    minutesFor(order: Order): number | null {
      const minutes = order.items.map(({ serviceId, quantity }) => {
        const service = catalogue.byId(serviceId)
        return service ? service.durationMinutes * quantity : null
      })
      return minutes.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0)
    },
    start(): () => void {
      void catalogue.load()
      const ready = computed(() => feed.state.value === 'ready')
      const stopAttention = alertOnNewOffers(openOffers, ready)
      const stopKeeping = keep()
      return () => {
        stopAttention()
        stopKeeping()
        steadyOffers.stop()
        feed.stop()
        jobsFeed.stop()
      }
    },
  }
}
