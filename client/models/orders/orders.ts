import { batch, signal, type Signal } from '@preact/signals'
import type { Order, OrderEvent } from '#shared/orders.ts'
import { isOffered, transitions, type OrderStatus } from '#shared/order-status.ts'
import { t } from '../../i18n/index.ts'
import { createOrderViews, type Place } from './order-views.ts'

export interface Entry {
  /** As it is shown: as the server has it, with what this person has done to it since. */
  order: Order
  /** Why it is about to go from this person's screen, in words; null while it stays. */
  leaving: string | null
}

export type Orders = ReturnType<typeof createOrders>

/** How an order looks with what is under way to the server (steps.ts). */
export type ApplyOptimistic = (order: Order) => Entry

interface Known {
  place: Place
  /** As the server has it. */
  confirmed: Order
  shown: Signal<Entry>
}

/** How long an order that no longer concerns its reader stays visible, saying why. */
const LINGER = 3_000

/**
 * Every order this page knows, each in a signal of its own: one changed order re-renders one row. State arrives whole
 * and in any order, from lists, answers and events; the highest version is kept and the rest ignored. Lists and counts
 * of them follow one changed order at a time (order-views.ts).
 */
export function createOrders({
  later = setTimeout,
}: { later?: (work: () => void, milliseconds: number) => unknown } = {}) {
  const entries = new Map<string, Known>()
  /** The version at which an order stopped being visible here; an older state must not bring it back. */
  const goneAt = new Map<string, number>()
  const anticipations = new Map<string, ApplyOptimistic>()
  const views = createOrderViews(entries)
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
        const { id, createdAt } = event
        entries.set(id, { place: { id, createdAt }, confirmed: event, shown: signal(entryOf(event)) })
        views.changed(id, true)
      }
    }
    return true
  }

  function show({ confirmed, shown }: Known): void {
    const before = shown.peek()
    shown.value = entryOf(confirmed)
    views.changed(confirmed.id, movesBetweenLists(before, shown.peek()))
  }

  /** Marks the order as leaving, and forgets it a moment later unless a newer version has come back. */
  function dismiss(id: string, version: number, why: string): void {
    goneAt.set(id, version)
    const known = entries.get(id)
    if (!known) return
    known.shown.value = { order: known.confirmed, leaving: why }
    views.changed(id, true)
    later(() => goneAt.has(id) && forget(id), LINGER)
  }

  function forget(id: string): void {
    entries.delete(id)
    seenIn.delete(id)
    views.changed(id, true)
  }

  return {
    take: (event: OrderEvent) => batch(() => take(event)),
    takeAll: (events: readonly OrderEvent[]) => batch(() => events.forEach(take)),
    dismiss: (id: string, version: number, why: string) => batch(() => dismiss(id, version, why)),

    /** Shows the order as it will be by what is under way; null: as the server has it. */
    anticipate(id: string, how: ApplyOptimistic | null): void {
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
      void views.moves.value
      return undefined
    },
    peek: (id: string): Order | undefined => entries.get(id)?.shown.peek().order,

    /** As the server has it, whatever is under way. */
    confirmed: (id: string): Order | undefined => entries.get(id)?.confirmed,

    list: views.list,
    tally: views.tally,

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

const movesBetweenLists = (a: Entry, b: Entry) =>
  a.leaving !== b.leaving || a.order.status !== b.order.status || a.order.vendor?.id !== b.order.vendor?.id

function farewell(status: OrderStatus, before: Order | undefined): string {
  const texts = t().orders.leaving
  if (status === 'cancelled') return texts.cancelled
  if (transitions.some((row) => row.vendor === 'declines' && [row.from, row.to].includes(status))) return texts.declined
  return before && isOffered(before.status) ? texts.taken : texts.reassigned
}
