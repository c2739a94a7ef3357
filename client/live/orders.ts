import { batch, signal, type Signal } from '@preact/signals-core'
import type { Order, OrderEvent } from '#shared/orders.ts'
import { isOffered, transitions, type OrderStatus } from '#shared/order-status.ts'
import { createOrderViews } from './order-views.ts'

export interface Entry {
  /** As shown: the server's version with the user's pending changes applied. */
  order: Order
  /** Why the order is about to leave this user's lists; null while it stays. */
  leaving: string | null
}

/** Why an order left this user's view. */
export type LeavingReason = 'cancelled' | 'declined' | 'taken' | 'reassigned'

type Watcher = (before: Order | undefined, event: OrderEvent) => void

export type Orders = ReturnType<typeof createOrders>

/** Applies the pending changes of an order (pending-changes.ts). */
export type ApplyOptimistic = (order: Order) => Entry

interface StoredEntry {
  /** The server's version. */
  confirmed: Order
  shown: Signal<Entry>
  /** It has left this user's view, and is removed a moment later. */
  isGone: boolean
  /** The reload (see `beginReload`) that returned it last. */
  seenIn: number
}

export interface OrdersOptions {
  setTimer?(work: () => void, milliseconds: number): unknown
  /** The text that is shown with an order that leaves. */
  textOf?(reason: LeavingReason): string
  /** Called for each order that was added, changed or removed. */
  onChange?(id: string): void
}

/** How long an order that has left this user's lists stays visible with the reason, in ms. */
const leavingDuration = 3_000

/** For how many orders that were removed their version is remembered. */
const removedLimit = 10_000

/**
 * All loaded orders, each in a signal of its own, so that one changed order re-renders one row. Whole orders arrive in
 * any sequence from lists, responses and events; the highest version wins. Lists and counts are updated one changed order
 * at a time (order-views.ts).
 */
export function createOrders({
  setTimer = setTimeout,
  textOf = (reason) => reason,
  onChange = () => {},
}: OrdersOptions = {}) {
  const entries = new Map<string, StoredEntry>()
  /** Of the orders that were removed last: versions up to this one arrive late, and must not restore the order. */
  const removedAt = new Map<string, number>()
  const optimistic = new Map<string, ApplyOptimistic>()
  const views = createOrderViews(entries)
  const watchers = new Set<Watcher>()
  let generation = 0

  const entryOf = (order: Order): Entry => optimistic.get(order.id)?.(order) ?? { order, leaving: null }

  function changed(id: string, moved: boolean): void {
    views.changed(id, moved)
    onChange(id)
  }

  /** Returns whether the event was newer than what is loaded. */
  function applyEvent(event: OrderEvent): boolean {
    const entry = entries.get(event.id)
    if (entry) entry.seenIn = generation
    if (event.version <= Math.max(entry?.confirmed.version ?? 0, removedAt.get(event.id) ?? 0)) return false
    const before = entry?.confirmed
    for (const watcher of watchers) watcher(before, event)
    if ('gone' in event) dismiss(event.id, event.version, textOf(leavingReason(event.status, entry?.confirmed)))
    else {
      removedAt.delete(event.id)
      if (entry) {
        entry.confirmed = event
        entry.isGone = false
        show(entry)
      } else {
        entries.set(event.id, { confirmed: event, shown: signal(entryOf(event)), isGone: false, seenIn: generation })
        changed(event.id, true)
      }
    }
    return true
  }

  function show({ confirmed, shown }: StoredEntry): void {
    const before = shown.peek()
    shown.value = entryOf(confirmed)
    changed(confirmed.id, movesBetweenLists(before, shown.peek()))
  }

  /** Marks the order as leaving, and removes it a moment later unless a newer version has arrived. */
  function dismiss(id: string, version: number, reason: string): void {
    refuseUpTo(id, version)
    const entry = entries.get(id)
    if (!entry) return
    entry.isGone = true
    entry.shown.value = { order: entry.confirmed, leaving: reason }
    changed(id, true)
    setTimer(() => entries.get(id)?.isGone && remove(id), leavingDuration)
  }

  function refuseUpTo(id: string, version: number): void {
    removedAt.delete(id)
    removedAt.set(id, version)
    const [oldest] = removedAt.keys()
    if (oldest && removedAt.size > removedLimit) removedAt.delete(oldest)
  }

  function remove(id: string): void {
    const entry = entries.get(id)
    // The same version may bring it back: a list that reaches further back contains it again.
    if (entry && !entry.isGone) refuseUpTo(id, entry.confirmed.version - 1)
    entries.delete(id)
    changed(id, true)
  }

  return {
    apply: (event: OrderEvent) => batch(() => applyEvent(event)),
    /** Calls `watcher` with each newer event and the order as it was loaded before. Returns a function that ends it. */
    watch(watcher: Watcher): () => void {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    applyAll: (events: readonly OrderEvent[]) => batch(() => events.forEach(applyEvent)),
    /** Drops an order that is no longer of interest. The same version or a newer one brings it back. */
    drop: (id: string) => batch(() => remove(id)),
    dismiss: (id: string, version: number, reason: string) => batch(() => dismiss(id, version, reason)),

    /** Shows the order with its pending changes applied; null: the server's version. */
    applyOptimistic(id: string, apply: ApplyOptimistic | null): void {
      if (apply) optimistic.set(id, apply)
      else optimistic.delete(id)
      const entry = entries.get(id)
      if (entry && !entry.isGone) batch(() => show(entry))
    },

    /** Reads the order's own signal: a reader is notified when this order is added, changed or removed. */
    entry: (id: string): Entry | undefined => {
      const entry = entries.get(id)
      if (entry) return entry.shown.value
      // Not loaded: a reader is notified when any order is added.
      void views.moves.value
      return undefined
    },
    peek: (id: string): Order | undefined => entries.get(id)?.shown.peek().order,

    /** The server's version, without pending changes. */
    confirmed: (id: string): Order | undefined => entries.get(id)?.confirmed,

    list: views.list,
    sorted: views.sorted,
    countBy: views.countBy,

    /** For reading all lists again: `finish` removes the orders that were not read since. */
    beginReload(): { finish(): void } {
      generation++
      return {
        finish: () =>
          batch(() => {
            for (const [id, { seenIn }] of entries) if (seenIn !== generation) remove(id)
          }),
      }
    },
  }
}

/** Searches depend on names. */
const movesBetweenLists = (a: Entry, b: Entry) =>
  a.leaving !== b.leaving ||
  a.order.status !== b.order.status ||
  a.order.vendor?.id !== b.order.vendor?.id ||
  b.order.history.slice(a.order.history.length).some(({ renamed }) => renamed)

function leavingReason(status: OrderStatus, before: Order | undefined): LeavingReason {
  if (status === 'cancelled') return 'cancelled'
  if (transitions.some((row) => row.vendor === 'declines' && [row.from, row.to].includes(status))) return 'declined'
  return before && isOffered(before.status) ? 'taken' : 'reassigned'
}
