import { createHash } from 'node:crypto'
import type { Actor } from '#shared/actors.ts'
import { findTransition, type OrderStatus, type Transition } from '#shared/order-status.ts'
import type { OrderCommand } from '#shared/device-messages.ts'
import type { AssignOrder, ChangeStatus, Order, PlaceOrder } from '#shared/orders.ts'
import { viewFor } from '../auth/permissions.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { newOrderId, newOrderNumber } from '../lib/ids.ts'
import { DuplicateError, type OrderRecord, type Store } from '../storage/store.ts'
import { DomainError } from '../lib/errors.ts'
import { asOf, changed, newOrder, type Change } from './order-changes.ts'
import { refusal } from './order-refusals.ts'
import { presentOrderTo } from './presenters.ts'

/** Tells the world of an order that is stored; never throws, never waits. `published`: the newest version it was told of before. */
export interface OrderPublisher {
  orderChanged(order: OrderRecord, published: number): void
}

export interface OrdersDependencies {
  store: Pick<Store, 'orders' | 'services' | 'users'>
  publisher: OrderPublisher
  clock: Clock
  currency: string
}

/** A change that is asked for. `version`: the one it is meant for. */
interface Wanted {
  to: OrderStatus
  via: 'status' | 'assign'
  version?: number
  commandId?: string
}

/** How long an Idempotency-Key stands for its order, in ms. */
const keyKept = 24 * 60 * 60 * 1000

export type OrdersService = ReturnType<typeof createOrdersService>

