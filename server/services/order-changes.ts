import type { Actor } from '#shared/actors.ts'
import { initialStatus, isDecline } from '#shared/order-status.ts'
import type { Contact, OrderItem } from '#shared/orders.ts'
import type { OrderRecord } from '../storage/store.ts'
import { totalOf } from './pricing.ts'

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
 * Version 1. The server computes the total from the catalogue's unit prices, in minor units. The fields are copied one by
 * one: V8 promotes an object made by object rest to the old generation (../README.md).
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
    status: initialStatus,
    version: 1,
    customer: { id, name },
    vendor: null,
    totalAmount: totalOf(order.items),
    history: [{ status: initialStatus, at, by: { id, name, role }, note: null, vendor: null }],
    createdAt: at,
    updatedAt: at,
    declinedBy: [],
  }
}

/** The order as it was at an earlier version. */
export function asOf(order: OrderRecord, version: number): OrderRecord {
  const history = order.history.slice(0, version)
  const last = history.at(-1)
  if (!last || version >= order.version) return order
  const { status, vendor } = last
  const declines = history.filter((entry, n) => n > 0 && isDecline(history[n - 1] ?? entry, entry))
  const declinedBy = declines.map(({ by }) => by.id)
  return { ...order, status, version, vendor, history, updatedAt: last.recordedAt ?? last.at, declinedBy }
}
