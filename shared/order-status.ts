import type { Role, Who } from './actors.ts'
import { statusEntries } from './order-history.ts'

// The status table: the only place that says how an order lives. Everything below the two tables is derived from them.

/** What the product does with an order in a status. */
interface StatusTraits {
  /** Vendors who have not declined the order may accept it. */
  offered: boolean
  /** The order's vendor has work to do: the order is listed under "My jobs". */
  active: boolean
  /** The order counts in its vendor's number of jobs. A change needs a migration of the SQLite index `orders_active`. */
  countsAsJob: boolean
  /** The customer receives the vendor's position. */
  tracked: boolean
  /** Its contact, time, notes and items may be corrected by these. */
  correctedBy: readonly Party[]
  /** The order has ended. Only reopening leads out of it, and not for long. */
  final: boolean
}

/** In the order in which lists show the statuses. */
// prettier-ignore
const statusTable = {
  pending:     { offered: true,  active: false, countsAsJob: false, tracked: false, correctedBy: ['its_customer', 'admin'], final: false },
  accepted:    { offered: false, active: true,  countsAsJob: true,  tracked: false, correctedBy: ['its_customer', 'admin'], final: false },
  on_the_way:  { offered: false, active: true,  countsAsJob: true,  tracked: true,  correctedBy: ['admin'],                 final: false },
  in_progress: { offered: false, active: true,  countsAsJob: true,  tracked: false, correctedBy: ['admin'],                 final: false },
  completed:   { offered: false, active: false, countsAsJob: false, tracked: false, correctedBy: [],                        final: true },
  failed:      { offered: false, active: false, countsAsJob: false, tracked: false, correctedBy: [],                        final: true },
  rejected:    { offered: false, active: false, countsAsJob: false, tracked: false, correctedBy: [],                        final: true },
  cancelled:   { offered: false, active: false, countsAsJob: false, tracked: false, correctedBy: [],                        final: true },
} as const satisfies Record<string, StatusTraits>

export type OrderStatus = keyof typeof statusTable

/** The status of a new order. */
export const initialStatus: OrderStatus = 'pending'

/**
 * What an actor is to one order. A vendor is `offered_vendor` while the order is offered to them and they have not declined
 * it, `its_vendor` once it is theirs. `reader`: a token that only reads. `server`: no client may request it; the server acts
 * in the name of an admin.
 */
export type Party = 'its_customer' | 'offered_vendor' | 'its_vendor' | 'admin' | 'reader' | 'server'

/**
 * What a transition does to the order's vendor. `claims`: the actor becomes the vendor. `assigns`: the vendor named in
 * the request does. `releases`: the order has no vendor. `declines`: as `releases`, and the order stays in `from`,
 * without being offered to the actor, until every active vendor who can do it has declined it; only then it goes to `to`.
 */
export type VendorEffect = 'claims' | 'assigns' | 'keeps' | 'releases' | 'declines'

interface TransitionRow {
  from: OrderStatus
  to: OrderStatus
  /** The name of the change in the client. The wire names the status it leads to. */
  action: string
  by: readonly Party[]
  vendor: VendorEffect
  reasonRequired: boolean
  /** The change leads on towards completion: the vendor's main button. At most one for each status. */
  forward: boolean
}

