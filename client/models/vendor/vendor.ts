import { computed, createModel, effect, signal } from '@preact/signals'
import type { Service } from '#shared/catalogue.ts'
import { minutesOfOptions } from '#shared/choose-options.ts'
import { activeStatuses, isOffered, offeredStatuses, trackedStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { topics } from '#shared/topics.ts'
import type { VendorStatusReport } from '#shared/presence.ts'
import { t } from '../../i18n/index.ts'
import { alertOnNewOffers } from './offer-alert.ts'
import { createJobChanges } from './job-changes.ts'
import { createSharing, sharingChoice } from './sharing.ts'
import { dueTime } from '../orders/waiting.ts'
import { showNotice } from '../ui/notices.ts'
import { knownDurations, storeDurations } from './stored-services.ts'
import { createStableList } from '../ui/stable-list.ts'
import type { Workspace } from '../workspace.ts'

export type VendorModel = InstanceType<typeof VendorModel>

/** What a vendor's pages share: the offers, this vendor's jobs, and the presence status. */
export const VendorModel = createModel(
  ({ me, api, orders, catalogue, openFeed, presence, live, offlineJobs, fetchOrder, caughtUp }: Workspace) => {
    const feed = openFeed({ status: offeredStatuses, limit: 100 })
    // A second list, so that all jobs are loaded however many offers there are.
    const jobsFeed = openFeed({ status: activeStatuses, limit: 200 })

    const offeredOrders = ({ withLeaving }: { withLeaving: boolean }) =>
      orders.list(() => {
        const within = feed.within.value
        return (order, leaving) => isOffered(order.status) && (withLeaving || !leaving) && within(order)
      })
    const openOffers = offeredOrders({ withLeaving: false })
    const allOffers = offeredOrders({ withLeaving: true })
    const mine = orders.list(
      () => (order, leaving) => !leaving && order.vendor?.id === me.id && activeStatuses.includes(order.status),
    )
    const driving = orders.countBy(
      () => (order) => (order.vendor?.id === me.id && trackedStatuses.includes(order.status) ? 'driving' : null),
    )
    const sharing = createSharing({
      api,
      choice: sharingChoice(me.id),
      driving: computed(() => (driving.value.get('driving') ?? 0) > 0),
      geolocation: () => navigator.geolocation,
    })
    effect(() => sharing.stop)
    /** The status that was requested and that the broker has not acknowledged. */
    const requestedStatus = signal<VendorStatusReport['status'] | null>(null)
    const status = computed(() => {
      if (live.state.value.phase === 'offline') return 'offline'
      return presence.value.get(me.id)?.status ?? null
    })
    /** A break outlasts the connection. null: not known yet. */
    const onBreak = signal<boolean | null>(null)
    effect(() => {
      const last = presence.value.get(me.id)?.status
      if (last === 'online' || last === 'break') onBreak.value = last === 'break'
    })

    void catalogue.load()
    effect(() => storeDurations(catalogue.services.value))
    /** Off duty although this page is connected: the vendor has said so. */
    const offDuty = computed(() => live.state.value.phase === 'live' && status.value === 'offline')
    const audibleOffers = computed(() => (onBreak.value || offDuty.value ? [] : openOffers.value))
    const playAssignment = alertOnNewOffers({
      shown: audibleOffers,
      known: openOffers,
      ready: computed(() => feed.state.value === 'ready'),
    })
    // A change of this vendor's jobs by another person is said on every page; an assignment is heard.
    const changes = createJobChanges({
      me,
      orders,
      fetchOrder,
      caughtUp,
      live,
      jobs: mine,
      isReady: computed(() => jobsFeed.state.value === 'ready'),
      playAssignment,
    })
    const offers = createStableList(computed(() => [...changes.unread.value.map(changeRow), ...allOffers.value]))
    // A job that was taken away leaves a line in its place. Sorted by the due time, so that no card moves when its status changes.
    const jobRows = computed(() => {
      const places = new Map(changes.left.value.map(({ id, sortKey }) => [id, `${sortKey} ${id}`]))
      for (const id of mine.value) {
        const order = orders.peek(id)
        if (order) places.set(id, `${dueTime(order)} ${id}`)
      }
      return [...places].toSorted(([, a], [, b]) => (a < b ? -1 : 1)).map(([id]) => id)
    })
    // Stores the jobs for a start without a network; session.ts deletes them when this vendor signs out.
    effect(() => {
      const confirmed = mine.value.flatMap((id) => (orders.entry(id), orders.confirmed(id) ?? []))
      if (jobsFeed.state.value === 'ready') void offlineJobs?.replace(confirmed).catch(() => {})
    })
    effect(() => () => {
      feed.stop()
      jobsFeed.stop()
    })

    return {
      catalogue,
      /** The offers as the server lists them. */
      feed,
      jobsFeed,
      /** The rows of the page "Offers": the unread changes of this vendor's jobs (`changedJobOf`), then the offers. */
      offers,
      /** undefined while it is not known. */
      offerCount: computed(() => (feed.state.value === 'ready' ? audibleOffers.value.length : undefined)),
      jobCount: computed(() => mine.value.length || (jobsFeed.state.value === 'ready' ? 0 : undefined)),
      /** The rows of the page "My jobs": the jobs, and those that were taken away. */
      jobRows,
      /** Of this vendor's position, with the customers they drive to. */
      sharing,
      /** What other persons have done to this vendor's jobs. */
      changes,
      /** Whether an offer may be accepted: not during a break, nor while the page connects and does not know of one. */
      mayAccept: computed(
        () => onBreak.value === false || (onBreak.value === null && live.state.value.phase === 'offline'),
      ),
      onBreak: computed(() => onBreak.value === true),
      offDuty,
      /** "online" follows from the connection, the others are published by the vendor. null: not received yet. */
      status,
      requestedStatus,
      async setStatus(wanted: VendorStatusReport['status']): Promise<void> {
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

const changePrefix = 'change:'
const changeRow = (id: string) => changePrefix + id
/** The id of the job whose change a row of the offers shows; null for an offer. */
export const changedJobOf = (row: string): string | null =>
  row.startsWith(changePrefix) ? row.slice(changePrefix.length) : null

/** The duration of the work in minutes, by the catalogue; null when it lacks a service of the order. */
export function minutesFor(order: Order, services: readonly Service[] | null): number | null {
  const durations = knownDurations(services)
  let minutes = 0
  for (const { serviceId, quantity, options } of order.items) {
    const duration = durations[serviceId]
    if (duration === undefined) return null
    minutes += (duration + minutesOfOptions(options)) * quantity
  }
  return minutes
}
