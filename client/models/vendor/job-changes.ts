import { computed, type ReadonlySignal } from '@preact/signals'
import { activeStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { createChangeNotices } from '../orders/change-notices.ts'
import { departureFrom } from '../orders/other-changes.ts'
import { createSeenOrders } from '../orders/seen-orders.ts'
import { dueTime } from '../orders/waiting.ts'
import type { Workspace } from '../workspace.ts'
import { changeSentence, changeTexts, mostImportant, type ChangeTexts } from './other-changes.ts'

export type JobChanges = ReturnType<typeof createJobChanges>

interface JobChangesDependencies extends Pick<Workspace, 'me' | 'orders' | 'fetchOrder' | 'caughtUp' | 'live'> {
  /** The vendor's jobs, and whether they have been read. */
  jobs: ReadonlySignal<readonly string[]>
  isReady: ReadonlySignal<boolean>
  playAssignment(): void
}

/**
 * What other persons have done to this vendor's jobs: new assignments and changes until the vendor has opened or
 * acknowledged them, and jobs that were taken away until the vendor dismisses them. The model that creates it ends its effects.
 */
export function createJobChanges({
  me,
  orders,
  fetchOrder,
  caughtUp,
  live,
  jobs,
  isReady,
  playAssignment,
}: JobChangesDependencies) {
  const noticeOf = createChangeNotices({
    live,
    textOf(id) {
      const number = seen.of(id)?.number
      const change = changeOf(id)
      return number && change ? changeSentence(number, change) : null
    },
    manyChanged: (count) => t().vendor.jobsChanged(count),
    told: (ids) => ids.some((id) => changeOf(id)?.assigned) && playAssignment(),
  })
  const seen = createSeenOrders({
    me,
    orders,
    fetchOrder,
    caughtUp,
    list: jobs,
    isReady,
    isListed: (order: Order) => order.vendor?.id === me.id && activeStatuses.includes(order.status),
    sortKey: dueTime,
    departure(order) {
      const change = departureFrom(me.id, order)
      return change && change.entry.by.id !== me.id ? change : null
    },
    onChange: noticeOf,
  })

  /** What the order's unread change says; null when there is none. */
  function changeOf(id: string): ChangeTexts | null {
    const left = seen.of(id)?.left
    if (left) return changeTexts(me.id, left)
    const order = orders.confirmed(id)
    const change = order && mostImportant(me.id, seen.unread(order))
    return change ? changeTexts(me.id, change) : null
  }

  return {
    of: seen.of,
    changeOf,
    left: seen.left,
    acknowledge: seen.acknowledge,
    /** The ids of the jobs with an unread change, those that were taken away first. */
    unread: computed(() => [
      ...seen.left.value.map(({ id }) => id),
      ...jobs.value.filter((id) => {
        const entry = orders.entry(id)
        return entry && !seen.of(id)?.left && changeOf(id) !== null
      }),
    ]),
  }
}
