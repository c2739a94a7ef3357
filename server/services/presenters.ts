import type { Actor } from '#shared/actors.ts'
import { isOffered, nextStatuses } from '#shared/order-status.ts'
import type { OfferRound, OrderOffer } from '#shared/offers.ts'
import type { GoneOrder, Order, OrderEvent } from '#shared/orders.ts'
import type { Payment } from '#shared/order-outcome.ts'
import { approximate } from '#shared/position.ts'
import type { User } from '#shared/users.ts'
import type { Shown, View } from '../auth/permissions.ts'
import type { AbilityRecord, OrderRecord, UserRecord } from '../storage/store.ts'
import { correctionsAbout, positionOf } from './order-details.ts'

// The only place that turns records into wire shapes: field by field, so that a new field of a record stays internal
// until it is added here.

/** `abilities`: a vendor's, if they were read. */
export function presentUser(user: UserRecord, abilities?: AbilityRecord | null): User {
  const { id, name, email, role, active, createdAt } = user
  const { skills = [], areas = [] } = abilities ?? {}
  return {
    id,
    name,
    email,
    role,
    active,
    createdAt,
    ...(skills.length > 0 && { skills }),
    ...(areas.length > 0 && { areas }),
  }
}

/**
 * An order in a view. "offer" is everything but the customer's name, in the history too, and the contact except its area
 * and roughly where it is; "anonymous" has no customer, no contact and no text that a person wrote. Neither has the history
 * of payments and ratings.
 */
export function presentOrder(order: OrderRecord, view: Shown): Order {
  const {
    id,
    number,
    status,
    version,
    vendor,
    items,
    totalAmount,
    currency,
    notes,
    scheduledFor,
    createdAt,
    updatedAt,
    payment,
    rating,
    followUp,
    followUpOf,
  } = order
  const full = view === 'full'
  const anonymous = view === 'anonymous'
  const offer = isOffered(status) && order.offer?.round ? presentOffer(order.offer) : null
  const area = !anonymous && order.contact.area
  const customerId = <Id>(of: Id) => (anonymous ? null : of)
  const presented: Order = {
    id,
    number,
    status,
    version,
    customer: { id: customerId(order.customer.id), name: full ? order.customer.name : null },
    vendor,
    contact: full ? order.contact : area ? { area } : null,
    items,
    totalAmount,
    currency,
    notes: anonymous ? '' : notes,
    scheduledFor,
    ...(offer && { offer }),
    ...(order.proof && { proof: order.proof }),
    ...(full && order.files && { files: order.files }),
    history: order.history.map(
      ({ status: entryStatus, at, recordedAt, by, assigned, renamed, changed, offered, note }) => ({
        status: entryStatus,
        at,
        ...(recordedAt && { recordedAt }),
        by: full || by.role !== 'customer' ? by : { ...by, id: customerId(by.id), name: null },
        ...(assigned && { assigned }),
        ...(renamed && {
          renamed:
            full || renamed.kind !== 'customer'
              ? renamed
              : { ...renamed, id: customerId(renamed.id), from: null, to: null },
        }),
        ...(changed && {
          changed: full ? changed : correctionsAbout(changed, anonymous ? ['work'] : ['text', 'work']),
        }),
        ...(offered && { offered }),
        note: anonymous ? null : note,
      }),
    ),
    createdAt,
    updatedAt,
  }
  // Assigned, as most orders have none of them.
  if (view === 'offer') {
    const position = positionOf(order.contact)
    if (position) presented.near = approximate(position)
    return presented
  }
  if (followUp) presented.followUp = followUp
  if (followUpOf) presented.followUpOf = followUpOf
  if (payment) presented.payment = full ? payment : withoutReference(payment)
  if (rating) presented.rating = full ? rating : { ...rating, text: '' }
  return presented
}

function withoutReference({ reference: _reference, ...payment }: Payment): Payment {
  return payment
}

/** An admin is alerted at the end of the last round, which tells vendors nothing. */
export const presentOffer = ({ round, until, last }: OrderOffer): OfferRound => ({ round, until: last ? null : until })

export function presentGone({ id, version, status }: OrderRecord): GoneOrder {
  return { id, version, status, gone: true }
}

/** The MQTT payload: the same for all subscribers with this view. */
export function presentEvent(order: OrderRecord, view: NonNullable<View>): OrderEvent {
  return view === 'gone' ? presentGone(order) : presentOrder(order, view)
}

/** The REST body, with the statuses the caller may set next; `now` in ms. Assigned to the new object: see ../README.md on copies. */
export function presentOrderTo(actor: Actor, order: OrderRecord, view: Shown, now: number): Order {
  return Object.assign(presentOrder(order, view), { nextStatuses: nextStatuses(actor, order, now) })
}
