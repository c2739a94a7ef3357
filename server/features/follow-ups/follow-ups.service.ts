import type { Actor } from '#shared/actors.ts'
import { partyOf, type OrderStatus, type Party } from '#shared/order-status.ts'
import type { PlaceFollowUp } from '#shared/order-input.ts'
import type { Order, OrderLink } from '#shared/orders.ts'
import { viewFor } from '../../auth/permissions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import { newOrderId, newOrderNumber } from '../../lib/ids.ts'
import type { CustomersService } from '../../services/customers.service.ts'
import type { EventBus } from '../../services/domain-events.ts'
import type { Offering } from '../../services/offering.ts'
import type { OrderAmendments } from '../../services/order-amendments.ts'
import { newOrder } from '../../services/order-changes.ts'
import { proofOfNewOrder } from '../../services/order-proof.ts'
import { presentOrderTo } from '../../services/presenters.ts'
import { priced } from '../../services/pricing.ts'
import { checkSchedule } from '../../services/scheduling.ts'
import { DuplicateError, type OrderRecord, type Store } from '../../storage/store.ts'

export interface FollowUpsDependencies {
  store: Pick<Store, 'orders' | 'services'>
  amendments: OrderAmendments
  customers: Pick<CustomersService, 'byId'>
  offering: Pick<Offering, 'again'>
  events: Pick<EventBus, 'emit'>
  currency: string
  clock: Clock
}

export type FollowUps = ReturnType<typeof createFollowUps>

/** Who may place an order once more, by how it ended. A customer orders again, and agrees to the prices. */
const placedBy: Partial<Record<OrderStatus, readonly Party[]>> = {
  failed: ['its_vendor', 'admin'],
  completed: ['admin'],
}

const linkOf = ({ id, number }: OrderLink): OrderLink => ({ id, number })

/** Orders that are placed because another one has ended. An order has one of them at most, however often it is asked for. */
export function createFollowUps(dependencies: FollowUpsDependencies) {
  const { store, amendments, customers, offering, events, currency, clock } = dependencies
  /** Stores the new order. Its key makes it the only one, also for concurrent calls and after a crash. */
  async function create(actor: Actor, before: OrderRecord, { scheduledFor = null }: PlaceFollowUp) {
    const customer = await customers.byId(before.customer.id)
    if (!customer) throw new DomainError('unknown_customer')
    const time = scheduledFor && isoTime(Date.parse(scheduledFor))
    if (time) checkSchedule(time, clock.now())
    const wanted = before.items.map(({ serviceId, quantity, options }) => ({
      serviceId,
      quantity,
      ...(options && { options: options.map(({ choice }) => choice) }),
    }))
    const { items, proof } = await priced({ store, clock, currency }, { items: wanted, scheduledFor: time })
    const offer = await offering.again({ items, contact: before.contact, declinedBy: [] })
    const details = {
      customer: { id: customer.id, name: customer.name, role: 'customer' },
      placedBy: actor,
      items,
      ...proofOfNewOrder(proof),
      currency,
      contact: before.contact,
      notes: before.notes,
      scheduledFor: time,
      ...(offer && { offer }),
      followUpOf: linkOf(before),
    } as const
    for (;;) {
      const now = clock.now()
      const order = newOrder({ id: newOrderId(now), number: newOrderNumber(), ...details }, isoTime(now))
      try {
        await store.orders.create(order, { key: keyOf(before), bodyHash: before.id })
      } catch (error) {
        if (!(error instanceof DuplicateError)) throw error
        const first = await stored(before)
        if (first) return { order: first, isNew: false }
        continue // The random number or id exists already: draw another.
      }
      events.emit('order.placed', { order })
      return { order, isNew: true }
    }
  }

  const stored = async (before: OrderRecord) =>
    (await store.orders.byIdempotencyKey(before.customer.id, keyOf(before)))?.order ?? null

  /** The order before names this one; no effect when it does already, or was removed. */
  async function link(order: OrderRecord): Promise<void> {
    const { followUpOf } = order
    if (!followUpOf) return
    const by = order.history[0]?.by
    const before = await store.orders.byId(followUpOf.id)
    if (!by || !before || before.followUp) return
    // A vendor may have lost the order meanwhile; it is the server that finishes what was begun.
    const actor: Actor = viewFor(by, before) === 'full' ? by : { ...by, role: 'admin' }
    await amendments.amend(actor, before.id, {}, () => ({ followUp: linkOf(order) }))
  }

  return {
    link,

    /** Throws not_found, invalid_transition, unknown_customer, invalid_schedule, and what `priced` throws. */
    async place(actor: Actor, id: string, input: PlaceFollowUp): Promise<{ order: Order; isNew: boolean }> {
      const before = await store.orders.byId(id)
      const view = before && viewFor(actor, before)
      if (!before || view !== 'full') throw new DomainError('not_found', 'There is no such order.')
      const party = partyOf(actor, before)
      const first = before.followUp ? await store.orders.byId(before.followUp.id) : await stored(before)
      if (!first && !(party && placedBy[before.status]?.includes(party))) {
        throw new DomainError('invalid_transition', `An order that is ${before.status} gets no follow-up by you.`, {
          nextStatuses: [],
          from: before.status,
          to: before.status,
          order: presentOrderTo(actor, before, view, clock.now()),
        })
      }
      const { order, isNew } = first ? { order: first, isNew: false } : await create(actor, before, input)
      await link(order)
      // The vendor who places it sees it as an offer, as every vendor does.
      const shown = viewFor(actor, order)
      return { order: presentOrderTo(actor, order, shown === 'full' ? 'full' : 'offer', clock.now()), isNew }
    },
  }
}

/** Differs from every Idempotency-Key that a client sends: a header contains no line break. */
const keyOf = ({ id }: OrderRecord) => `follow-up\n${id}`
