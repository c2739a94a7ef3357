import { isFinal, isOffered, type OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'

/** When the order's work is due: at its appointment, else as soon as it was placed. */
export const dueTime = ({ scheduledFor, createdAt }: Pick<Order, 'scheduledFor' | 'createdAt'>): string =>
  scheduledFor ?? createdAt

const minute = 60_000

/** How long an order may wait for its next step, in ms. An order in another status does not wait. */
const longestWait: Partial<Record<OrderStatus, number>> = {
  pending: 10 * minute,
  accepted: 30 * minute,
  on_the_way: 60 * minute,
}

/**
 * The time after which the order has waited too long for its next step; null in a status that is no wait. The wait begins
 * when the work is due. A vendor who accepts or sets off later than that has the whole wait from then on.
 */
export function lateAfter(order: Pick<Order, 'status' | 'scheduledFor' | 'createdAt' | 'history'>): number | null {
  const longest = longestWait[order.status]
  if (longest === undefined) return null
  const due = Date.parse(dueTime(order))
  // The customer of a released order has waited since the work was due.
  if (isOffered(order.status)) return due + longest
  const begun = order.history.findLast(
    ({ status, assigned }, n) =>
      status === order.status && (assigned !== undefined || order.history[n - 1]?.status !== status),
  )
  return Math.max(due, begun ? Date.parse(begun.at) : due) + longest
}

/**
 * Whether the order waits for its next step at the time `now`, in ms: `none` once it has ended, and before an appointment.
 * `now` may be a few seconds older than an order that was just placed; that order waits.
 */
export function waitOf(order: Parameters<typeof lateAfter>[0], now: number): 'none' | 'due' | 'late' {
  const isEarly = order.scheduledFor !== null && now < Date.parse(order.scheduledFor)
  if (isFinal(order.status) || isEarly) return 'none'
  const late = lateAfter(order)
  return late !== null && now > late ? 'late' : 'due'
}
