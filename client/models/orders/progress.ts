import { isFinal, type OrderStatus } from '#shared/order-status.ts'
import type { HistoryEntry, Order } from '#shared/orders.ts'
import { appointment } from '../ui/format.ts'

export interface Step {
  status: OrderStatus
  word: string
  /** When it was reached; null while it lies ahead. */
  at: string | null
  state: 'done' | 'current' | 'ahead'
}

const way = [
  ['pending', 'Ordered'],
  ['accepted', 'Accepted'],
  ['on_the_way', 'On the way'],
  ['in_progress', 'In progress'],
  ['completed', 'Completed'],
] as const satisfies readonly (readonly [OrderStatus, string])[]

/** An order's progress as steps with their times. What was released goes back to its first step; "Ordered" keeps its time. */
export function stepsOf({ status, history, createdAt }: Pick<Order, 'status' | 'history' | 'createdAt'>): Step[] {
  const pass = currentPass(history)
  const reached = (wanted: OrderStatus) => pass.findLast((entry) => entry.status === wanted)?.at ?? null
  const stopped = status === 'cancelled' || status === 'rejected'

  const steps = way.map(([step, word]): Step => {
    const at = step === 'pending' ? createdAt : reached(step)
    const current = step === status && !isFinal(status)
    return { status: step, word, at, state: current ? 'current' : at ? 'done' : 'ahead' }
  })
  if (!stopped) return steps
  const word = status === 'cancelled' ? 'Cancelled' : 'Rejected'
  const end: Step = { status, word, at: reached(status), state: 'current' }
  return [...steps.filter((step) => step.state === 'done'), end]
}

/** The history since the order was last open to everybody. */
function currentPass(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const lastOpen = history.findLastIndex((entry) => entry.status === 'pending')
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

/** What happened in one line of the history, told by comparing it with the line before. */
export function eventWords(entry: HistoryEntry, before: HistoryEntry | undefined): string {
  switch (entry.status) {
    case 'pending':
      if (!before) return 'Ordered'
      return before.status === 'pending' ? 'Declined' : 'Released'
    case 'accepted':
      if (entry.by.role === 'admin') return before?.status === 'pending' ? 'Assigned' : 'Reassigned'
      return 'Accepted'
    case 'on_the_way':
      return 'Set off'
    case 'in_progress':
      return 'Started work'
    case 'completed':
      return 'Completed'
    case 'cancelled':
      return 'Cancelled'
    case 'rejected':
      return 'Declined by the last vendor'
  }
}
