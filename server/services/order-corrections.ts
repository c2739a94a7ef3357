import type { Actor } from '#shared/actors.ts'
import { nextVersion } from '#shared/apply-transition.ts'
import { isOutdated } from '#shared/order-history.ts'
import { mayCorrect } from '#shared/order-status.ts'
import type { CorrectOrder, Order, OrderItem } from '#shared/orders.ts'
import { viewFor } from '../auth/permissions.ts'
import { DomainError } from '../lib/errors.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { OrderRecord, Store } from '../storage/store.ts'
import type { EventBus } from './domain-events.ts'
import { correctionsOf, withCorrections, type OrderDetails } from './order-details.ts'
import { outdated } from './order-refusals.ts'
import { noteRequest } from './order-requests.ts'
import { presentOrderTo } from './presenters.ts'
import { checkTotal, priced } from './pricing.ts'
import { checkSchedule } from './scheduling.ts'

export interface OrderCorrectionsDependencies {
  store: Pick<Store, 'orders' | 'services'>
  events: Pick<EventBus, 'emit'>
  clock: Clock
}

export type OrderCorrections = ReturnType<typeof createOrderCorrections>

/** The rules of correcting the details of an order. */
export function createOrderCorrections({ store, events, clock }: OrderCorrectionsDependencies) {
  /** The details that the order has after the correction. Throws invalid_schedule, unknown_service or price_changed. */
  async function corrected(order: OrderRecord, input: CorrectOrder): Promise<OrderDetails> {
    const { phone, address, area = order.contact.area } = { ...order.contact, ...input.contact }
    const scheduledFor =
      input.scheduledFor === undefined
        ? order.scheduledFor
        : input.scheduledFor && isoTime(Date.parse(input.scheduledFor))
    if (scheduledFor && scheduledFor !== order.scheduledFor) checkSchedule(scheduledFor, clock.now())
    return {
      contact: { phone, address, ...(area && { area }) },
      scheduledFor,
      notes: input.notes ?? order.notes,
      items: await itemsOf(order, input),
    }
  }

  /** An item that the order has already keeps its name and price; others have those of the catalogue. */
  async function itemsOf(order: OrderRecord, { items: wanted, expectedTotal }: CorrectOrder): Promise<OrderItem[]> {
    const agreed = new Map(order.items.map((item) => [item.serviceId, item]))
    const added = wanted?.filter(({ serviceId }) => !agreed.has(serviceId)) ?? []
    const fromCatalogue = new Map(
      (await priced({ store, currency: order.currency }, { items: added })).map((item) => [item.serviceId, item]),
    )
    const items = (wanted ?? order.items).flatMap(({ serviceId, quantity }) => {
      const item = agreed.get(serviceId) ?? fromCatalogue.get(serviceId)
      return item ? [{ ...item, quantity }] : []
    })
    checkTotal(items, order.currency, expectedTotal)
    return items
  }

  return {
    /**
     * Changes the contact, the time, the notes or the items. One more version, whose history entry has the old and the new
     * values; a correction that changes nothing makes none. Throws not_found, invalid_transition once the order has gone
     * too far, version_conflict, invalid_schedule, unknown_service or price_changed.
     */
    async correct(actor: Actor, id: string, input: CorrectOrder, requestId?: string): Promise<Order> {
      for (;;) {
        const order = await store.orders.byId(id)
        const view = order && viewFor(actor, order)
        if (!order || !view || view === 'gone') throw new DomainError('not_found', 'There is no such order.')
        const now = clock.now()
        const current = presentOrderTo(actor, order, view, now)
        const { version } = input
        if (version !== undefined && isOutdated(order, version)) throw outdated(order, version, current)
        if (!mayCorrect(actor, order)) {
          throw new DomainError('invalid_transition', `An order that is ${order.status} cannot be changed by you.`, {
            nextStatuses: current.nextStatuses,
            from: order.status,
            to: order.status,
            order: current,
          })
        }
        const changed = correctionsOf(order, await corrected(order, input))
        if (changed.length === 0) return current
        const { status, vendor } = order
        const change = { status, vendor, changed, note: null }
        const next = nextVersion(withCorrections(order, changed, 'to'), change, actor, isoTime(now))
        const replaced = await store.orders.replace(next, order.version)
        if (!replaced) continue
        noteRequest(next, requestId)
        events.emit('order.changed', { order: next, published: replaced.published })
        return presentOrderTo(actor, next, view, now)
      }
    },
  }
}
