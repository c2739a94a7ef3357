import { deadlineOf, type Deadlines } from '#shared/deadlines.ts'
import { isFinal, isOffered, type OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'

/** When the order's work is due: at its appointment, else as soon as it was placed. */
export const dueTime = ({ scheduledFor, createdAt }: Pick<Order, 'scheduledFor' | 'createdAt'>): string =>
  scheduledFor ?? createdAt

const minute = 60_000

/** The services that have deadlines, by id. */
export type DeadlinesByService = ReadonlyMap<string, Deadlines>

const noDeadlines: DeadlinesByService = new Map()

/**
 * How long an order may wait for its next step, in ms, when none of its services has deadlines. An order in another status
 * does not wait.
 */
const longestWait: Partial<Record<OrderStatus, number>> = {
  pending: 10 * minute,
  accepted: 30 * minute,
  on_the_way: 60 * minute,
}

/**
 * The time after which the order has waited too long for its next step; null in a status that is no wait. The wait begins
 * when the work is due. A vendor who accepts or sets off later than that has the whole wait from then on. Deadlines of the
 * order's services count instead.
 */
export function lateAfter(
  order: Pick<Order, 'status' | 'scheduledFor' | 'createdAt' | 'history' | 'items'>,
  deadlines = noDeadlines,
): number | null {
  if (order.items.some(({ serviceId }) => deadlines.has(serviceId))) {
    const deadline = deadlineOf(order, deadlines)
    return deadline && Date.parse(deadline.dueAt)
  }
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

export type Wait = 'none' | 'due' | 'late'

/**
 * Whether the order waits for its next step at the time `now`, in ms: `none` once it has ended, and before an appointment
 * unless it is late by then.
 * `now` may be a few seconds older than an order that was just placed; that order waits.
 */
export function waitOf(order: Parameters<typeof lateAfter>[0], now: number, deadlines = noDeadlines): Wait {
  if (isFinal(order.status)) return 'none'
  const late = lateAfter(order, deadlines)
  if (late !== null && now > late) return 'late'
  return isEarly(order, now) ? 'none' : 'due'
}

const isEarly = ({ scheduledFor }: Pick<Order, 'scheduledFor'>, now: number): boolean =>
  scheduledFor !== null && now < Date.parse(scheduledFor)

/** Since when the order waits: before its appointment, since it was placed. */
export const waitsSince = (order: Pick<Order, 'scheduledFor' | 'createdAt'>, now: number): string =>
  isEarly(order, now) ? order.createdAt : dueTime(order)
