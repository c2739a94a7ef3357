import type { Actor } from '#shared/actors.ts'
import { isDecline, type OrderStatus } from '#shared/order-status.ts'
import type { Contact, OrderItem } from '#shared/orders.ts'
import type { OrderHistoryEntry, OrderRecord } from '../storage/store.ts'

// How an order begins and how it becomes its next version: pure, so that what a change means can be read in one place.

export interface NewOrder {
  id: string
  number: string
  customer: Actor
  items: OrderItem[]
  currency: string
  contact: Contact
  notes: string
  scheduledFor: string | null
}

/**
 * Version 1. The total is the server's: unit prices from the catalogue times quantities, in minor units. Field by field:
 * what object rest has made of an order outlives several small collections of garbage (../README.md).
 */
export function newOrder(order: NewOrder, at: string): OrderRecord {
  const { id, name, role } = order.customer
  return {
    id: order.id,
    number: order.number,
    items: order.items,
    currency: order.currency,
    contact: order.contact,
    notes: order.notes,
    scheduledFor: order.scheduledFor,
    status: 'pending',
    version: 1,
    customer: { id, name },
    vendor: null,
    totalAmount: order.items.reduce((sum, item) => sum + item.unitPrice * item.quantity, 0),
    history: [{ status: 'pending', at, by: { id, name, role }, note: null, vendor: null }],
    createdAt: at,
    updatedAt: at,
    declinedBy: [],
  }
}

/** The order as it was at one of its versions: all that has changed since is undone. */
export function asOf(order: OrderRecord, version: number): OrderRecord {
  const history = order.history.slice(0, version)
  const last = history.at(-1)
  if (!last || version >= order.version) return order
  const { status, vendor } = last
  const declines = history.filter((entry, n) => n > 0 && isDecline(history[n - 1] ?? entry, entry))
  const declinedBy = declines.map(({ by }) => by.id)
  return { ...order, status, version, vendor, history, updatedAt: last.recordedAt ?? last.at, declinedBy }
}

export interface Change {
  status: OrderStatus
  vendor: OrderRecord['vendor']
  declinedBy?: string[]
  note: string | null
  /** Of the command that this is. */
  commandId?: string
  /** When it happened, if not now. */
  occurredAt?: string
}

/** The next version: one more entry in the history. `now`: the server's time, as every time here ISO 8601 in UTC. */
export function changed(order: OrderRecord, change: Change, actor: Actor, now: string): OrderRecord {
  const by = { id: actor.id, name: actor.name, role: actor.role }
  const { status, vendor, note, commandId, occurredAt } = change
  const at = occurredAt === undefined ? now : between(order.history.at(-1)?.at ?? order.createdAt, occurredAt, now)
  const entry: OrderHistoryEntry = {
    status,
    at,
    ...(at === now ? {} : { recordedAt: now }),
    by,
    note,
    vendor,
    ...(commandId === undefined ? {} : { commandId }),
  }
  return {
    ...order,
    status,
    vendor,
    declinedBy: change.declinedBy ?? order.declinedBy,
    version: order.version + 1,
    history: [...order.history, entry],
    updatedAt: now,
  }
}

/** The time itself where it lies between the two, else the nearer one. */
const between = (earliest: string, time: string, latest: string) =>
  time > latest ? latest : time < earliest ? earliest : time
