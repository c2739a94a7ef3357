import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { Order } from '#shared/orders.ts'

/** Where an order stands among others: it does not move for as long as the order exists. */
export type Place = Pick<Order, 'createdAt' | 'id'>

export interface Viewed {
  place: Place
  shown: { peek(): { order: Order; leaving: string | null } }
}

/** Reads the signals it depends on, and answers with what is asked of each order, which reads none. */
export type Rule<Answer> = () => (order: Order, leaving: boolean) => Answer

/** A view that lags further behind than so many changes is built anew. */
const remembered = 1_000

export type OrderViews = ReturnType<typeof createOrderViews>

/**
 * Lists and counts over many orders. Each is built once by its rule; from then on only the orders that have changed are
 * looked at again: of ten thousand, one event asks about one. That happens when somebody reads the view, so that one
 * which nobody reads costs nothing and needs no ending.
 */
export function createOrderViews(entries: ReadonlyMap<string, Viewed>) {
  /** Moves when a view may have gained or lost an order, and not when an order changed in place. */
  const moves = signal(0)
  const changes: string[] = []
  /** How many changes are no longer in `changes`. */
  let dropped = 0
  const now = () => dropped + changes.length

  /** `update` tells whether the order made a difference; only then is the view read off its state anew. */
  function view<State, Value>(
    build: () => State,
    update: (state: State, id: string) => boolean,
    read: (state: State) => Value,
  ): ReadonlySignal<Value> {
    const begin = () => {
      const state = build()
      return { state, value: read(state), upTo: now() }
    }
    const built = computed(begin)
    return computed(() => {
      void moves.value
      const held = built.value
      if (held.upTo < dropped) return Object.assign(held, begin()).value
      const before = held.upTo
      held.upTo = now()
      const since = new Set(changes.slice(before - dropped))
      const differs = [...since].filter((id) => update(held.state, id)).length > 0
      if (differs) held.value = read(held.state)
      return held.value
    })
  }

  return {
    /** Reading it means waiting for the next order that comes, goes or moves between lists. */
    moves: moves as ReadonlySignal<number>,

    /** An order has come, gone, or looks different; `moved`: in a way that may put it into another list. */
    changed(id: string, moved: boolean): void {
      changes.push(id)
      if (changes.length > 2 * remembered) dropped += changes.splice(0, remembered).length
      if (moved) moves.value++
    },

    /** The ids of the orders that match, newest first; the same array while its members are the same. */
    list(rule: Rule<boolean>): ReadonlySignal<readonly string[]> {
      let last: readonly string[] = []
      return view(
        () => {
          const matches = rule()
          const places: Place[] = []
          for (const { place, shown } of entries.values()) if (holds(matches, shown)) places.push(place)
          places.sort(newestFirst)
          return { matches, places, members: new Map(places.map((place) => [place.id, place])) }
        },
        ({ matches, places, members }, id) => {
          const known = entries.get(id)
          const [was, is] = [members.get(id), known && holds(matches, known.shown) ? known.place : undefined]
          if (!was === !is) return false
          if (was) {
            members.delete(id)
            places.splice(indexOf(places, was), 1)
          }
          if (is) {
            members.set(id, is)
            places.splice(indexOf(places, is), 0, is)
          }
          return true
        },
        ({ places }) => {
          const ids = places.map(({ id }) => id)
          if (ids.length !== last.length || ids.some((id, index) => id !== last[index])) last = ids
          return last
        },
      )
    },

    /** How many there are of each group, without those that are leaving; null: of none. */
    tally<Group extends string>(rule: Rule<Group | null>): ReadonlySignal<ReadonlyMap<Group, number>> {
      return view(
        () => {
          const groupOf = rule()
          const state = { groupOf, members: new Map<string, Group>(), counts: new Map<Group, number>() }
          for (const id of entries.keys()) regroup(state, id)
          return state
        },
        (state, id) => regroup(state, id),
        ({ counts }) => new Map(counts),
      )
    },
  }

  function regroup<Group>({ groupOf, members, counts }: Grouped<Group>, id: string): boolean {
    const entry = entries.get(id)?.shown.peek()
    const [was, is] = [members.get(id) ?? null, entry && entry.leaving === null ? groupOf(entry.order, false) : null]
    if (was === is) return false
    if (was !== null) counts.set(was, (counts.get(was) ?? 0) - 1)
    if (is !== null) counts.set(is, (counts.get(is) ?? 0) + 1)
    if (is === null) members.delete(id)
    else members.set(id, is)
    return true
  }
}

interface Grouped<Group> {
  groupOf: (order: Order, leaving: boolean) => Group | null
  members: Map<string, Group>
  counts: Map<Group, number>
}

function holds(matches: (order: Order, leaving: boolean) => boolean, shown: Viewed['shown']): boolean {
  const { order, leaving } = shown.peek()
  return matches(order, leaving !== null)
}

/** Newest first by creation, then id: the order in which the server pages. */
export function newestFirst(a: Place, b: Place): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1
  if (a.id === b.id) return 0
  return a.id < b.id ? 1 : -1
}

/** Where in a sorted list a place is, or belongs: found by halving, in fourteen comparisons among ten thousand. */
export function indexOf(places: readonly Place[], place: Place, compare = newestFirst): number {
  let [from, to] = [0, places.length]
  while (from < to) {
    const middle = (from + to) >> 1
    const other = places[middle]
    if (other && compare(other, place) < 0) from = middle + 1
    else to = middle
  }
  return from
}
