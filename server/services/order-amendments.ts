import type { Actor } from '#shared/actors.ts'
import { nextVersion } from '#shared/apply-transition.ts'
import { isOutdated } from '#shared/order-history.ts'
import type { Order } from '#shared/orders.ts'
import { viewFor } from '../auth/permissions.ts'
import { isoTime, type Clock } from '../lib/clock.ts'
import { DomainError } from '../lib/errors.ts'
import type { OrderRecord, Store } from '../storage/store.ts'
import type { EventBus } from './domain-events.ts'
import { correctionsOf, withCorrections, type OrderDetails } from './order-details.ts'
import { outdated } from './order-refusals.ts'
import { noteRequest } from './order-requests.ts'
import { presentOrderTo } from './presenters.ts'

export interface OrderAmendmentsDependencies {
  store: { orders: Pick<Store['orders'], 'byId' | 'replace'> }
  events: Pick<EventBus, 'emit'>
  clock: Clock
}

/** `version`: the order's version that the sender has seen. */
interface Seen {
  version?: number
  requestId?: string
}

/**
 * The details that get other values; what is absent stays. `current`: the order in the caller's view. Throws to refuse.
 * Runs again when another change was stored meanwhile.
 */
type Amended = (order: OrderRecord, current: Order) => Partial<OrderDetails> | Promise<Partial<OrderDetails>>

export type OrderAmendments = ReturnType<typeof createOrderAmendments>

/** Changes of an order that no transition makes. */
export function createOrderAmendments({ store, events, clock }: OrderAmendmentsDependencies) {
  return {
    /**
     * One more version, whose history entry has the old and the new values; none when nothing changes. Resolves to the
     * order in the caller's view. Throws not_found, version_conflict, and what `amended` throws.
     */
    async amend(actor: Actor, id: string, { version, requestId }: Seen, amended: Amended): Promise<Order> {
      for (;;) {
        const order = await store.orders.byId(id)
        const view = order && viewFor(actor, order)
        if (!order || !view || view === 'gone') throw new DomainError('not_found', 'There is no such order.')
        const now = clock.now()
        const current = presentOrderTo(actor, order, view, now)
        if (version !== undefined && isOutdated(order, version)) throw outdated(order, version, current)
        const changed = correctionsOf(order, { ...order, ...(await amended(order, current)) })
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