// prettier-ignore
const rows = [
  { from: 'pending',     to: 'accepted',    action: 'accept',     by: ['offered_vendor'],        vendor: 'claims',    reasonRequired: false, forward: true },
  { from: 'pending',     to: 'rejected',    action: 'decline',    by: ['offered_vendor'],        vendor: 'declines',  reasonRequired: false, forward: false },
  { from: 'accepted',    to: 'on_the_way',  action: 'set_off',    by: ['its_vendor'],            vendor: 'keeps',     reasonRequired: false, forward: true },
  { from: 'on_the_way',  to: 'in_progress', action: 'start_work', by: ['its_vendor'],            vendor: 'keeps',     reasonRequired: false, forward: true },
  { from: 'in_progress', to: 'completed',   action: 'complete',   by: ['its_vendor'],            vendor: 'keeps',     reasonRequired: false, forward: true },
  { from: 'on_the_way',  to: 'failed',      action: 'fail',       by: ['its_vendor'],            vendor: 'keeps',     reasonRequired: true,  forward: false },
  { from: 'in_progress', to: 'failed',      action: 'fail',       by: ['its_vendor'],            vendor: 'keeps',     reasonRequired: true,  forward: false },
  // Back to the status before the end, within the time of `reopenWithin`.
  { from: 'completed',   to: 'in_progress', action: 'reopen',     by: ['its_vendor', 'admin'],   vendor: 'keeps',     reasonRequired: false, forward: false },
  { from: 'failed',      to: 'on_the_way',  action: 'reopen',     by: ['its_vendor', 'admin'],   vendor: 'keeps',     reasonRequired: false, forward: false },
  { from: 'failed',      to: 'in_progress', action: 'reopen',     by: ['its_vendor', 'admin'],   vendor: 'keeps',     reasonRequired: false, forward: false },
  { from: 'accepted',    to: 'pending',     action: 'release',    by: ['its_vendor', 'admin'],   vendor: 'releases',  reasonRequired: true,  forward: false },
  { from: 'on_the_way',  to: 'pending',     action: 'release',    by: ['its_vendor', 'admin'],   vendor: 'releases',  reasonRequired: true,  forward: false },
  { from: 'in_progress', to: 'pending',     action: 'release',    by: ['admin'],                 vendor: 'releases',  reasonRequired: true,  forward: false },
  { from: 'pending',     to: 'cancelled',   action: 'cancel',     by: ['its_customer', 'admin'], vendor: 'keeps',     reasonRequired: true,  forward: false },
  { from: 'accepted',    to: 'cancelled',   action: 'cancel',     by: ['its_customer', 'admin'], vendor: 'keeps',     reasonRequired: true,  forward: false },
  { from: 'on_the_way',  to: 'cancelled',   action: 'cancel',     by: ['admin'],                 vendor: 'keeps',     reasonRequired: true,  forward: false },
  { from: 'in_progress', to: 'cancelled',   action: 'cancel',     by: ['admin'],                 vendor: 'keeps',     reasonRequired: true,  forward: false },
  // Assigning names a vendor, so it has an endpoint of its own: POST /api/orders/:id/assign.
  { from: 'pending',     to: 'accepted',    action: 'assign',     by: ['admin'],                 vendor: 'assigns',   reasonRequired: false, forward: false },
  { from: 'accepted',    to: 'accepted',    action: 'assign',     by: ['admin'],                 vendor: 'assigns',   reasonRequired: false, forward: false },
  { from: 'on_the_way',  to: 'accepted',    action: 'assign',     by: ['admin'],                 vendor: 'assigns',   reasonRequired: false, forward: false },
  { from: 'in_progress', to: 'accepted',    action: 'assign',     by: ['admin'],                 vendor: 'assigns',   reasonRequired: true,  forward: false },
  // After an admin has deactivated a vendor, when all who remain have declined.
  { from: 'pending',     to: 'rejected',    action: 'decline',    by: ['server'],                vendor: 'keeps',     reasonRequired: false, forward: false },
] as const satisfies readonly TransitionRow[]

/** How long after its end an order may be reopened by these, in ms. */
const reopenWithin: Partial<Record<Party, number>> = { its_vendor: 60_000, admin: 24 * 3_600_000 }

export type OrderAction = (typeof rows)[number]['action']

export interface Transition extends TransitionRow {
  action: OrderAction
}

export const transitions: readonly Transition[] = rows

export const orderActions: readonly OrderAction[] = [...new Set(transitions.map(({ action }) => action))]

export const isOrderStatus = (name: string): name is OrderStatus => Object.hasOwn(statusTable, name)

export const orderStatuses: readonly OrderStatus[] = Object.keys(statusTable).filter(isOrderStatus)

const statusesThatAre = (trait: Exclude<keyof StatusTraits, 'correctedBy'>) =>
  orderStatuses.filter((status) => statusTable[status][trait])

export const offeredStatuses: readonly OrderStatus[] = statusesThatAre('offered')
export const activeStatuses: readonly OrderStatus[] = statusesThatAre('active')
export const jobStatuses: readonly OrderStatus[] = statusesThatAre('countsAsJob')
export const trackedStatuses: readonly OrderStatus[] = statusesThatAre('tracked')
export const finalStatuses: readonly OrderStatus[] = statusesThatAre('final')
export const openStatuses: readonly OrderStatus[] = orderStatuses.filter((status) => !isFinal(status))

/** A value for each status. */
export function byStatus<Value>(valueOf: (status: OrderStatus) => Value): Record<OrderStatus, Value> {
  const isComplete = (values: Partial<Record<OrderStatus, Value>>): values is Record<OrderStatus, Value> =>
    orderStatuses.every((status) => Object.hasOwn(values, status))
  const values: Partial<Record<OrderStatus, Value>> = {}
  for (const status of orderStatuses) values[status] = valueOf(status)
  if (!isComplete(values)) throw new Error('a status has no value')
  return values
}

export function isOffered(status: OrderStatus): boolean {
  return statusTable[status].offered
}

export function isFinal(status: OrderStatus): boolean {
  return statusTable[status].final
}

/** The statuses of an order that is never released, paused or ended early: the forward transitions from the initial status. */
export const forwardPath: readonly OrderStatus[] = pathFrom(initialStatus)

function pathFrom(status: OrderStatus): OrderStatus[] {
  const next = forwardFrom(status)
  return next ? [status, ...pathFrom(next)] : [status]
}

/** The status to which the forward transition leads, or undefined where there is none. */
export function forwardFrom(status: OrderStatus): OrderStatus | undefined {
  return transitions.find((row) => row.from === status && row.forward)?.to
}

/** What the rules read of an order. Only the server knows `declinedBy`; a client holds no offer that it has declined, or may not see. */
export interface OrderState {
  /** Without it the order does not concern the holder of a tracking link. */
  id?: string
  status: OrderStatus
  customer: { id: string | null }
  vendor: { id: string } | null
  declinedBy?: readonly string[]
  /** To whom it is offered; a client has no `to`. Absent, and null: to every vendor. */
  offer?: { round: number; to?: readonly string[] | null }
}

