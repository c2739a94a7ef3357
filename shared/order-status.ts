import type { Actor } from './actors.ts'

/** Every status an order can have, in the order of its life; the last three are final. */
export const orderStatuses = [
  'pending',
  'accepted',
  'on_the_way',
  'in_progress',
  'completed',
  'rejected',
  'cancelled',
] as const
export type OrderStatus = (typeof orderStatuses)[number]

/** What people call a change; the wire speaks of the status it leads to. */
export const orderActions = [
  'accept',
  'decline',
  'cancel',
  'set_off',
  'start_work',
  'complete',
  'release',
  'assign',
] as const
export type OrderAction = (typeof orderActions)[number]

/**
 * What somebody is to one order. A vendor is `offered_vendor` while the order is pending and not declined by them,
 * `its_vendor` once it is theirs.
 */
export type Party = 'its_customer' | 'offered_vendor' | 'its_vendor' | 'admin'

export interface Transition {
  from: OrderStatus
  to: OrderStatus
  action: OrderAction
  by: readonly Party[]
  reasonRequired: boolean
}

/** The status table: the only place that says which change is allowed to whom. */
export const transitions: readonly Transition[] = [
  { from: 'pending', to: 'accepted', action: 'accept', by: ['offered_vendor'], reasonRequired: false },
  { from: 'pending', to: 'rejected', action: 'decline', by: ['offered_vendor'], reasonRequired: true },
  { from: 'accepted', to: 'on_the_way', action: 'set_off', by: ['its_vendor'], reasonRequired: false },
  { from: 'on_the_way', to: 'in_progress', action: 'start_work', by: ['its_vendor'], reasonRequired: false },
  { from: 'in_progress', to: 'completed', action: 'complete', by: ['its_vendor'], reasonRequired: false },
  { from: 'accepted', to: 'pending', action: 'release', by: ['its_vendor', 'admin'], reasonRequired: true },
  { from: 'on_the_way', to: 'pending', action: 'release', by: ['its_vendor', 'admin'], reasonRequired: true },
  { from: 'pending', to: 'cancelled', action: 'cancel', by: ['its_customer', 'admin'], reasonRequired: true },
  { from: 'accepted', to: 'cancelled', action: 'cancel', by: ['its_customer', 'admin'], reasonRequired: true },
  { from: 'on_the_way', to: 'cancelled', action: 'cancel', by: ['admin'], reasonRequired: true },
  { from: 'in_progress', to: 'cancelled', action: 'cancel', by: ['admin'], reasonRequired: true },
  // Assigning names a vendor, so it has a call of its own: POST /api/orders/:id/assign.
  { from: 'pending', to: 'accepted', action: 'assign', by: ['admin'], reasonRequired: false },
  { from: 'accepted', to: 'accepted', action: 'assign', by: ['admin'], reasonRequired: false },
  { from: 'on_the_way', to: 'accepted', action: 'assign', by: ['admin'], reasonRequired: false },
]

/** What the rules need of an order. `declinedBy` is known to the server alone; a client only ever holds offers it has not declined. */
export interface OrderPosition {
  status: OrderStatus
  customer: { id: string }
  vendor: { id: string } | null
  declinedBy?: readonly string[]
}

/** What `actor` is to `order`, or null when the order is none of their business. */
export function partyOf(actor: Pick<Actor, 'id' | 'role'>, order: OrderPosition): Party | null {
  switch (actor.role) {
    case 'admin':
      return 'admin'
    case 'customer':
      return order.customer.id === actor.id ? 'its_customer' : null
    case 'vendor':
      if (order.vendor) return order.vendor.id === actor.id ? 'its_vendor' : null
      return order.status === 'pending' && !order.declinedBy?.includes(actor.id) ? 'offered_vendor' : null
  }
}

/** The row of the table by which `actor` may take `order` to `to`, or null. Assigning is asked for by its action. */
export function findTransition(
  actor: Pick<Actor, 'id' | 'role'>,
  order: OrderPosition,
  to: OrderStatus,
  via: 'status' | 'assign' = 'status',
): Transition | null {
  const party = partyOf(actor, order)
  if (!party) return null
  return (
    transitions.find(
      (row) =>
        row.from === order.status &&
        row.to === to &&
        (row.action === 'assign') === (via === 'assign') &&
        row.by.includes(party),
    ) ?? null
  )
}

/** The rows `actor` may take from here by PATCH …/status, forward steps first. */
export function nextTransitions(actor: Pick<Actor, 'id' | 'role'>, order: OrderPosition): Transition[] {
  const party = partyOf(actor, order)
  if (!party) return []
  return transitions.filter((row) => row.from === order.status && row.action !== 'assign' && row.by.includes(party))
}

/** The statuses `actor` may set by PATCH …/status now; empty when there is nothing left for them to do. */
export function nextStatuses(actor: Pick<Actor, 'id' | 'role'>, order: OrderPosition): OrderStatus[] {
  return nextTransitions(actor, order).map((row) => row.to)
}

/** Whether an admin may (re)assign an order in this status. */
export function isAssignable(status: OrderStatus): boolean {
  return transitions.some((row) => row.from === status && row.action === 'assign')
}

/** Final: no row leads out of it. */
export function isFinal(status: OrderStatus): boolean {
  return !transitions.some((row) => row.from === status)
}

/** The statuses in which a vendor has work to do. */
export const activeStatuses = ['accepted', 'on_the_way', 'in_progress'] as const satisfies readonly OrderStatus[]

/** Whether the second of two lines of a history is a decline: it leaves the order pending for the others, or ends it when nobody is left. */
export const isDecline = (
  before: { status: OrderStatus },
  { status, by }: { status: OrderStatus; by: Pick<Actor, 'role'> },
): boolean => by.role === 'vendor' && before.status === 'pending' && (status === 'pending' || status === 'rejected')
