import {
  forwardPath,
  initialStatus,
  isFinal,
  isOffered,
  transitionBetween,
  type OrderStatus,
} from '#shared/order-status.ts'
import type { HistoryEntry, Order } from '#shared/orders.ts'
import { appointment } from '../ui/format.ts'
import { statusWords } from './labels.ts'

export interface Step {
  status: OrderStatus
  word: string
  /** When it was reached; null while it lies ahead. */
  at: string | null
  state: 'done' | 'current' | 'ahead'
}

/** An order's progress as steps with their times. What was released goes back to its first step; "Ordered" keeps its time. */
export function stepsOf({ status, history, createdAt }: Pick<Order, 'status' | 'history' | 'createdAt'>): Step[] {
  const pass = currentPass(history)
  const reached = (wanted: OrderStatus) => pass.findLast((entry) => entry.status === wanted)?.at ?? null

  const steps = forwardPath.map((step): Step => {
    const at = step === initialStatus ? createdAt : reached(step)
    const current = step === status && !isFinal(status)
    const word = step === initialStatus ? 'Ordered' : statusWords[step]
    return { status: step, word, at, state: current ? 'current' : at ? 'done' : 'ahead' }
  })
  if (forwardPath.includes(status)) return steps
  // Paused, or ended early: the status has no place on the path, so it follows what is done.
  const aside: Step = { status, word: statusWords[status], at: reached(status), state: 'current' }
  const done = steps.filter((step) => step.state === 'done')
  return [...done, aside, ...(isFinal(status) ? [] : steps.filter((step) => step.state === 'ahead'))]
}

/** The history since the order was last open to everybody. */
function currentPass(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const lastOpen = history.findLastIndex((entry) => isOffered(entry.status))
  return history.slice(Math.max(0, lastOpen))
}

/** One sentence that says what happens now, to the customer. */
export function sentenceFor({ status, vendor, scheduledFor, history }: Order): string {
  const name = vendor?.name ?? 'Your vendor'
  const last = history.at(-1)
  switch (status) {
    case 'pending':
      return wasReleased(history)
        ? 'The vendor had to step back. We’re looking for another one.'
        : 'We’re looking for a vendor. You’ll see it here as soon as somebody accepts.'
    case 'accepted':
      return scheduledFor
        ? `${name} has accepted and comes ${appointment(scheduledFor)}.`
        : `${name} has accepted and will set off soon.`
    case 'on_the_way':
      return `${name} is on the way to you.`
    case 'in_progress':
      return `${name} is at work.`
    case 'completed':
      return `Done. ${name} has completed your order.`
    case 'cancelled':
      return last?.by.role === 'customer' ? 'You cancelled this order.' : 'This order was cancelled by our team.'
    case 'rejected':
      return 'No vendor could take this order.'
  }
}

function wasReleased(history: readonly HistoryEntry[]): boolean {
  return history.some((entry) => entry.status === 'accepted')
}

/** The text below a history entry. Entries stored by earlier versions hold it in `note`. */
export function noteOf(entry: HistoryEntry | undefined): string | null {
  return entry?.note ?? (entry?.assigned ? `Assigned to ${entry.assigned.name}` : null)
}

/** What happened in one entry of the history, by the transition that led there from the entry before. */
export function eventWords(entry: HistoryEntry, before: HistoryEntry | undefined): string {
  if (!before) return entry.status === initialStatus ? 'Ordered' : statusWords[entry.status]
  const action = transitionBetween(before, entry)?.action
  switch (action) {
    case 'accept':
      return 'Accepted'
    case 'decline':
      return isFinal(entry.status) ? 'Declined by the last vendor' : 'Declined'
    case 'release':
      return 'Released'
    case 'assign':
      return isOffered(before.status) ? 'Assigned' : 'Reassigned'
    case 'set_off':
      return 'Set off'
    case 'start_work':
      return 'Started work'
    case 'complete':
      return 'Completed'
    case 'cancel':
      return 'Cancelled'
    case undefined:
      return statusWords[entry.status]
  }
}
