import { computed, effect, type ReadonlySignal } from '@preact/signals'
import { assignedStatus } from '#shared/order-status.ts'
import type { GoneOrder, Order } from '#shared/orders.ts'
import { ApiError } from '../session/api-error.ts'
import { itemsText } from '../ui/format.ts'
import { sharedSetting } from '../ui/shared-setting.ts'
import type { Workspace } from '../workspace.ts'
import { changesByOthers, type OrderChange } from './other-changes.ts'
import { parseSeen, seenKey, withSeen, type Departure, type SeenOrder } from './seen-order.ts'

export interface SeenOrdersDependencies extends Pick<Workspace, 'me' | 'orders' | 'fetchOrder' | 'caughtUp'> {
  /** The ids of the orders that are loaded and belong to the list. */
  list: ReadonlySignal<readonly string[]>
  /** Whether the list has been read from the server. */
  isReady: ReadonlySignal<boolean>
  /** Whether the order belongs to the list. */
  isListed(order: Order): boolean
  /** Where it is in the list. */
  sortKey(order: Order): string
  /** The change by which an order left the list; null for an order that left it by this person's own change. */
  departure(order: Order): OrderChange | null
  /** Called before the order changes on the page: another person has changed it, or has taken it from the list. */
  onChange(id: string): void
}

/** Only if it changed once since it was in the list does its status say what happened. */
const goneDeparture = ({ version, status }: GoneOrder, before: SeenOrder): Departure => ({
  gone: version === before.version + 1 && status === assignedStatus ? 'reassigned' : 'unknown',
})

export type SeenOrders = ReturnType<typeof createSeenOrders>

/**
 * What this device has seen of one person's list, across reloads: so that a change by another person is said even if it was
 * made while the page was closed, and stays until the person has read it. The model that creates it ends its effects.
 */
export function createSeenOrders(deps: SeenOrdersDependencies) {
  const { me, orders } = deps
  const stored = sharedSetting(seenKey(me.id), parseSeen, (list) => (list.length > 0 ? JSON.stringify(list) : null))
  const byId = computed(() => new Map(stored.value.map((order) => [order.id, order])))
  const requested = new Set<string>()

  const put = (order: SeenOrder) => void (stored.value = withSeen(stored.peek(), order))
  const forget = (id: string) => void (stored.value = stored.peek().filter((order) => order.id !== id))

  function applyListed(order: Order, loaded: Order | undefined) {
    const before = byId.peek().get(order.id)
    // Of an older page: a job stored for a start without a network.
    if (before?.left && order.version <= before.version) return
    const acknowledged = before?.acknowledged ?? 0
    put({
      id: order.id,
      number: order.number,
      title: itemsText(order.items),
      sortKey: deps.sortKey(order),
      version: Math.max(order.version, before?.version ?? 0),
      acknowledged,
      left: null,
      shown: false,
    })
    const since = loaded?.version ?? before?.version ?? 0
    if (changesByOthers(me.id, order, Math.max(acknowledged, since)).length > 0) deps.onChange(order.id)
  }

  function applyUnlisted(event: Order | GoneOrder, loaded: Order | undefined) {
    const before = byId.peek().get(event.id)
    if (!before) return
    const left = 'gone' in event ? goneDeparture(event, before) : deps.departure(event)
    if (!left) return forget(event.id)
    // Another tab may have stored it already; this page says it nevertheless.
    if (!before.left) put({ ...before, left, shown: false })
    if (!before.left || (loaded && deps.isListed(loaded))) deps.onChange(event.id)
  }

  effect(() =>
    orders.watch((loaded, event) => {
      if (!('gone' in event) && deps.isListed(event)) applyListed(event, loaded)
      else applyUnlisted(event, loaded)
    }),
  )

  /** Reads orders that have left the list unseen, one after the other; the watcher above receives them. */
  async function readAll(ids: readonly string[]): Promise<void> {
    for (const id of ids) requested.add(id)
    for (const id of ids) {
      await deps.fetchOrder(id).catch((error: unknown) => applyFailure(id, error))
      requested.delete(id)
    }
  }

  /** After another failure than "not found" the order is read again after the next gap. */
  function applyFailure(id: string, error: unknown) {
    const order = byId.peek().get(id)
    if (!(error instanceof ApiError && error.code === 'not_found') || !order || order.left) return
    put({ ...order, left: { gone: 'unknown' }, shown: false })
    deps.onChange(id)
  }

  // At the start and after each gap: compares what was seen with what the server has returned.
  effect(() => {
    void deps.caughtUp.value
    const listed = deps.list.value
    if (!deps.isReady.value) return
    for (const id of listed) {
      const order = orders.confirmed(id)
      if (order && !byId.peek().has(id)) applyListed(order, undefined)
    }
    const missing: string[] = []
    for (const { id, left } of stored.peek()) {
      const order = orders.confirmed(id)
      if (left || requested.has(id) || (order && deps.isListed(order))) continue
      if (order) applyUnlisted(order, undefined)
      else missing.push(id)
    }
    void readAll(missing)
  })

  return {
    /** Reads a signal, as `left` and `unread` do. */
    of: (id: string): SeenOrder | undefined => byId.value.get(id),
    /** Orders that left the list by another person's change, which this person has not dismissed. */
    left: computed(() => stored.value.filter((order) => order.left !== null)),
    /** What other persons have done to an order of the list, until this person acknowledges it. Oldest first. */
    unread: (order: Order): readonly OrderChange[] =>
      changesByOthers(me.id, order, byId.value.get(order.id)?.acknowledged ?? 0),
    /** The person has opened or dismissed it. */
    acknowledge(id: string): void {
      const order = byId.peek().get(id)
      if (!order) return
      if (order.left) forget(id)
      else put({ ...order, acknowledged: orders.confirmed(id)?.version ?? order.version })
    },
    /** The page has shown that the order left. */
    show(id: string): void {
      const order = byId.peek().get(id)
      if (order?.left && !order.shown) put({ ...order, shown: true })
    },
    /** Forgets the orders that an earlier page has shown as left. */
    forgetShown: () => void (stored.value = stored.peek().filter(({ left, shown }) => !left || !shown)),
  }
}
