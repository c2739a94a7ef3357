import type { Actor } from '#shared/actors.ts'
import { applyTransition } from '#shared/apply-transition.ts'
import {
  activeStatuses,
  assignmentFrom,
  findTransition,
  initialStatus,
  isOffered,
  offeredStatuses,
  transitionsBy,
  type Transition,
} from '#shared/order-status.ts'
import { isActiveVendor } from '#shared/users.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { OrderRecord, Store } from '../storage/store.ts'
import type { EventBus } from './domain-events.ts'
import { serverActor } from './server-actor.ts'
import { createOffering, type Offering } from './offering.ts'

export interface HandOverDependencies {
  store: Pick<Store, 'orders' | 'users' | 'departures'>
  events: Pick<EventBus, 'emit'>
  offering?: Pick<Offering, 'again' | 'able'>
  clock: Clock
}

export type HandOverService = ReturnType<typeof createHandOverService>

const pageSize = 200

/**
 * No order stays with a vendor who cannot work it, and none stays pending when every active vendor who can do it has declined it.
 *
 * Without a transaction across records, a deactivation and a claim (or an assignment) may overlap. The deactivation
 * writes the user, then reads the vendor's jobs. The claim writes the order, then reads the user (`settle`). Whichever
 * writes last reads the other's write, so at least one of them hands the order over; each does it by a write on the
 * condition of the order's version, so only one takes effect. The same holds for a decline and `rejectDeclined`. The
 * sweep finishes what a crash interrupts: an unfinished departure, or an active order whose vendor is not active.
 *
 * Before a hand-over the order is read first and its vendor second: if the vendor is inactive then, the order was with
 * an inactive vendor, even when the vendor is activated a moment later.
 */
export function createHandOverService({ store, events, offering = createOffering(), clock }: HandOverDependencies) {
  const now = () => isoTime(clock.now())

  const openJobs = (vendorId: string): Promise<OrderRecord[]> =>
    store.orders.list({ scope: { kind: 'all' }, statuses: activeStatuses, vendorId, limit: pageSize })

  async function allHaveDeclined(order: OrderRecord, declinedBy: readonly string[]): Promise<boolean> {
    const [vendors, able] = await Promise.all([
      store.users.list({ role: 'vendor', active: true }),
      offering.able(order),
    ])
    return vendors.every(({ id }) => declinedBy.includes(id) || able?.includes(id) === false)
  }

  /** Null when the order has changed meanwhile. */
  async function write(order: OrderRecord, next: OrderRecord): Promise<OrderRecord | null> {
    const replaced = await store.orders.replace(next, order.version)
    if (!replaced) return null
    events.emit('order.changed', { order: next, published: replaced.published })
    return next
  }

  /** Releases or reassigns the order if its vendor cannot work it. The order as it is then. */
  async function handOver(order: OrderRecord): Promise<OrderRecord> {
    for (;;) {
      const { vendor } = order
      if (!vendor || !activeStatuses.includes(order.status)) return order
      if (isActiveVendor(await store.users.byId(vendor.id))) return order
      const departure = await store.departures.of(vendor.id)
      // Of a vendor who was deactivated by an earlier version, no admin has asked.
      const actor = departure?.by ?? serverActor
      const chosen = departure?.reassignTo ? await store.users.byId(departure.reassignTo) : null
      // All jobs, whatever their status: the admin has named who takes them. A release would offer some of them to vendors
      // whom the admin did not choose, and the chosen vendor would have to be quicker.
      const assigned = isActiveVendor(chosen) ? { id: chosen.id, name: chosen.name } : undefined
      const row = assigned ? assignmentFrom(order.status) : findTransition(actor, order, initialStatus, clock.now())
      if (!row) throw new Error(`no transition takes an order that is ${order.status} from its vendor`)
      const offer = assigned ? undefined : await offering.again(order)
      const next = await write(order, applyTransition(order, row, actor, { assigned, offer }, now()))
      // The chosen vendor may be deactivated at the same time, so the result is examined too.
      const current = next ?? (await store.orders.byId(order.id))
      if (!current) return order
      order = current
    }
  }

  /** Rejects the offer, in the actor's name, if every active vendor who can do it has declined it. */
  async function rejectIfDeclined(order: OrderRecord, actor: Actor): Promise<OrderRecord> {
    const [rejection] = transitionsBy('server', order.status)
    if (!rejection || order.declinedBy.length === 0 || !(await allHaveDeclined(order, order.declinedBy))) return order
    return (await write(order, applyTransition(order, rejection, actor, {}, now()))) ?? order
  }

  /** After a vendor was deactivated: rejects the offers that all remaining vendors have declined. */
  async function rejectDeclined(actor: Actor): Promise<void> {
    let after: OrderRecord | undefined
    do {
      const page = await store.orders.list({
        scope: { kind: 'all' },
        statuses: offeredStatuses,
        limit: pageSize,
        after,
      })
      for (const order of page) await rejectIfDeclined(order, actor)
      after = page.at(-1)
    } while (after)
  }

  /** Hands over every job of the vendor, unless active. */
  async function handOverJobs(vendorId: string): Promise<void> {
    for (;;) {
      const jobs = await openJobs(vendorId)
      const results: OrderRecord[] = []
      for (const job of jobs) results.push(await handOver(job))
      if (results.every((order) => order.vendor?.id === vendorId)) return
    }
  }

  async function sweep(): Promise<void> {
    const [unfinished, active, counts] = await Promise.all([
      store.departures.unfinished(),
      store.users.list({ role: 'vendor', active: true }),
      store.orders.activeCounts(),
    ])
    const activeIds = new Set(active.map(({ id }) => id))
    for (const { vendorId } of unfinished) if (!activeIds.has(vendorId)) await finish(vendorId)
    for (const vendorId of counts.keys()) if (!activeIds.has(vendorId)) await handOverJobs(vendorId)
  }

  async function finish(vendorId: string): Promise<void> {
    const departure = await store.departures.of(vendorId)
    await handOverJobs(vendorId)
    await rejectDeclined(departure?.by ?? serverActor)
    if (departure) await store.departures.finish(departure)
  }

  return {
    allHaveDeclined,

    /** The vendor's open jobs, newest first: at most one page. */
    openJobs,

    /** Hands over the jobs of a vendor who has just been deactivated. */
    finish,

    /** After `row` was taken: the order as it is once a vendor deactivated meanwhile is taken into account. */
    settle(order: OrderRecord, row: Transition, actor: Actor): Promise<OrderRecord> {
      if (row.vendor === 'claims' || row.vendor === 'assigns') return handOver(order)
      if (row.vendor === 'declines' && isOffered(order.status)) return rejectIfDeclined(order, actor)
      return Promise.resolve(order)
    },

    /** Finishes what a crash has interrupted. */
    sweep,
  }
}
