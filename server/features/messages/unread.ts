import type { Who } from '#shared/actors.ts'
import { activeStatuses, finalStatuses, offeredStatuses } from '#shared/order-status.ts'
import type { UnreadMessages } from '#shared/messages.ts'
import { maySeeMessage } from '../../auth/permissions.ts'
import type { Clock } from '../../lib/clock.ts'
import { endedAt } from '../../services/ended-at.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import { isAfter, type MessageRecord, type MessageStore, type ReadMark } from './message-records.ts'

export interface UnreadDependencies {
  messages: Pick<MessageStore, 'unreadOf' | 'newest' | 'marksOf'>
  orders: Pick<Store['orders'], 'list' | 'byId'>
  clock: Pick<Clock, 'now'>
}

export type Unread = ReturnType<typeof createUnread>

const mostCounted = 100
/** The latest messages of all orders in which an admin's unread ones are looked for. */
const latest = 1_000
const [openOrders, endedOrders] = [200, 50]
const day = 24 * 3_600_000
/** An admin's unread messages older than this are not counted. */
const countedFor = 7 * day

/** Counts what a person has not read: how far each person has read an order is stored, and nothing else. */
export function createUnread({ messages, orders, clock }: UnreadDependencies) {
  const isUnread = (who: Who, order: OrderRecord, record: MessageRecord) =>
    record.authorId !== who.id && maySeeMessage(who, order, record)

  async function count(who: Who, order: OrderRecord, mark: ReadMark | undefined): Promise<number> {
    const after = await messages.unreadOf(order.id, mark, mostCounted)
    return after.filter((record) => isUnread(who, order, record)).length
  }

  /** The orders of a customer or a vendor to which messages may still come, or came within a day. */
  async function ownOrders({ id, role }: Who): Promise<OrderRecord[]> {
    const own = role === 'vendor' ? { vendorId: id } : { customerId: id }
    const scope = { kind: role === 'vendor' ? 'vendor' : 'customer', id } as const
    const statuses = role === 'vendor' ? activeStatuses : [...offeredStatuses, ...activeStatuses]
    const [open, ended] = await Promise.all([
      orders.list({ scope, ...own, statuses, limit: openOrders }),
      orders.list({ scope, ...own, statuses: finalStatuses, limit: endedOrders }),
    ])
    return [...open, ...ended.filter((order) => Date.parse(endedAt(order) ?? '') > clock.now() - 2 * day)]
  }

  async function ofParty(who: Who): Promise<UnreadMessages['orders']> {
    const own = await ownOrders(who)
    const ids = own.map(({ id }) => id)
    const marks = await messages.marksOf(who.id, ids)
    return Promise.all(
      own.map(async (order) => ({ orderId: order.id, unread: await count(who, order, marks.get(order.id)) })),
    )
  }

  async function ofAdmin(who: Who): Promise<UnreadMessages['orders']> {
    const recent = (await messages.newest(latest)).filter(
      ({ at, authorId }) => authorId !== who.id && Date.parse(at) > clock.now() - countedFor,
    )
    const marks = await messages.marksOf(who.id, [...new Set(recent.map(({ orderId }) => orderId))])
    const counts = new Map<string, number>()
    for (const record of recent) {
      const mark = marks.get(record.orderId)
      if (!mark || isAfter(record, mark)) counts.set(record.orderId, (counts.get(record.orderId) ?? 0) + 1)
    }
    return [...counts].map(([orderId, unread]) => ({ orderId, unread: Math.min(unread, mostCounted) }))
  }

  return {
    /** Of one order, which the person may read. */
    async of(who: Who, order: OrderRecord): Promise<number> {
      const marks = await messages.marksOf(who.id, [order.id])
      return count(who, order, marks.get(order.id))
    },

    /** Of all of a person's orders: those with unread messages. */
    async ofAll(who: Who): Promise<UnreadMessages['orders']> {
      const counted = await (who.role === 'admin' ? ofAdmin(who) : ofParty(who))
      return counted.filter(({ unread }) => unread > 0)
    },
  }
}
