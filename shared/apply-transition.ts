import type { Actor } from './actors.ts'
import type { OfferRound, OrderOffer } from './offers.ts'
import type { OrderState, OrderStatus, Transition } from './order-status.ts'
import type { CorrectedDetail, HistoryEntry, Renamed } from './orders.ts'

/** A vendor as an order names it. */
export type OrderVendor = { id: string; name: string }

/** A changed name as the server stores it: whole, in contrast to the views of an order. */
export type NameChange = Renamed & { id: string }

/**
 * A history entry as the server stores it. `vendor`: the order's vendor from then on. `commandId`: of the command that
 * led to it; the entry holds it so that one write stores both. `offer`: to whom the order is offered from then on, if that
 * changed with it.
 */
export type OrderHistoryEntry = HistoryEntry & {
  by: Actor
  renamed?: NameChange
  vendor: OrderVendor | null
  commandId?: string
  offer?: OrderOffer
}

/** What a transition reads and writes, of the server's record and of the client's order alike. */
interface ChangeableOrder extends OrderState {
  version: number
  vendor: OrderVendor | null
  history: readonly HistoryEntry[]
  updatedAt: string
}

/** What comes with the request for a transition. Times are ISO 8601 in UTC. */
export interface TransitionInput {
  reason?: string
  note?: string
  /** The vendor named by an assignment. */
  assigned?: OrderVendor
  /** Whether every active vendor who can do it has declined, the actor included: only then does a decline end the order. */
  declinedByAll?: boolean
  /** To whom a released order is offered; absent: as before. */
  offer?: OrderOffer
  commandId?: string
  /** When it happened, if that was before `now`. */
  occurredAt?: string
}

/**
 * The next version of an order: the only place that says what a transition does. Pure. `now` is the server's time. The
 * caller has found the row with `findTransition`, so the actor is allowed to take it.
 */
export function applyTransition<Order extends ChangeableOrder>(
  order: Order,
  row: Transition,
  actor: Actor,
  input: TransitionInput,
  now: string,
): Order {
  const { reason, note, assigned, commandId, occurredAt, offer } = input
  const staysOpen = row.vendor === 'declines' && !input.declinedByAll
  return nextVersion(
    order,
    {
      status: staysOpen ? row.from : row.to,
      vendor: vendorAfter(row, order, actor, assigned),
      ...(row.vendor === 'declines' && order.declinedBy && { declinedBy: [...order.declinedBy, actor.id] }),
      ...(row.vendor === 'assigns' && { assigned }),
      ...(row.vendor === 'releases' && { offer }),
      note: reason ?? note ?? null,
      commandId,
      occurredAt,
    },
    actor,
    now,
  )
}

function vendorAfter(
  { vendor: effect, action }: Transition,
  order: ChangeableOrder,
  actor: Actor,
  assigned: OrderVendor | undefined,
): OrderVendor | null {
  switch (effect) {
    case 'claims':
      return { id: actor.id, name: actor.name }
    case 'assigns':
      if (!assigned) throw new Error(`${action} names no vendor`)
      return assigned
    case 'keeps':
      return order.vendor
    case 'releases':
    case 'declines':
      return null
  }
}

export interface Change {
  status: OrderStatus
  vendor: OrderVendor | null
  declinedBy?: string[]
  assigned?: OrderVendor
  renamed?: NameChange
  changed?: CorrectedDetail[]
  offered?: OfferRound
  offer?: OrderOffer
  note: string | null
  commandId?: string
  occurredAt?: string
}

/** Appends one history entry with the state after it. Whether the table allows the change is not checked here. */
export function nextVersion<Order extends ChangeableOrder>(
  order: Order,
  change: Change,
  actor: Actor,
  now: string,
): Order {
  const { status, vendor, declinedBy, assigned, renamed, changed, offered, offer, note, commandId, occurredAt } = change
  // A clock that is set back does not make a history run backwards.
  const updatedAt = now > order.updatedAt ? now : order.updatedAt
  const at = occurredAt === undefined ? updatedAt : clamp(occurredAt, order.history.at(-1)?.at ?? occurredAt, updatedAt)
  const entry: OrderHistoryEntry = {
    status,
    at,
    ...(at === updatedAt ? {} : { recordedAt: updatedAt }),
    by: { id: actor.id, name: actor.name, role: actor.role },
    ...(assigned && { assigned }),
    ...(renamed && { renamed }),
    ...(changed && { changed }),
    ...(offered && { offered }),
    note,
    vendor,
    ...(commandId === undefined ? {} : { commandId }),
    ...(offer && { offer }),
  }
  return {
    ...order,
    status,
    vendor,
    ...(declinedBy && { declinedBy }),
    ...(offer && { offer }),
    version: order.version + 1,
    history: [...order.history, entry],
    updatedAt,
  }
}

/** `time` within the two limits; history never goes back behind its last entry, nor beyond now. */
const clamp = (time: string, earliest: string, latest: string) =>
  time > latest ? latest : time < earliest ? earliest : time