/** What an entry of the history says of the order's status. */
interface StatusEntry {
  status: OrderStatus
  at: string
  recordedAt?: string
  renamed?: object
  changed?: object
  offered?: object
}

/** What the rules of changes read besides: a time limit begins with the order's end. */
export interface ChangeableState extends OrderState {
  history: readonly StatusEntry[]
}

/** What `actor` is to `order`, or null when the order does not concern the actor. */
export function partyOf(actor: Who, order: OrderState): Party | null {
  switch (actor.role) {
    case 'admin':
      return actor.reader ? 'reader' : 'admin'
    case 'customer':
      return order.customer.id === actor.id && (!actor.link || actor.link.orderId === order.id) ? 'its_customer' : null
    case 'vendor':
      if (order.vendor) return order.vendor.id === actor.id ? 'its_vendor' : null
      return isOffered(order.status) && isOfferedTo(actor.id, order) ? 'offered_vendor' : null
  }
}

const isOfferedTo = (vendorId: string, { declinedBy, offer }: OrderState): boolean =>
  (offer?.to?.includes(vendorId) ?? true) && !declinedBy?.includes(vendorId)

/** Whether `actor` may correct the details of `order`. */
export function mayCorrect(actor: Who, order: OrderState): boolean {
  const party = partyOf(actor, order)
  const { correctedBy }: StatusTraits = statusTable[order.status]
  return party !== null && correctedBy.includes(party)
}

const isAssignment = ({ vendor }: Transition) => vendor === 'assigns'

/**
 * The row of the table by which `actor` may take `order` to `to` at the time `now`, in ms; or null. An assignment is found
 * only via 'assign'.
 */
export function findTransition(
  actor: Who,
  order: ChangeableState,
  to: OrderStatus,
  now: number,
  via: 'status' | 'assign' = 'status',
): Transition | null {
  const rowsOfActor = possibleTransitions(actor, order, now)
  return rowsOfActor.find((row) => row.to === to && isAssignment(row) === (via === 'assign')) ?? null
}

function possibleTransitions(actor: Who, order: ChangeableState, now: number): Transition[] {
  const party = partyOf(actor, order)
  const rowsOfActor = transitionsBy(party, order.status)
  if (!party || !isFinal(order.status) || rowsOfActor.length === 0) return rowsOfActor
  const [before, end] = statusEntries(order.history).slice(-2)
  if (!before || !end) return []
  const inTime = now - Date.parse(end.recordedAt ?? end.at) <= (reopenWithin[party] ?? 0)
  return rowsOfActor.filter(({ to }) => inTime && to === before.status)
}

/** The rows that lead out of `status` for this party. */
export function transitionsBy(party: Party | null, status: OrderStatus): Transition[] {
  return party ? transitions.filter((row) => row.from === status && row.by.includes(party)) : []
}

/** The rows that `actor` may take by PATCH …/status at the time `now`, in ms. By that route the holder of a link only cancels. */
export function nextTransitions(actor: Who, order: ChangeableState, now: number): Transition[] {
  if (actor.link && !actor.link.may.includes('cancel')) return []
  return possibleTransitions(actor, order, now).filter((row) => !isAssignment(row))
}

/** The statuses that `actor` may set by PATCH …/status at the time `now`, in ms. */
export function nextStatuses(actor: Who, order: ChangeableState, now: number): OrderStatus[] {
  return nextTransitions(actor, order, now).map((row) => row.to)
}

/** The status of an order that an admin has assigned. */
export const assignedStatus: OrderStatus = transitions.find(isAssignment)?.to ?? initialStatus

/** The row by which an admin assigns or reassigns an order in this status, or null. */
export function assignmentFrom(status: OrderStatus): Transition | null {
  return transitions.find((row) => row.from === status && isAssignment(row)) ?? null
}

/** Whether an admin may assign or reassign an order in this status. */
export function isAssignable(status: OrderStatus): boolean {
  return assignmentFrom(status) !== null
}

const roleOf: Record<Party, Role> = {
  its_customer: 'customer',
  offered_vendor: 'vendor',
  its_vendor: 'vendor',
  admin: 'admin',
  reader: 'admin',
  server: 'admin',
}

/** The row that led from one history entry to the next, or undefined when the table has none, as for a new name, a correction or an offer to others. */
export function transitionBetween(
  before: { status: OrderStatus },
  after: { status: OrderStatus; by: { role: Role }; renamed?: object; changed?: object; offered?: object },
): Transition | undefined {
  if (after.renamed ?? after.changed ?? after.offered) return undefined
  return transitions.find(
    ({ from, to, by, vendor }) =>
      from === before.status &&
      (after.status === to || (vendor === 'declines' && after.status === from)) &&
      by.some((party) => roleOf[party] === after.by.role),
  )
}

/** Whether the second of two successive history entries is a vendor's decline. */
export function isDecline(...entries: Parameters<typeof transitionBetween>): boolean {
  return transitionBetween(...entries)?.vendor === 'declines'
}
