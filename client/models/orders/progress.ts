import { isFinal, type OrderStatus } from '#shared/order-status.ts'
import type { HistoryEntry, Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { appointment } from '../ui/format.ts'

export interface Step {
  status: OrderStatus
  /** When the order reached it; null while it lies ahead. */
  at: string | null
  state: 'done' | 'current' | 'ahead'
}

const forwardStatuses = ['pending', 'accepted', 'on_the_way', 'in_progress', 'completed'] as const

/**
 * An order's progress as steps with their times. A released order is back at its first step, which keeps the time of
 * the order's creation.
 */
export function stepsOf({ status, history, createdAt }: Pick<Order, 'status' | 'history' | 'createdAt'>): Step[] {
  const recent = historySinceOpen(history)
  const reachedAt = (wanted: OrderStatus) => recent.findLast((entry) => entry.status === wanted)?.at ?? null

  const steps = forwardStatuses.map((step): Step => {
    const at = step === 'pending' ? createdAt : reachedAt(step)
    const current = step === status && !isFinal(status)
    return { status: step, at, state: current ? 'current' : at ? 'done' : 'ahead' }
  })
  if (status !== 'cancelled' && status !== 'rejected') return steps
  return [...steps.filter((step) => step.state === 'done'), { status, at: reachedAt(status), state: 'current' }]
}

/** The history since the order was last an offer to all vendors. */
function historySinceOpen(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const lastOpen = history.findLastIndex((entry) => entry.status === 'pending')
  return history.slice(Math.max(0, lastOpen))
}

/** One sentence for the customer about what happens now. */
export function sentenceFor({ status, vendor, scheduledFor, history }: Order): string {
  const texts = t().orders.sentence
  const name = vendor?.name ?? texts.yourVendor
  switch (status) {
    case 'pending':
      return wasReleased(history) ? texts.searchingAgain : texts.searching
    case 'accepted':
      return scheduledFor ? texts.acceptedFor(name, appointment(scheduledFor)) : texts.accepted(name)
    case 'on_the_way':
      return texts.onTheWay(name)
    case 'in_progress':
      return texts.inProgress(name)
    case 'completed':
      return texts.completed(name)
    case 'cancelled':
      return history.at(-1)?.by.role === 'customer' ? texts.cancelledByCustomer : texts.cancelledByTeam
    case 'rejected':
      return texts.rejected
  }
}

function wasReleased(history: readonly HistoryEntry[]): boolean {
  return history.some((entry) => entry.status === 'accepted')
}

/** What happened in one entry of the history. Comparing it with the entry before tells a decline from a release. */
export function historyLabel(entry: HistoryEntry, before: HistoryEntry | undefined): string {
  const texts = t().orders.history
  switch (entry.status) {
    case 'pending':
      if (!before) return texts.ordered
      return before.status === 'pending' ? texts.declined : texts.released
    case 'accepted':
      if (entry.by.role === 'admin') return before?.status === 'pending' ? texts.assigned : texts.reassigned
      return texts.accepted
    case 'on_the_way':
      return texts.setOff
    case 'in_progress':
      return texts.startedWork
    case 'completed':
      return texts.completed
    case 'cancelled':
      return texts.cancelled
    case 'rejected':
      return texts.declinedByLast
  }
}
