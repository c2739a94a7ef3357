import type { Actor } from '#shared/actors.ts'
import { erasedName } from '#shared/erasure.ts'
import { activeStatuses, findTransition, isFinal, openStatuses } from '#shared/order-status.ts'
import { applyTransition } from '#shared/apply-transition.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { EventBus } from '../../services/domain-events.ts'
import { createOrderPasses, type EachOrder } from '../../services/order-passes.ts'
import { presentOrderTo } from '../../services/presenters.ts'
import type { UsersService } from '../../services/users.service.ts'
import type { RecordCollection } from '../../storage/records.ts'
import { DuplicateError, type OrderRecord, type Store, type UserRecord } from '../../storage/store.ts'
import type { Core, PersonalData } from '../feature.ts'
import type { ErasureRecord } from './erasure-records.ts'
import { concerns, withoutPerson } from '../../services/order-without-person.ts'

export interface ErasureDependencies {
  erasures: RecordCollection<ErasureRecord>
  store: Pick<Store, 'users' | 'customers' | 'orders' | 'purge'>
  users: Pick<UsersService, 'erase'>
  events: Pick<EventBus, 'emit'>
  personalData: () => readonly Pick<PersonalData, 'erase'>[]
  discardOutdated: Core['discardOutdated']
  clock: Clock
  log: Pick<Log, 'error' | 'debug'>
}

export type ErasureService = ReturnType<typeof createErasureService>

/** A user, or a customer without an account. `email`: never empty. */
export type ErasedPerson = Pick<UserRecord, 'id' | 'role' | 'email'>

const shownOrders = 200

/** The author of a change that no person has asked for. */
const server: Actor = { id: 'callout', name: 'Callout', role: 'admin' }

/**
 * Removes a person. The request is stored first. Then the account is closed, so that no further request of the person
 * begins, and passes remove the person from the orders, which stay for the books, and from everything else that is kept.
 * A request that began before may store something after the first pass, so the last one runs two minutes later.
 */
export function createErasureService(dependencies: ErasureDependencies) {
  const { erasures, store, users, events, personalData, discardOutdated, clock, log } = dependencies
  const now = () => isoTime(clock.now())

  /** The open orders that keep a person from leaving. */
  function openOrdersOf({ id, role }: Pick<UserRecord, 'id' | 'role'>): Promise<OrderRecord[]> {
    if (role === 'admin') return Promise.resolve([])
    const query =
      role === 'customer' ? { customerId: id, statuses: openStatuses } : { vendorId: id, statuses: activeStatuses }
    return store.orders.list({ scope: { kind: 'all' }, ...query, limit: shownOrders })
  }

  /** Throws open_orders or vendor_has_jobs. */
  async function refuseWithOpenOrders(person: ErasedPerson, actor: Actor): Promise<void> {
    const open = await openOrdersOf(person)
    if (open.length === 0) return
    const orders = open.map((order) => presentOrderTo(actor, order, 'full', clock.now()))
    throw new DomainError(person.role === 'customer' ? 'open_orders' : 'vendor_has_jobs', undefined, { orders })
  }

  /** Whether the person may still order or work, or others order for them. */
  async function mayOrder(id: string): Promise<boolean> {
    const user = await store.users.byId(id)
    return user ? user.active : (await store.customers.get(id)) !== null
  }

  /** The account is closed, or the erasure is withdrawn because it is refused after all. */
  async function close({ id }: ErasureRecord): Promise<void> {
    await store.customers.remove(id)
    if (!(await store.users.byId(id))) return
    try {
      await users.erase(id)
    } catch (error) {
      if (error instanceof DomainError) await erasures.delete(id)
      throw error
    }
  }

  async function authorOf({ id, role }: ErasureRecord['by']): Promise<Actor> {
    return { id, name: (await store.users.byId(id))?.name ?? erasedName, role }
  }

  async function write(order: OrderRecord, next: OrderRecord): Promise<boolean> {
    const replaced = await store.orders.replace(next, order.version)
    if (replaced) events.emit('order.changed', { order: next, published: replaced.published })
    return replaced !== null
  }

  /** An order that was placed while its customer's account was being closed has no one to take it. */
  function cancelled(order: OrderRecord): OrderRecord | null {
    const row = isFinal(order.status) ? null : findTransition(server, order, 'cancelled', clock.now())
    return row && applyTransition(order, row, server, {}, now())
  }

  async function eraseIn({ id }: OrderRecord, person: ErasureRecord, by: Actor): Promise<void> {
    if (person.role === 'customer') await store.orders.freeIdempotencyKey(id)
    for (;;) {
      const order = await store.orders.byId(id)
      const next =
        order && ((person.role === 'customer' && cancelled(order)) || withoutPerson(order, person, by, now()))
      if (!next) return
      await write(order, next)
    }
  }

  async function pass(person: ErasureRecord, eachOrder: EachOrder): Promise<boolean> {
    // The process ended before the account was closed. Meanwhile it was used.
    if ((await mayOrder(person.id)) && (await openOrdersOf(person)).length > 0) {
      await erasures.delete(person.id)
      return true
    }
    await close(person)
    const [by, orders] = [await authorOf(person.by), new Set<string>()]
    const isComplete = await eachOrder(
      { scope: { kind: 'all' }, ...(person.role === 'customer' && { customerId: person.id }) },
      (order) => {
        if (!concerns(order, person)) return false
        orders.add(order.id)
        const isOpen = person.role === 'customer' && !isFinal(order.status)
        return isOpen || withoutPerson(order, person, by, now()) !== null
      },
      (order) => eraseIn(order, person, by),
    )
    if (!isComplete) return false
    for (const part of personalData()) await part.erase({ ...person, orders })
    await discardOutdated(orders)
    return true
  }

  const passes = createOrderPasses<ErasureRecord>({
    store,
    marks: {
      all: () => erasures.list(),
      async remove(id) {
        await erasures.delete(id)
        await store.purge()
      },
    },
    pass,
    failure: 'a person could not be erased; it is tried again',
    clock,
    log,
  })

  return {
    /** Resolves once the account is closed. Throws open_orders, vendor_has_jobs or last_admin. */
    async erase(person: ErasedPerson, actor: Actor): Promise<void> {
      await refuseWithOpenOrders(person, actor)
      const { id, role, email } = person
      const record = { id, role, email, by: { id: actor.id, role: actor.role }, at: now() }
      try {
        await erasures.create(record)
      } catch (error) {
        if (!(error instanceof DuplicateError)) throw error
      }
      await close(record)
      passes.begin(record)
    },

    sweep: passes.sweep,
    stop: passes.stop,
  }
}
