import {
  forwardPath,
  initialStatus,
  isFinal,
  isOffered,
  transitionBetween,
  type OrderStatus,
} from '#shared/order-status.ts'
import type { HistoryEntry, Order } from '#shared/orders.ts'
import { statusEntries } from '#shared/order-history.ts'
import { t } from '../../i18n/index.ts'
import { appointment } from '../ui/format.ts'
import { correctionLabel } from './corrections.ts'

export interface Step {
  status: OrderStatus
  /** When the order reached it; null while it lies ahead. */
  at: string | null
  state: 'done' | 'current' | 'ahead'
}

/**
 * An order's progress as steps with their times. A released order is back at its first step, which keeps the time of
 * the order's creation.
 */
export function stepsOf({ status, history, createdAt }: Pick<Order, 'status' | 'history' | 'createdAt'>): Step[] {
  const recent = historySinceOffered(history)
  const reachedAt = (wanted: OrderStatus) => recent.findLast((entry) => entry.status === wanted)?.at ?? null

  const steps = forwardPath.map((step): Step => {
    const at = step === initialStatus ? createdAt : reachedAt(step)
    const current = step === status && !isFinal(status)
    return { status: step, at, state: current ? 'current' : at ? 'done' : 'ahead' }
  })
  if (forwardPath.includes(status)) return steps
  // Paused, or ended early: the status has no place on the path, so it follows what is done.
  const aside: Step = { status, at: reachedAt(status), state: 'current' }
  const done = steps.filter((step) => step.state === 'done')
  return [...done, aside, ...(isFinal(status) ? [] : steps.filter((step) => step.state === 'ahead'))]
}

export const stepLabel = (status: OrderStatus): string =>
  status === initialStatus ? t().orders.history.ordered : t().orders.status[status]

/** The steps since the order was last an offer to all vendors, or was last assigned: a reassigned order begins anew. */
function historySinceOffered(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const history = statusEntries(entries)
  const lastOpen = history.findLastIndex((entry) => isOffered(entry.status) || entry.assigned !== undefined)
  return history.slice(Math.max(0, lastOpen))
}

/** One sentence for the customer about what happens now. `arrival`: how long a vendor on the way still needs. */
export function sentenceFor({ status, vendor, scheduledFor, history }: Order, arrival: string | null = null): string {
  const texts = t().orders.sentence
  const name = vendor?.name ?? texts.yourVendor
  switch (status) {
    case 'pending':
      return wasReleased(history) ? texts.searchingAgain : texts.searching
    case 'accepted':
      return scheduledFor ? texts.acceptedFor(name, appointment(scheduledFor)) : texts.accepted(name)
    case 'on_the_way':
      return arrival ? texts.onTheWayFor(name, arrival) : texts.onTheWay(name)
    case 'in_progress':
      return texts.inProgress(name)
    case 'completed':
      return texts.completed(name)
    case 'failed':
      return texts.failed(name)
    case 'cancelled':
      return history.at(-1)?.by.role === 'customer' ? texts.cancelledByCustomer : texts.cancelledByTeam
    case 'rejected':
      return texts.rejected
  }
}

function wasReleased(history: readonly HistoryEntry[]): boolean {
  return history.some((entry) => entry.status === 'accepted')
}

/** The text below a history entry. Entries stored by earlier versions hold it in `note`. */
export function noteOf(entry: HistoryEntry | undefined): string | null {
  const assigned = entry?.assigned ? t().orders.history.assignedTo(entry.assigned.name) : null
  return assigned && entry?.note ? `${assigned}: ${entry.note}` : (entry?.note ?? assigned)
}

/** What happened in one entry of the history, by the transition that led there from the entry before. */
export function historyLabel(entry: HistoryEntry, before: Pick<HistoryEntry, 'status'> | undefined): string {
  const texts = t().orders.history
  if (entry.changed) return correctionLabel(entry.changed)
  if (entry.offered) return t().dispatch.movedOn(entry.offered.round)
  if (!before) return stepLabel(entry.status)
  const action = transitionBetween(before, entry)?.action
  switch (action) {
    case undefined:
      return t().orders.status[entry.status]
    case 'decline':
      return isFinal(entry.status) ? texts.declinedByLast : texts.decline
    case 'assign':
      return isOffered(before.status) ? texts.assign : texts.reassign
    default:
      return texts[action]
  }
}
