import { computed, type ReadonlySignal } from '@preact/signals'
import { isFinal } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { createChangeNotices } from '../orders/change-notices.ts'
import { changesOf } from '../orders/other-changes.ts'
import { sentenceFor } from '../orders/progress.ts'
import { createSeenOrders } from '../orders/seen-orders.ts'
import type { Workspace } from '../workspace.ts'

export type EndedOrders = ReturnType<typeof createEndedOrders>

interface EndedOrdersDependencies extends Pick<Workspace, 'me' | 'orders' | 'fetchOrder' | 'caughtUp' | 'live'> {
  /** The customer's open orders, and whether they have been read. */
  open: ReadonlySignal<readonly string[]>
  isReady: ReadonlySignal<boolean>
}

/**
 * This customer's orders that another person has ended, until the customer dismisses them or has seen them on an earlier
 * visit. The model that creates it ends its effects.
 */
export function createEndedOrders({ me, orders, fetchOrder, caughtUp, live, open, isReady }: EndedOrdersDependencies) {
  const noticeOf = createChangeNotices({
    live,
    textOf(id) {
      const order = orders.confirmed(id)
      if (!order || !seen.of(id)?.left) return null
      const { sentence, reason } = endOf(order)
      return t().customer.ended(order.number, reason ? `${sentence} ${reason}` : sentence)
    },
    manyChanged: (count) => t().customer.manyEnded(count),
  })
  const seen = createSeenOrders({
    me,
    orders,
    fetchOrder,
    caughtUp,
    list: open,
    isReady,
    isListed: ({ status }: Order) => !isFinal(status),
    sortKey: ({ createdAt }) => createdAt,
    departure(order) {
      const last = changesOf(order).at(-1)
      return last && last.entry.by.id !== me.id ? last : null
    },
    onChange: noticeOf,
  })
  seen.forgetShown()

  return {
    has: (id: string): boolean => Boolean(seen.of(id)?.left),
    /** Newest first. */
    ids: computed(() => seen.left.value.toSorted((a, b) => (a.sortKey < b.sortKey ? 1 : -1)).map(({ id }) => id)),
    dismiss: seen.acknowledge,
    /** The customer has seen it; the next visit does not show it again. */
    show: seen.show,
  }
}

/** How an order ended, in one sentence, and the reason. */
export function endOf(order: Order): { sentence: string; reason: string | null } {
  return {
    sentence: sentenceFor(order),
    reason: order.status === 'cancelled' ? (order.history.at(-1)?.note ?? null) : null,
  }
}
