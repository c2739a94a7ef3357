import { createHash } from 'node:crypto'
import type { Actor } from '#shared/actors.ts'
import { applyTransition, type TransitionInput } from '#shared/apply-transition.ts'
import {
  assignedStatus,
  findTransition,
  transitionBetween,
  type OrderStatus,
  type Transition,
} from '#shared/order-status.ts'
import type { AssignOrder, ChangeStatus, PlaceOrder } from '#shared/order-input.ts'
import type { Order } from '#shared/orders.ts'
import { isOutdated } from '#shared/order-history.ts'
import { reasonCode, reasonListOf, type ReasonListName } from '#shared/reasons.ts'
import { isActiveVendor } from '#shared/users.ts'
import { viewFor } from '../auth/permissions.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { newOrderId, newOrderNumber } from '../lib/ids.ts'
import { DuplicateError, type OrderRecord, type Store } from '../storage/store.ts'
import { DomainError } from '../lib/errors.ts'
import type { CustomersService } from './customers.service.ts'
import type { EventBus } from './domain-events.ts'
import type { HandOverService } from './hand-over.service.ts'
import { asOf, newOrder } from './order-changes.ts'
import { refusal } from './order-refusals.ts'
import { createOffering, type Offering } from './offering.ts'
import { proofOfNewOrder } from './order-proof.ts'
import { noteRequest } from './order-requests.ts'
import { presentOrderTo } from './presenters.ts'
import { priced } from './pricing.ts'
import { checkSchedule } from './scheduling.ts'

export interface OrdersDependencies {
  store: Pick<Store, 'orders' | 'services' | 'users'>
  events: Pick<EventBus, 'emit'>
  handOver: Pick<HandOverService, 'settle' | 'allHaveDeclined'>
  offering?: Pick<Offering, 'forNew' | 'again'>
  customers: Pick<CustomersService, 'named' | 'withPhone'>
  checkCompletion?: CompletionCheck
  clock: Clock
  currency: string
  /** The text of a reason that a device or a page names by its code; null when the code is none of the business's. */
  reasonText?: (list: ReasonListName, code: string) => Promise<string | null>
}

/** Throws when the order, whose services ask for a proof, is not to be completed with what was given. */
export type CompletionCheck = (order: OrderRecord, given: Pick<ChangeStatus, 'note' | 'pin'>) => Promise<void>

/** A requested change. `version`: the order's version that the sender has seen. */
interface ChangeRequest {
  to: OrderStatus
  via: 'status' | 'assign'
  version?: number
  commandId?: string
  requestId?: string
}

/** How long an Idempotency-Key identifies its order, in ms. */
const idempotencyKeyTtl = 24 * 60 * 60 * 1000

export type OrdersService = ReturnType<typeof createOrdersService>

