import type { Actor } from '#shared/actors.ts'
import type { ExportQuery, OrderQuery } from '#shared/order-input.ts'
import type { Order, OrderChanges, OrderEvent, OrderList } from '#shared/orders.ts'
import { viewFor } from '../auth/permissions.ts'
import { isoTime, maxClockSkew, type Clock } from '../lib/clock.ts'
import type { OrderPosition, OrderRecord, OrderScope, Store } from '../storage/store.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { z } from '../lib/zod.ts'
import { DomainError } from '../lib/errors.ts'
import { presentGone, presentOrderTo } from './presenters.ts'

export type OrderListsService = ReturnType<typeof createOrderListsService>

const pageLimit = 200

/** Lists of orders: pages, and the changes since a cursor. */
export function createOrderListsService({ store, clock }: { store: Pick<Store, 'orders'>; clock: Clock }) {
  function present(actor: Actor, order: OrderRecord) {
    const view = viewFor(actor, order)
    return view && view !== 'gone' ? [presentOrderTo(actor, order, view, clock.now())] : []
  }

  /** One page, newest first, in the caller's view. */
  async function list(actor: Actor, { limit = 50, ...query }: Omit<OrderQuery, 'since'>): Promise<OrderList> {
    refuseHidden(actor, query)
    // Taken before the page is read: an order written meanwhile is then repeated, not missed.
    const syncCursor = await store.orders.syncCursor()
    const found = await store.orders.list({
      scope: scopeOf(actor),
      statuses: query.status,
      vendorId: query.vendorId,
      customerId: query.customerId,
      q: query.q || undefined,
      from: query.from && isoTime(Date.parse(query.from)),
      to: query.to && isoTime(Date.parse(query.to)),
      limit: limit + 1,
      after: query.cursor ? readCursor(query.cursor) : undefined,
    })
    const page = found.slice(0, limit)
    const last = page.at(-1)
    const more = found.length > limit && last
    return {
      orders: page.flatMap((order) => present(actor, order)),
      nextCursor: more ? encodeCursor([last.createdAt, last.id]) : null,
      syncCursor,
    }
  }

  async function* pagesFrom(actor: Actor, query: ExportQuery, first: OrderList): AsyncGenerator<Order> {
    for (let page = first; ; page = await list(actor, { ...query, limit: pageLimit, cursor: page.nextCursor })) {
      yield* page.orders
      if (page.nextCursor === null) return
    }
  }

  return {
    list,

    /** All orders of a list, newest first, read in pages. Throws what `list` throws before the first one. */
    async all(actor: Actor, query: ExportQuery): Promise<AsyncIterable<Order>> {
      return pagesFrom(actor, query, await list(actor, { ...query, limit: pageLimit }))
    },

    /**
     * A page of the orders changed since a `syncCursor`, in their current state; as "gone" if the vendor can no longer see
     * it. Every page has the `syncCursor` of the first: an order stamped before and stored after a page was read is
     * repeated, not missed.
     */
    async changes(
      actor: Actor,
      { since, cursor, limit = 200 }: { since: string; cursor?: string; limit?: number },
    ): Promise<OrderChanges> {
      const [after, syncCursor] = cursor
        ? decodeCursor(cursor, ChangesCursor)
        : [undefined, await store.orders.syncCursor()]
      const found = await store.orders.changedSince(since, scopeOf(actor), { limit, after })
      if (found === 'invalid') throw new DomainError('invalid_cursor')
      if (found === 'expired') throw new DomainError('cursor_expired')
      // The cursor has the store's time, history the servers'.
      const from = isoTime(Date.parse(found.since) - maxClockSkew)
      const orders = found.orders.flatMap((order): OrderEvent[] =>
        viewFor(actor, order, from) === 'gone' ? [presentGone(order)] : present(actor, order),
      )
      return { orders, nextCursor: found.next && encodeCursor([found.next, syncCursor]), syncCursor }
    },
  }
}

/** A search by what the caller may not read would tell it. */
function refuseHidden({ reader }: Actor, { q, customerId }: Pick<OrderQuery, 'q' | 'customerId'>): void {
  if (reader === 'without_contact' && (q || customerId !== undefined)) {
    throw new DomainError('forbidden', 'A token without contact details cannot search for customers.')
  }
}

function scopeOf({ id, role }: Actor): OrderScope {
  return role === 'admin' ? { kind: 'all' } : { kind: role, id }
}

const Cursor = z.tuple([z.iso.datetime(), z.string()])
const ChangesCursor = z.tuple([z.strictObject({ changedAt: z.number(), key: z.string() }), z.string()])

function readCursor(cursor: string): OrderPosition {
  const [createdAt, id] = decodeCursor(cursor, Cursor)
  return { createdAt, id }
}
