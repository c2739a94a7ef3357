import type { Actor } from '#shared/actors.ts'
import { isOffered, mayCorrect } from '#shared/order-status.ts'
import type { CorrectOrder } from '#shared/order-input.ts'
import type { Contact, Order, OrderItem } from '#shared/orders.ts'
import type { Position } from '#shared/position.ts'
import { DomainError } from '../lib/errors.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { OrderRecord, Store } from '../storage/store.ts'
import type { OrderAmendments } from './order-amendments.ts'
import { createOffering, decisiveFields, type Offering } from './offering.ts'
import { correctionsOf, positionOf, type OrderDetails } from './order-details.ts'
import { checkTotal, priced } from './pricing.ts'
import { checkSchedule } from './scheduling.ts'

export interface OrderCorrectionsDependencies {
  store: Pick<Store, 'services'>
  amendments: OrderAmendments
  offering?: Pick<Offering, 'forNew'>
  clock: Clock
}

export type OrderCorrections = ReturnType<typeof createOrderCorrections>

type Lines = NonNullable<CorrectOrder['items']>
type Corrected = NonNullable<CorrectOrder['contact']>

/** The rules of correcting the details of an order. */
export function createOrderCorrections(dependencies: OrderCorrectionsDependencies) {
  const { store, amendments, offering = createOffering(), clock } = dependencies
  /** The details that the order has after the correction. Throws invalid_schedule, and what `priced` throws. */
  async function corrected(order: OrderRecord, input: CorrectOrder): Promise<OrderDetails> {
    const { contact = {} } = input
    const { phone, address, area = order.contact.area } = { ...order.contact, ...contact }
    const scheduledFor =
      input.scheduledFor === undefined
        ? order.scheduledFor
        : input.scheduledFor && isoTime(Date.parse(input.scheduledFor))
    if (scheduledFor && scheduledFor !== order.scheduledFor) checkSchedule(scheduledFor, clock.now())
    return {
      contact: { phone, address, ...(area && { area }), ...positionAfter(order.contact, contact) },
      scheduledFor,
      notes: input.notes ?? order.notes,
      items: await itemsOf(order, input),
    }
  }

  /** An item that the order has already keeps its name, options and price; others have those of the catalogue. */
  async function itemsOf(order: OrderRecord, input: CorrectOrder): Promise<OrderItem[]> {
    const items = input.items ? await withPrices(order, input.items, input.scheduledFor) : order.items
    checkTotal(items, order.currency, input.expectedTotal)
    return items
  }

  async function withPrices(order: OrderRecord, wanted: Lines, scheduledFor = order.scheduledFor) {
    const lines = wanted.map((line) => ({ line, agreed: order.items.find((item) => isSameItem(item, line)) }))
    const added = lines.flatMap(({ line, agreed }) => (agreed ? [] : [line]))
    const fromCatalogue = added.length
      ? (await priced({ store, clock, currency: order.currency }, { items: added, scheduledFor })).items
      : []
    return lines.flatMap(({ line, agreed }) => {
      const item = agreed ?? fromCatalogue[added.indexOf(line)]
      return item ? [{ ...item, quantity: line.quantity }] : []
    })
  }

  return {
    /**
     * Changes the contact, the time, the notes or the items. One more version, whose history entry has the old and the new
     * values; a correction that changes nothing makes none. Throws not_found, invalid_transition once the order has gone
     * too far, version_conflict, invalid_schedule, unknown_service, invalid_options, not_available_then, price_changed or
     * no_vendor_able.
     */
    async correct(actor: Actor, id: string, input: CorrectOrder, requestId?: string): Promise<Order> {
      const { version } = input
      return amendments.amend(actor, id, { version, requestId }, async (order, current) => {
        if (mayCorrect(actor, order)) {
          const details = await corrected(order, input)
          const isDecisive = correctionsOf(order, details).some(({ field }) => decisiveFields.includes(field))
          if (isDecisive && isOffered(order.status)) await offering.forNew({ ...details, declinedBy: [] })
          return details
        }
        throw new DomainError('invalid_transition', `An order that is ${order.status} cannot be changed by you.`, {
          nextStatuses: current.nextStatuses,
          from: order.status,
          to: order.status,
          order: current,
        })
      })
    },
  }
}

/** The position of another address is another one. */
function positionAfter(before: Contact, { address = before.address, lat, lng }: Corrected): Position | null {
  if (lat === undefined && lng === undefined) return address === before.address ? positionOf(before) : null
  return typeof lat === 'number' && typeof lng === 'number' ? { lat, lng } : null
}

/** Without `options`, a line means the item of its service as it was ordered. */
function isSameItem(item: OrderItem, { serviceId, options }: Lines[number]): boolean {
  if (item.serviceId !== serviceId) return false
  if (!options) return true
  const chosen = new Set(options)
  const before = item.options ?? []
  return before.length === chosen.size && before.every(({ choice }) => chosen.has(choice))
}
