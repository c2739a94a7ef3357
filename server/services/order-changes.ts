import type { Actor } from '#shared/actors.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import type { Contact, OrderItem } from '#shared/orders.ts'
import type { OrderRecord } from '../storage/store.ts'

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

/** Version 1. The total is the server's: unit prices from the catalogue times quantities, in minor units. */
export function newOrder({ customer, ...order }: NewOrder, at: string): OrderRecord {
  const by = { id: customer.id, name: customer.name, role: customer.role }
  return {
    ...order,
    status: 'pending',
    version: 1,
    customer: { id: customer.id, name: customer.name },
    vendor: null,
    totalAmount: order.items.reduce((sum, item) => sum + item.unitPrice * item.quantity, 0),
    history: [{ status: 'pending', at, by, note: null }],
    createdAt: at,
    updatedAt: at,
    declinedBy: [],
    previous: null,
  }
}

export interface Change {
  status: OrderStatus
  vendor: OrderRecord['vendor']
  declinedBy?: string[]
  note: string | null
  /** Of the device's command that this is. */
  commandId?: string
}

/** The next version: one more entry in the history, and what could be seen before, for those who no longer can. */
export function changed(order: OrderRecord, change: Change, actor: Actor, at: string): OrderRecord {
  const by = { id: actor.id, name: actor.name, role: actor.role }
  const command = change.commandId === undefined ? {} : { commandId: change.commandId }
  return {
    ...order,
    status: change.status,
    vendor: change.vendor,
    declinedBy: change.declinedBy ?? order.declinedBy,
    version: order.version + 1,
    history: [...order.history, { status: change.status, at, by, note: change.note, ...command }],
    updatedAt: at,
    previous: { status: order.status, vendorId: order.vendor?.id ?? null, declinedBy: order.declinedBy },
  }
}
