import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { Order, OrderEvent } from '#shared/orders.ts'
import type { OrderStatus } from '#shared/order-status.ts'

export interface Entry {
  /** As it is shown: as the server has it, with what this person has done to it since. */
  order: Order
  /** Why it is about to go from this person's screen, in words; null while it stays. */
  leaving: string | null
}

export type Orders = ReturnType<typeof createOrders>

/** How an order looks with what is under way to the server (steps.ts). */
export type Anticipate = (order: Order) => Entry

interface Known {
  /** As the server has it. */
  confirmed: Order
  shown: Signal<Entry>
}

/** How long an order that no longer concerns its reader stays visible, saying why. */
const LINGER = 3_000

/**
 * Every order this page knows, each in a signal of its own: one changed order re-renders one row. State arrives whole
 * and in any order, from lists, answers and events; the highest version is kept and the rest ignored.
 */
export function createOrders({
  later = setTimeout,
}: { later?: (work: () => void, milliseconds: number) => unknown } = {}) {
  const entries = new Map<string, Known>()
  /** The version at which an order stopped being visible here; an older state must not bring it back. */
  const goneAt = new Map<string, number>()
  const anticipations = new Map<string, Anticipate>()
  /** Moves when a list may have gained or lost an order, and not when an order changed in place. */
  const membership = signal(0)
  let generation = 0
  const seenIn = new Map<string, number>()

  const entryOf = (order: Order): Entry => anticipations.get(order.id)?.(order) ?? { order, leaving: null }

  /** Whether it was news. */
  function take(event: OrderEvent): boolean {
    const known = entries.get(event.id)
    seenIn.set(event.id, generation)
    if (event.version <= Math.max(known?.confirmed.version ?? 0, goneAt.get(event.id) ?? 0)) return false
    if ('gone' in event) dismiss(event.id, event.version, farewell(event.status, known?.confirmed))
    else {
      goneAt.delete(event.id)
      if (known) {
        known.confirmed = event
        show(known)
      } else {
        entries.set(event.id, { confirmed: event, shown: signal(entryOf(event)) })
        membership.value++
      }
    }
    return true
  }

  function show({ confirmed, shown }: Known): void {
    const before = shown.peek()
    shown.value = entryOf(confirmed)
    if (movesBetweenLists(before, shown.peek())) membership.value++
  }

  /** Marks the order as leaving, and forgets it a moment later unless a newer version has come back. */
  function dismiss(id: string, version: number, why: string): void {
    goneAt.set(id, version)
    const known = entries.get(id)
    if (!known) return
    known.shown.value = { order: known.confirmed, leaving: why }
    membership.value++
    later(() => goneAt.has(id) && forget(id), LINGER)
  }

  function forget(id: string): void {
    entries.delete(id)
    seenIn.delete(id)
    membership.value++
  }

  return {
    take: (event: OrderEvent) => batch(() => take(event)),
    takeAll: (events: readonly OrderEvent[]) => batch(() => events.forEach(take)),
    dismiss: (id: string, version: number, why: string) => batch(() => dismiss(id, version, why)),

    /** Shows the order as it will be by what is under way; null: as the server has it. */
    anticipate(id: string, how: Anticipate | null): void {
      if (how) anticipations.set(id, how)
      else anticipations.delete(id)
      const known = entries.get(id)
      if (known && !goneAt.has(id)) batch(() => show(known))
    },

    /** The order's own signal. Reading through it re-renders when this order changes, or comes, or goes. */
    entry: (id: string): Entry | undefined => {
      const known = entries.get(id)
      if (known) return known.shown.value
      // Not there yet: wait for any to come.
      void membership.value
      return undefined
    },
    peek: (id: string): Order | undefined => entries.get(id)?.shown.peek().order,

    /** As the server has it, whatever is under way. */
    confirmed: (id: string): Order | undefined => entries.get(id)?.confirmed,

    /** The ids of the orders that match, newest first. Worked out anew only when membership moves. */
    list: (matches: (order: Order, leaving: boolean) => boolean): ReadonlySignal<string[]> =>
      sameWhileEqual(() => {
        void membership.value
        const found: Order[] = []
        for (const { shown } of entries.values()) {
          const { order, leaving } = shown.peek()
          if (matches(order, leaving !== null)) found.push(order)
        }
        return found.sort(newestFirst).map((order) => order.id)
      }),

    count: (matches: (order: Order) => boolean): number => {
      void membership.value
      let count = 0
      for (const { shown } of entries.values()) {
        const { order, leaving } = shown.peek()
        if (!leaving && matches(order)) count++
      }
      return count
    },

    /** A list is being read afresh: what has not been seen again when `finish` is called is stale, and goes. */
    startOver(): { finish(): void } {
      generation++
      return {
        finish: () =>
          batch(() => {
            for (const id of entries.keys()) if (seenIn.get(id) !== generation) forget(id)
          }),
      }
    },
  }
}

/** Newest first by creation, then id: the order in which the server pages. */
export function newestFirst(a: Pick<Order, 'createdAt' | 'id'>, b: Pick<Order, 'createdAt' | 'id'>): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}

const movesBetweenLists = (a: Entry, b: Entry) =>
  a.leaving !== b.leaving || a.order.status !== b.order.status || a.order.vendor?.id !== b.order.vendor?.id

function farewell(status: OrderStatus, before: Order | undefined): string {
  switch (status) {
    case 'cancelled':
      return 'Cancelled'
    case 'pending':
    case 'rejected':
      return 'Declined'
    default:
      return before?.status === 'pending' ? 'Taken by another vendor' : 'Given to another vendor'
  }
}

/** A computed list that stays the same array while its members do, so that nobody re-renders for nothing. */
function sameWhileEqual(compute: () => string[]): ReadonlySignal<string[]> {
  let last: string[] = []
  return computed(() => {
    const next = compute()
    if (next.length !== last.length || next.some((id, index) => id !== last[index])) last = next
    return last
  })
}
