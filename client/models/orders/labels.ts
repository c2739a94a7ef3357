import type { Role } from '#shared/actors.ts'
import type { OrderAction, OrderStatus } from '#shared/order-status.ts'
import type { VendorStatus } from '#shared/presence.ts'

// The words of the trade, in one place. Components choose icons and colours; nobody else spells a status.

export const statusWords: Record<OrderStatus, string> = {
  pending: 'Pending',
  accepted: 'Accepted',
  on_the_way: 'On the way',
  in_progress: 'In progress',
  completed: 'Completed',
  rejected: 'Rejected',
  cancelled: 'Cancelled',
}

/** What the button says: the next thing a person does. */
export const actionWords: Record<OrderAction, string> = {
  accept: 'Accept',
  decline: 'Decline',
  cancel: 'Cancel order',
  set_off: 'I’m on my way',
  start_work: 'Start work',
  complete: 'Complete',
  release: 'Release',
  assign: 'Assign',
}

/** What is said when it has worked. */
export const doneWords: Record<OrderAction, string> = {
  accept: 'It’s yours. Find it under My jobs.',
  decline: 'Declined.',
  cancel: 'The order is cancelled.',
  set_off: 'The customer sees that you’re on the way.',
  start_work: 'Started.',
  complete: 'Completed. Well done.',
  release: 'Released. It’s open to all vendors again.',
  assign: 'Assigned.',
}

/** Reasons that cover most cases; anything else is typed. */
export const reasons: Partial<Record<OrderAction, readonly string[]>> = {
  decline: ['Too far away', 'No time then', 'Not my kind of work'],
  release: ['Running late elsewhere', 'Vehicle trouble', 'Need other tools or parts', 'Ill'],
  cancel: ['No longer needed', 'Ordered by mistake', 'The time does not suit', 'Found another solution'],
}

export const roleWords: Record<Role, string> = { customer: 'Customer', vendor: 'Vendor', admin: 'Admin' }

export const vendorStatusWords: Record<VendorStatus, string> = {
  online: 'Online',
  break: 'On break',
  offline: 'Offline',
}
