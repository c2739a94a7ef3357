import { computed, createModel, effect, signal } from '@preact/signals'
import type { Service } from '#shared/catalogue.ts'
import { activeStatuses, isOffered, offeredStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { topics } from '#shared/topics.ts'
import type { VendorStatusReport } from '#shared/presence.ts'
import { t } from '../../i18n/index.ts'
import { alertOnNewOffers } from './offer-alert.ts'
import { otherChange } from './other-changes.ts'
import { dueTime } from '../orders/waiting.ts'
import { showNotice } from '../ui/notices.ts'
import { knownDurations, storeDurations } from './stored-services.ts'
import { createStableList } from '../ui/stable-list.ts'
import type { Workspace } from '../workspace.ts'

export type VendorModel = InstanceType<typeof VendorModel>

/** What a vendor's pages share: the offers, this vendor's jobs, and the presence status. */
export const VendorModel = createModel(
  ({ me, orders, catalogue, openFeed, presence, live, offlineJobs }: Workspace) => {
    const feed = openFeed({ status: offeredStatuses, limit: 100 })
    // A second list, so that all jobs are loaded however many offers there are.
    const jobsFeed = openFeed({ status: activeStatuses, limit: 200 })

    const offeredOrders = ({ withLeaving }: { withLeaving: boolean }) =>
      orders.list(() => {
        const within = feed.within.value
        return (order, leaving) => isOffered(order.status) && (withLeaving || !leaving) && within(order)
      })
    const openOffers = offeredOrders({ withLeaving: false })
    const offers = createStableList(offeredOrders({ withLeaving: true }))
    const mine = orders.list(() => (order) => order.vendor?.id === me.id && activeStatuses.includes(order.status))
    // Sorted by the due time, so that a card does not move when its status changes.
    const dueOf = (id: string) => {
      const order = orders.peek(id)
      return order ? dueTime(order) : ''
    }
    const jobs = computed(() => mine.value.toSorted((a, b) => (dueOf(a) < dueOf(b) ? -1 : 1)))

    /** The status that was requested and that the broker has not acknowledged. */
    const requestedStatus = signal<VendorStatusReport['status'] | null>(null)
    const status = computed(() => {
      if (live.state.value.phase === 'offline') return 'offline'
      return presence.value.get(me.id)?.status ?? null
    })

    void catalogue.load()
    effect(() => storeDurations(catalogue.services.value))
    const audibleOffers = computed(() => (status.value === 'break' ? [] : openOffers.value))
    const playAssignment = alertOnNewOffers({
      shown: audibleOffers,
      known: openOffers,
      ready: computed(() => feed.state.value === 'ready'),
    })
    // A change of this vendor's jobs by another person is said on every page; an assignment is heard.
    const stopWatching = orders.watch((before, event) => {
      const change = jobsFeed.state.peek() === 'ready' ? otherChange(me.id, before, event) : null
      if (!change) return
      showNotice(change.text, 'changed')
      if (change.assigned) playAssignment()
    })
    // Stores the jobs for a start without a network; session.ts deletes them when this vendor signs out.
    effect(() => {
      const confirmed = mine.value.flatMap((id) => (orders.entry(id), orders.confirmed(id) ?? []))
      if (jobsFeed.state.value === 'ready') void offlineJobs?.replace(confirmed).catch(() => {})
    })
    effect(() => () => {
      feed.stop()
      jobsFeed.stop()
      stopWatching()
    })

    return {
      catalogue,
      /** The offers as the server lists them. */
      feed,
      jobsFeed,
      offers,
      /** undefined while it is not known. */
      offerCount: computed(() => (feed.state.value === 'ready' ? audibleOffers.value.length : undefined)),
      jobCount: computed(() => jobs.value.length || (jobsFeed.state.value === 'ready' ? 0 : undefined)),
      jobs,
      /** "online" follows from the connection, "break" is published by the vendor. null: not received yet. */
      status,
      requestedStatus,
      async setStatus(wanted: 'online' | 'break'): Promise<void> {
        requestedStatus.value = wanted
        try {
          await live.publish(topics.vendorStatus, JSON.stringify({ status: wanted } satisfies VendorStatusReport))
        } catch {
          showNotice(t().notices.statusUnsent, 'problem')
        } finally {
          requestedStatus.value = null
        }
      },
    }
  },
)

/** The duration of the work in minutes, by the catalogue; null when it lacks a service of the order. */
export function minutesFor(order: Order, services: readonly Service[] | null): number | null {
  const durations = knownDurations(services)
  let minutes = 0
  for (const { serviceId, quantity } of order.items) {
    const duration = durations[serviceId]
    if (duration === undefined) return null
    minutes += duration * quantity
  }
  return minutes
}