/** The rules of placing and working orders. Every answer is an order in the caller's own view. */
export function createOrdersService({ store, publisher, clock, currency }: OrdersDependencies) {
  const now = () => isoTime(clock.now())

  return {
    /** Prices, keeps and announces a new order. `replayed`: the same Idempotency-Key and body came before; this is the first answer again. */
    async place(
      actor: Actor,
      input: PlaceOrder,
      idempotencyKey?: string,
    ): Promise<{ order: Order; replayed: boolean }> {
      const idempotency = idempotencyKey && { key: idempotencyKey, bodyHash: fingerprint(input) }
      const replay = async () => {
        const first = idempotency && (await store.orders.byIdempotencyKey(actor.id, idempotency.key))
        if (!first) return null
        if (first.order.createdAt < isoTime(clock.now() - keyKept)) {
          await store.orders.freeIdempotencyKey(first.order.id, idempotency.key)
          return null
        }
        if (first.bodyHash !== idempotency.bodyHash) throw new DomainError('idempotency_mismatch')
        return { order: presentOrderTo(actor, asOf(first.order, 1), 'full'), replayed: true }
      }
      const earlier = await replay()
      if (earlier) return earlier

      const scheduledFor = input.scheduledFor ? isoTime(Date.parse(input.scheduledFor)) : null
      if (scheduledFor && scheduledFor <= now()) throw new DomainError('invalid_schedule')
      const items = await priced(input.items)

      for (;;) {
        const details = { items, currency, contact: input.contact, notes: input.notes ?? '', scheduledFor }
        const order = newOrder(
          { id: newOrderId(clock.now()), number: newOrderNumber(), customer: actor, ...details },
          now(),
        )
        try {
          await store.orders.create(order, idempotency || undefined)
        } catch (error) {
          if (!(error instanceof DuplicateError)) throw error
          const first = error.field === 'idempotencyKey' ? await replay() : null
          if (first) return first
          continue // the number (or, once in a lifetime, the id) is taken: draw another
        }
        publisher.orderChanged(order, 0)
        return { order: presentOrderTo(actor, order, 'full'), replayed: false }
      }
    },

    /** Throws not_found when there is no such order for this caller. */
    async get(actor: Actor, id: string): Promise<Order> {
      const order = await store.orders.byId(id)
      const view = order && viewFor(actor, order)
      if (!order || !view || view === 'gone') throw new DomainError('not_found', 'There is no such order.')
      return presentOrderTo(actor, order, view)
    },

    /**
     * Takes one step of the status table, once per `commandId` if there is one. Throws invalid_transition, already_taken,
     * version_conflict, reason_required or not_found.
     */
    async changeStatus(actor: Actor, id: string, input: ChangeStatus): Promise<Order> {
      return presentTo(actor, await step(actor, id, input))
    },

    /**
     * The same from a device, at most once per `commandId`: sent again, nothing changes and the answer is the first one.
     * Resolves to the version it led to, and when. Throws what changeStatus throws, and unauthenticated for a vendor who
     * is no longer active.
     */
    async command(who: Pick<Actor, 'id'>, id: string, command: OrderCommand): Promise<{ version: number; at: string }> {
      // A device stays connected for weeks: what its vendor is called now is what the history shall say.
      const vendor = await store.users.byId(who.id)
      if (!vendor?.active) throw new DomainError('unauthenticated')
      const { version, history, updatedAt } = await step(vendor, id, command)
      return { version, at: history.at(-1)?.at ?? updatedAt }
    },

    /** Gives the order to a vendor, or to another one. Throws unknown_vendor, invalid_transition, version_conflict or not_found. */
    async assign(actor: Actor, id: string, { vendorId, version }: AssignOrder): Promise<Order> {
      const vendor = await store.users.byId(vendorId)
      if (vendor?.role !== 'vendor' || !vendor.active) throw new DomainError('unknown_vendor')
      const { name } = vendor
      const assigned: Change = { status: 'accepted', vendor: { id: vendorId, name }, note: `Assigned to ${name}` }
      return presentTo(actor, await change(actor, id, { to: 'accepted', via: 'assign', version }, async () => assigned))
    },

    /** When a vendor has left: what everybody who remains has declined is rejected, in the name of whoever sent them away. */
    async rejectDeclined(actor: Actor): Promise<void> {
      let after: OrderRecord | undefined
      do {
        const page = await store.orders.list({ scope: { kind: 'all' }, statuses: ['pending'], limit: 200, after })
        for (const order of page) {
          if (order.declinedBy.length === 0 || (await statusDeclinedBy(order.declinedBy)) === 'pending') continue
          const next = changed(order, { status: 'rejected', vendor: null, note: null }, actor, now())
          const replaced = await store.orders.replace(next, order.version)
          if (replaced) publisher.orderChanged(next, replaced.published)
        }
        after = page.at(-1)
      } while (after)
    },
  }

  /** The lines of an order with names and prices of the catalogue, which alone decides them. */
  async function priced(lines: PlaceOrder['items']): Promise<OrderRecord['items']> {
    const found = await store.services.byIds([...new Set(lines.map((line) => line.serviceId))])
    const offered = new Map(found.filter((service) => service.active).map((service) => [service.id, service]))
    return lines.map(({ serviceId, quantity }, index) => {
      const service = offered.get(serviceId)
      if (!service) {
        const errors = [
          {
            path: `items.${index}.serviceId`,
            message: 'There is no such service, or it is not offered now',
            code: 'unknown_service',
          },
        ]
        throw new DomainError('unknown_service', undefined, { errors })
      }
      return { serviceId, name: service.name, quantity, unitPrice: service.price }
    })
  }

  /** An order is rejected once every active vendor has declined it; until then it stays pending for the others. */
  async function statusDeclinedBy(declinedBy: readonly string[]): Promise<OrderStatus> {
    const vendors = await store.users.list({ role: 'vendor', active: true })
    return vendors.every((vendor) => declinedBy.includes(vendor.id)) ? 'rejected' : 'pending'
  }

  /** One step of the status table, kept and announced. */
  async function step(actor: Actor, id: string, input: ChangeStatus): Promise<OrderRecord> {
    const { commandId, version } = input
    const occurredAt = input.occurredAt && isoTime(Date.parse(input.occurredAt))
    const said = { note: input.reason ?? input.note ?? null, commandId, occurredAt }
    return change(
      actor,
      id,
      { to: input.status, via: 'status', version, commandId },
      async (order, { action, reasonRequired }) => {
        if (reasonRequired && !input.reason) {
          throw new DomainError('reason_required', undefined, {
            errors: [{ path: 'reason', message: 'Say why', code: 'reason_required' }],
          })
        }
        switch (action) {
          case 'accept':
            return { status: 'accepted', vendor: { id: actor.id, name: actor.name }, ...said }
          case 'release':
            return { status: 'pending', vendor: null, ...said }
          case 'decline': {
            const declinedBy = [...order.declinedBy, actor.id]
            return { status: await statusDeclinedBy(declinedBy), vendor: null, declinedBy, ...said }
          }
          default:
            return { status: input.status, vendor: order.vendor, ...said }
        }
      },
    )
  }

  /**
   * Reads, decides, and writes on the condition that the version is still the one read. Losing the race means that
   * somebody else's change was stored, so it ends: at the latest when nothing is left to change.
   */
  async function change(
    actor: Actor,
    id: string,
    { to, via, version, commandId }: Wanted,
    decide: (order: OrderRecord, transition: Transition) => Promise<Change>,
  ): Promise<OrderRecord> {
    for (;;) {
      const order = await store.orders.byId(id)
      if (!order) throw new DomainError('not_found', 'There is no such order.')
      // As it was answered the first time: what came after may be none of the sender's business.
      const applied = versionOf(order, actor, commandId)
      if (applied) return asOf(order, applied)
      const transition = findTransition(actor, order, to, via)
      if (!transition || (version !== undefined && version !== order.version)) throw refusal(actor, order, to, version)
      const next = changed(order, await decide(order, transition), actor, now())
      const replaced = await store.orders.replace(next, order.version)
      if (!replaced) continue
      publisher.orderChanged(next, replaced.published)
      return next
    }
  }

  // Who has just declined or released an order is told how it stands, as the one who was part of it.
  function presentTo(actor: Actor, order: OrderRecord): Order {
    return presentOrderTo(actor, order, viewFor(actor, order) === 'full' ? 'full' : 'offer')
  }
}

/** The version that a command has led to, when it was applied already: history has one entry a version. */
function versionOf(order: OrderRecord, { id }: Actor, commandId: string | undefined): number | null {
  if (commandId === undefined) return null
  const at = order.history.findIndex((entry) => entry.commandId === commandId && entry.by.id === id)
  return at < 0 ? null : at + 1
}

/** The same body means the same order, whatever the order of its keys: what was parsed is always written alike. */
const fingerprint = (input: PlaceOrder) => createHash('sha256').update(JSON.stringify(input)).digest('base64url')