/** The rules of placing and changing orders. Every result is an order in the caller's own view. */
export function createOrdersService(dependencies: OrdersDependencies) {
  const { store, events, handOver, offering = createOffering(), customers, clock, currency } = dependencies
  const { checkCompletion, reasonText } = dependencies
  const now = () => isoTime(clock.now())

  return {
    /** Prices, stores and publishes a new order. `replayed`: the Idempotency-Key and the body were sent before; the result is the first one. */
    async place(
      actor: Actor,
      input: PlaceOrder,
      idempotencyKey?: string,
      requestId?: string,
    ): Promise<{ order: Order; replayed: boolean }> {
      const customer = await customerOf(actor, input)
      const idempotency = idempotencyKey && {
        key: customer.id === actor.id ? idempotencyKey : `${actor.id} ${idempotencyKey}`,
        bodyHash: fingerprint(input),
      }
      const replay = async () => {
        const first = idempotency && (await store.orders.byIdempotencyKey(customer.id, idempotency.key))
        if (!first) return null
        if (first.order.createdAt < isoTime(clock.now() - idempotencyKeyTtl)) {
          await store.orders.freeIdempotencyKey(first.order.id, idempotency.key)
          return null
        }
        if (first.bodyHash !== idempotency.bodyHash) throw new DomainError('idempotency_mismatch')
        return { order: presentOrderTo(actor, asOf(first.order, 1), 'full', clock.now()), replayed: true }
      }
      const earlier = await replay()
      if (earlier) return earlier

      const refusedOrReplayed = async (error: unknown) => {
        // An equal request may have been stored meanwhile, at the price that was shown.
        const first = await replay()
        if (!first) throw error
        return first
      }
      const prepared = await prepare(input).catch(refusedOrReplayed)
      if ('replayed' in prepared) return prepared

      for (;;) {
        const details = { ...prepared, customer, currency, contact: input.contact, notes: input.notes ?? '' }
        const order = newOrder(
          { id: newOrderId(clock.now()), number: newOrderNumber(), placedBy: actor, ...details },
          now(),
        )
        try {
          await store.orders.create(order, idempotency || undefined)
        } catch (error) {
          if (!(error instanceof DuplicateError)) throw error
          const first = error.field === 'idempotencyKey' ? await replay() : null
          if (first) return first
          continue // The random number or id exists already: draw another.
        }
        noteRequest(order, requestId)
        events.emit('order.placed', { order })
        return { order: presentOrderTo(actor, order, 'full', clock.now()), replayed: false }
      }
    },

    /** Throws not_found when there is no such order for this caller. */
    async get(actor: Actor, id: string): Promise<Order> {
      const order = await store.orders.byId(id)
      const view = order && viewFor(actor, order)
      if (!order || !view || view === 'gone') throw new DomainError('not_found', 'There is no such order.')
      return presentOrderTo(actor, order, view, clock.now())
    },

    /**
     * Takes one transition of the status table, once per `commandId` if there is one. Throws invalid_transition,
     * already_taken, version_conflict, reason_required, idempotency_mismatch or not_found.
     */
    async changeStatus(actor: Actor, id: string, input: ChangeStatus, requestId?: string): Promise<Order> {
      return presentTo(actor, await setStatus(actor, id, input, requestId))
    },

    /**
     * The same from a device, at most once per `commandId`: a repeated command changes nothing and gets the first result.
     * Resolves to the version it led to, and when. Throws what changeStatus throws, and unauthenticated for a vendor who
     * is no longer active.
     */
    async command(who: Pick<Actor, 'id'>, id: string, command: ChangeStatus): Promise<{ version: number; at: string }> {
      // A device stays connected for weeks, so its identity may hold an old name of its vendor.
      const vendor = await store.users.byId(who.id)
      if (!vendor?.active) throw new DomainError('unauthenticated')
      const { version, history, updatedAt } = await setStatus(vendor, id, command, command.commandId)
      return { version, at: history.at(-1)?.at ?? updatedAt }
    },

    /**
     * Assigns or reassigns the order to a vendor. Throws unknown_vendor, reason_required, invalid_transition,
     * version_conflict or not_found.
     */
    async assign(
      actor: Actor,
      id: string,
      { vendorId, reason, version }: AssignOrder,
      requestId?: string,
    ): Promise<Order> {
      const vendor = await store.users.byId(vendorId)
      if (!isActiveVendor(vendor)) throw new DomainError('unknown_vendor')
      const request = { to: assignedStatus, via: 'assign', version, requestId } as const
      const order = await change(actor, id, request, async (_order, row) => {
        requireReason(row, reason)
        return { reason: reason && (await textOf(row, actor, reason)), assigned: { id: vendorId, name: vendor.name } }
      })
      return presentTo(actor, order)
    },
  }

  /**
   * What the order's input becomes by the catalogue and the clock. Throws invalid_schedule, unknown_service,
   * invalid_options, not_available_then, price_changed or no_vendor_able.
   */
  async function prepare(
    input: PlaceOrder,
  ): Promise<Pick<OrderRecord, 'items' | 'scheduledFor' | 'offer' | 'proof' | 'pin'>> {
    const scheduledFor = input.scheduledFor ? isoTime(Date.parse(input.scheduledFor)) : null
    if (scheduledFor) checkSchedule(scheduledFor, clock.now())
    const { items, proof } = await priced({ store, clock, currency }, input)
    const offer = await offering.forNew({ items, contact: input.contact, declinedBy: [] })
    return { items, scheduledFor, offer, ...proofOfNewOrder(proof) }
  }

  /** For whom the order is. Throws forbidden, invalid_request or unknown_customer. */
  async function customerOf(actor: Actor, input: PlaceOrder): Promise<Actor> {
    const { customer } = input
    if (actor.role === 'customer') return ownOrder(actor, input)
    if (!customer) {
      const errors = [{ path: 'customer', message: 'Say for whom it is', code: 'customer_required' }]
      throw new DomainError('invalid_request', 'customer: Say for whom it is', { errors })
    }
    return 'id' in customer ? customers.named(customer.id) : customers.withPhone(customer)
  }

  /** A reason in one word may be a code. */
  async function textOf({ action }: Transition, { role }: Actor, reason: string): Promise<string> {
    const list = reasonCode.safeParse(reason).success ? reasonListOf(action, role) : null
    return (list && (await reasonText?.(list, reason))) ?? reason
  }

  /** Takes one transition of the status table, stores and publishes the result. */
  async function setStatus(
    actor: Actor,
    id: string,
    input: ChangeStatus,
    requestId: string | undefined,
  ): Promise<OrderRecord> {
    const { status, reason, note, pin, commandId, version } = input
    const occurredAt = input.occurredAt && isoTime(Date.parse(input.occurredAt))
    const request = { to: status, via: 'status', version, commandId, requestId } as const
    return change(actor, id, request, async (order, row) => {
      requireReason(row, reason)
      if (order.proof && row.action === 'complete') await checkCompletion?.(order, { note, pin })
      const declinedByAll =
        row.vendor === 'declines' && (await handOver.allHaveDeclined(order, [...order.declinedBy, actor.id]))
      const offer = row.vendor === 'releases' ? await offering.again(order) : undefined
      return { reason: reason && (await textOf(row, actor, reason)), note, commandId, occurredAt, declinedByAll, offer }
    })
  }

  /**
   * Reads, applies, and writes on the condition that the version is still the one read. A lost race means that another
   * change was stored, so the loop ends: at the latest when no transition is left.
   */
  async function change(
    actor: Actor,
    id: string,
    { to, via, version, commandId, requestId }: ChangeRequest,
    inputFor: (order: OrderRecord, row: Transition) => Promise<TransitionInput>,
  ): Promise<OrderRecord> {
    for (;;) {
      const order = await store.orders.byId(id)
      if (!order) throw new DomainError('not_found', 'There is no such order.')
      // The result of the first time: the sender may not be allowed to see later versions.
      const applied = versionOf(order, actor, to, commandId)
      if (applied) return asOf(order, applied)
      const row = findTransition(actor, order, to, clock.now(), via)
      if (!row || (version !== undefined && isOutdated(order, version)))
        throw refusal(actor, order, to, version, clock.now())
      const next = applyTransition(order, row, actor, await inputFor(order, row), now())
      const replaced = await store.orders.replace(next, order.version)
      if (!replaced) continue
      noteRequest(next, requestId)
      events.emit('order.changed', { order: next, published: replaced.published })
      const settled = await handOver.settle(next, row, actor)
      // The vendor was deactivated meanwhile, so the order is handed over, and the change has no lasting effect.
      if (next.vendor && settled.vendor?.id !== next.vendor.id) {
        throw new DomainError(row.vendor === 'claims' ? 'unauthenticated' : 'unknown_vendor')
      }
      return settled
    }
  }

  // A vendor who has just declined or released the order sees nothing of it by `viewFor`, and receives the offer view.
  function presentTo(actor: Actor, order: OrderRecord): Order {
    return presentOrderTo(actor, order, viewFor(actor, order) === 'full' ? 'full' : 'offer', clock.now())
  }
}

function ownOrder(actor: Actor, { customer }: PlaceOrder): Actor {
  if (customer && !('id' in customer && customer.id === actor.id))
    throw new DomainError('forbidden', 'Customers order for themselves.')
  return actor
}

function requireReason(row: Transition, reason: string | undefined): void {
  if (row.reasonRequired && !reason) throw new DomainError('reason_required')
}

/**
 * The version that a command led to if it was applied before: history has one entry for each version. Throws
 * idempotency_mismatch if that command asked for another status.
 */
function versionOf({ history }: OrderRecord, { id }: Actor, to: OrderStatus, commandId: string | undefined) {
  if (commandId === undefined) return null
  const at = history.findIndex((entry) => entry.commandId === commandId && entry.by.id === id)
  if (at < 0) return null
  const [before, entry] = history.slice(at - 1)
  const applied = before && entry && transitionBetween(before, entry)
  if (applied?.to !== to) throw new DomainError('idempotency_mismatch')
  return at + 1
}

/** Equal for equal bodies: the schema gives the parsed keys a fixed order. */
const fingerprint = (input: PlaceOrder) => createHash('sha256').update(JSON.stringify(input)).digest('base64url')
