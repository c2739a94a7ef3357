import { deadlineOf, type AlertList, type DeadlineKind } from '#shared/deadlines.ts'
import { openStatuses } from '#shared/order-status.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { EventBus } from '../../services/domain-events.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import { alertOf, type createAlerts } from './alerts.ts'
import type { DeadlineRecord, DeadlineStore } from './deadline-records.ts'
import { validFor, type createServiceDeadlines, type DeadlinesByService } from './service-deadlines.ts'

export interface DeadlinesDependencies {
  store: { orders: Pick<Store['orders'], 'byId' | 'list'> }
  deadlines: DeadlineStore
  services: ReturnType<typeof createServiceDeadlines>
  alerts: ReturnType<typeof createAlerts>
  events: Pick<EventBus, 'tellLate'>
  isLeader: () => boolean
  /** Whether orders may be offered in rounds, of which the last one ends too. */
  areRoundsUsed?: () => boolean
  clock: Clock
}

export type DeadlinesService = ReturnType<typeof createDeadlinesService>

const pageSize = 200

/**
 * Stores when each order is late, and tells of it once. What tells is idempotent and runs before the record is marked, so a
 * crash between the two neither loses nor repeats it; and so do two nodes that both take themselves for the leader.
 */
export function createDeadlinesService(dependencies: DeadlinesDependencies) {
  const { store, deadlines, services, alerts, events, isLeader, areRoundsUsed = () => false, clock } = dependencies
  /** The catalogue's deadlines with which the open orders were compared last. */
  let compared: string | null = null
  /** When they are compared once more: until then another node may have used the catalogue before. */
  let compareAgainAt: number | null = null

  /** Stores the deadline that the order has now. */
  async function follow(order: OrderRecord, current: DeadlinesByService): Promise<void> {
    for (;;) {
      const known = await deadlines.get(order.id)
      if (known && known.version > order.version) return
      const next = nextRecord(order, current, known)
      if (next === known || (!next && !known)) return
      const isDone = !known
        ? next !== null && (await deadlines.create(next))
        : next
          ? await deadlines.replace(known, next)
          : await deadlines.remove(known)
      if (!isDone) continue
      if (known?.state === 'late') await alerts.refresh()
      return
    }
  }

  function nextRecord(order: OrderRecord, current: DeadlinesByService, known: DeadlineRecord | null) {
    const deadline = deadlineOf(order, current)
    if (!deadline) return null
    const { kind, begun, dueAt } = deadline
    if (known && known.kind === kind && known.begun === begun) {
      // An order that was told of stays so when its service's deadline changes, unless it is no longer late.
      if (known.dueAt === dueAt || (known.state !== 'waiting' && dueAt <= isoTime(clock.now()))) return known
    }
    const { id: orderId, number, version } = order
    return { orderId, number, kind, begun, version, dueAt, state: 'waiting' } satisfies DeadlineRecord
  }

  const isUsed = (current: DeadlinesByService) => current.size > 0 || areRoundsUsed()

  /** Compares every open order with the catalogue's deadlines, or forgets them all when there are none. */
  async function compare(current: DeadlinesByService): Promise<void> {
    if (!isUsed(current)) {
      for await (const record of deadlines.all()) await deadlines.remove(record)
      return
    }
    let after: OrderRecord | undefined
    do {
      const page = await store.orders.list({ scope: { kind: 'all' }, statuses: openStatuses, after, limit: pageSize })
      for (const order of page) await follow(order, current)
      after = page.at(-1)
      await new Promise(setImmediate)
    } while (after)
  }

  async function compareWhenChanged(current: DeadlinesByService): Promise<void> {
    const now = clock.monotonic()
    const text = JSON.stringify([areRoundsUsed(), ...current])
    const isDue = compareAgainAt !== null && now >= compareAgainAt
    if (text === compared && !isDue) return
    await compare(current)
    compareAgainAt = text === compared ? null : now + 2 * validFor
    compared = text
  }

  async function tellDue(current: DeadlinesByService): Promise<void> {
    const now = isoTime(clock.now())
    for await (const record of deadlines.waiting()) {
      if (record.dueAt > now) return
      await tell(record, current)
    }
  }

  async function tell(record: DeadlineRecord, current: DeadlinesByService): Promise<void> {
    const { orderId, kind, begun, dueAt } = record
    const order = await store.orders.byId(orderId)
    const deadline = order && deadlineOf(order, current)
    if (!order) await deadlines.remove(record)
    else if (deadline?.kind !== kind || deadline.dueAt !== dueAt) await follow(order, current)
    else {
      await events.tellLate({ id: `${orderId} ${kind} ${begun} ${dueAt}`, order, kind, since: dueAt })
      await deadlines.told(record)
    }
  }

  return {
    /** Runs with every change of an order. */
    async orderChanged(order: OrderRecord): Promise<void> {
      const current = await services.current()
      if (current.size > 0 || order.offer) await follow(order, current)
    },

    /** The leader tells of what is due; every node publishes the alerts to its clients. */
    async sweep(): Promise<void> {
      const current = await services.current()
      if (isLeader()) await compareWhenChanged(current)
      if (!isUsed(current) && alerts.count() === 0) return
      if (isLeader()) await tellDue(current)
      await alerts.refresh()
    },

    list: async (): Promise<AlertList> => ({ alerts: (await deadlines.late()).map(alertOf) }),

    /** null: it was acknowledged before. Throws not_found when the order is not late with it. */
    async acknowledge(kind: DeadlineKind, orderId: string): Promise<DeadlineRecord | null> {
      const acknowledged = await deadlines.acknowledge(orderId, kind)
      if (acknowledged) {
        await alerts.refresh()
        return acknowledged
      }
      const record = await deadlines.get(orderId)
      if (record?.kind === kind && record.state === 'acknowledged') return null
      throw new DomainError('not_found', 'There is no such alert.')
    },
  }
}
