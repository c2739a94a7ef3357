import type { Actor } from '#shared/actors.ts'
import { nextVersion, type NameChange, type OrderHistoryEntry } from '#shared/apply-transition.ts'
import { offerAt, offeredToAll, type OrderOffer } from '#shared/offers.ts'
import { initialStatus, isDecline } from '#shared/order-status.ts'
import type { Contact, OrderItem, OrderLink } from '#shared/orders.ts'
import type { Proof } from '#shared/proof.ts'
import type { OrderRecord } from '../storage/store.ts'
import { withCorrections } from './order-details.ts'
import { totalOf } from './pricing.ts'

export interface NewOrder {
  id: string
  number: string
  customer: Actor
  /** Who placed it, if not the customer. */
  placedBy?: Actor
  items: OrderItem[]
  currency: string
  contact: Contact
  notes: string
  scheduledFor: string | null
  /** To whom it is offered, if not to every vendor. */
  offer?: OrderOffer
  followUpOf?: OrderLink
  proof?: Proof
  pin?: string
}

/**
 * Version 1. The server computes the total from the catalogue's unit prices, in minor units. The fields are copied one by
 * one: V8 promotes an object made by object rest to the old generation (../README.md).
 */
export function newOrder(order: NewOrder, at: string): OrderRecord {
  const { customer, placedBy = customer } = order
  const { id, name, role } = placedBy
  const { offer } = order
  const placed: OrderHistoryEntry = { status: initialStatus, at, by: { id, name, role }, note: null, vendor: null }
  if (offer) placed.offer = offer
  const record: OrderRecord = {
    id: order.id,
    number: order.number,
    items: order.items,
    currency: order.currency,
    contact: order.contact,
    notes: order.notes,
    scheduledFor: order.scheduledFor,
    status: initialStatus,
    version: 1,
    customer: { id: customer.id, name: customer.name },
    vendor: null,
    totalAmount: totalOf(order.items),
    history: [placed],
    createdAt: at,
    updatedAt: at,
    declinedBy: [],
  }
  if (order.followUpOf) record.followUpOf = order.followUpOf
  if (offer) record.offer = offer
  if (order.proof) record.proof = order.proof
  if (order.pin) record.pin = order.pin
  return record
}

/** The order as it was at an earlier version. */
export function asOf(order: OrderRecord, version: number): OrderRecord {
  const history = order.history.slice(0, version)
  const last = history.at(-1)
  if (!last || version >= order.version) return order
  const { status, vendor } = last
  const declines = history.filter((entry, n) => n > 0 && isDecline(history[n - 1] ?? entry, entry))
  const declinedBy = declines.map(({ by }) => by.id)
  const before = order.history.slice(version).reduceRight(undone, order)
  const updatedAt = last.recordedAt ?? last.at
  const offer = order.offer && (offerAt(history, version) ?? offeredToAll)
  return { ...before, status, version, vendor, history, updatedAt, declinedBy, ...(offer && { offer }) }
}

/** The order before the new name or the corrections of this entry. */
function undone(order: OrderRecord, { renamed, changed }: OrderHistoryEntry): OrderRecord {
  if (renamed) return withName(order, renamed, renamed.from)
  return changed ? withCorrections(order, changed, 'from') : order
}

/** A name that an order may show: of its customer, its vendor or a service. */
interface NewName extends Pick<NameChange, 'kind' | 'id'> {
  to: string
}

/** Whether the order shows another name. */
export const hasOldName = (order: OrderRecord, { kind, id, to }: NewName): boolean =>
  namesOf(order, kind, id).some((name) => name !== to)

/** The next version, which shows the new name; null if the order shows no other. */
export function rename(order: OrderRecord, { kind, id, to }: NewName, by: Actor, now: string): OrderRecord | null {
  const from = namesOf(order, kind, id).find((name) => name !== to)
  if (from === undefined) return null
  const named = withName(order, { kind, id }, to)
  const { status, vendor } = named
  return nextVersion(named, { status, vendor, renamed: { kind, id, from, to }, note: null }, by, now)
}

function namesOf({ customer, vendor, items }: OrderRecord, kind: NameChange['kind'], id: string): string[] {
  if (kind === 'service') return items.filter(({ serviceId }) => serviceId === id).map(({ name }) => name)
  const person = kind === 'customer' ? customer : vendor
  return person?.id === id ? [person.name] : []
}

function withName(order: OrderRecord, { kind, id }: Pick<NameChange, 'kind' | 'id'>, name: string | null): OrderRecord {
  if (name === null) return order
  if (kind === 'customer') return { ...order, customer: { id, name } }
  if (kind === 'vendor') return { ...order, vendor: { id, name } }
  return { ...order, items: order.items.map((item) => (item.serviceId === id ? { ...item, name } : item)) }
}
