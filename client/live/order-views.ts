import { computed, signal, type ReadonlySignal } from '@preact/signals-core'
import type { Order } from '#shared/orders.ts'
import { readOnly } from './read-only.ts'

/** The sort key of an order in a list by creation. It never changes. */
export type SortKey = Pick<Order, 'createdAt' | 'id'>

/**
 * How a list is sorted: by a key of each order, kept beside it, so that an order that has changed is found where its former
 * key placed it. `compare` returns 0 for one order only.
 */
export interface Sorting<Key extends { id: string }> {
  keyOf(order: Order): Key
  compare(a: Key, b: Key): number
}

export interface ViewEntry {
  shown: { peek(): { order: Order; leaving: string | null } }
}

/** Reads the signals on which it depends, and returns a function of one order that reads none. */
export type Rule<Result> = () => (order: Order, leaving: boolean) => Result

/** A view that is further behind than this number of changes is rebuilt. */
const maxChanges = 1_000

export type OrderViews = ReturnType<typeof createOrderViews>

/**
 * Lists and counts over many orders. Each is built once by its rule; after that the rule is evaluated only for orders
 * that have changed: for one of ten thousand per event. Evaluation is lazy, so an unread view costs nothing and needs no
 * disposal.
 */
export function createOrderViews(entries: ReadonlyMap<string, ViewEntry>) {
  /** Incremented when a view may have gained or lost an order, not when an order changed in place. */
  const moves = signal(0)
  /** Incremented with every change: one in place may move an order within a list that is sorted by what has changed. */
  const edits = signal(0)
  const changes: string[] = []
  /** How many changes are no longer in `changes`. */
  let dropped = 0
  const now = () => dropped + changes.length

  /** `update` returns whether the order changed the state; only then is the value read again. */
  function view<State, Value>(
    build: () => State,
    update: (state: State, id: string) => boolean,
    read: (state: State) => Value,
    wakes: ReadonlySignal<number> = moves,
  ): ReadonlySignal<Value> {
    const begin = () => {
      const state = build()
      return { state, value: read(state), upTo: now() }
    }
    const built = computed(begin)
    return computed(() => {
      void wakes.value
      const cached = built.value
      if (cached.upTo < dropped) return Object.assign(cached, begin()).value
      const before = cached.upTo
      cached.upTo = now()
      const since = new Set(changes.slice(before - dropped))
      const differs = [...since].filter((id) => update(cached.state, id)).length > 0
      if (differs) cached.value = read(cached.state)
      return cached.value
    })
  }

  return {
    /** A reader is notified of the next order that is added, removed, or moved between lists. */
    moves: readOnly<number>(moves),

    /** An order was added, removed or changed. `moved`: it may belong to other lists now. */
    changed(id: string, moved: boolean): void {
      changes.push(id)
      if (changes.length > 2 * maxChanges) dropped += changes.splice(0, maxChanges).length
      edits.value = edits.peek() + 1
      if (moved) moves.value = moves.peek() + 1
    },

    /** The ids of the matching orders, newest first; the same array while they are the same. */
    list: (rule: Rule<boolean>) => sortedList(rule, () => byCreation, moves),

    /** The same, in an order that may depend on anything in an order. */
    sorted: <Key extends { id: string }>(rule: Rule<boolean>, sorting: () => Sorting<Key>) =>
      sortedList(rule, sorting, edits),

    /** The number of orders in each group, without those that are leaving. null: in no group. */
    countBy<Group extends string>(rule: Rule<Group | null>): ReadonlySignal<ReadonlyMap<Group, number>> {
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

  function sortedList<Key extends { id: string }>(
    rule: Rule<boolean>,
    sorting: () => Sorting<Key>,
    wakes: ReadonlySignal<number>,
  ): ReadonlySignal<readonly string[]> {
    let last: readonly string[] = []
    return view(
      () => {
        const [matches, { keyOf, compare }] = [rule(), sorting()]
        const keys: Key[] = []
        for (const { shown } of entries.values()) if (holds(matches, shown)) keys.push(keyOf(shown.peek().order))
        keys.sort(compare)
        return { matches, keyOf, compare, keys, members: new Map(keys.map((key) => [key.id, key])) }
      },
      ({ matches, keyOf, compare, keys, members }, id) => {
        const shown = entries.get(id)?.shown
        const [was, is] = [members.get(id), shown && holds(matches, shown) ? keyOf(shown.peek().order) : undefined]
        if (was === is || (was && is && compare(was, is) === 0)) return false
        if (was) {
          members.delete(id)
          keys.splice(indexOf(keys, was, compare), 1)
        }
        if (is) {
          members.set(id, is)
          keys.splice(indexOf(keys, is, compare), 0, is)
        }
        return true
      },
      ({ keys }) => {
        const ids = keys.map(({ id }) => id)
        if (ids.length !== last.length || ids.some((id, index) => id !== last[index])) last = ids
        return last
      },
      wakes,
    )
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

function holds(matches: (order: Order, leaving: boolean) => boolean, shown: ViewEntry['shown']): boolean {
  const { order, leaving } = shown.peek()
  return matches(order, leaving !== null)
}

/** Newest first by creation, then id: the sort order of the server's pages. */
export function newestFirst(a: SortKey, b: SortKey): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1
  if (a.id === b.id) return 0
  return a.id < b.id ? 1 : -1
}

const byCreation: Sorting<SortKey> = { keyOf: ({ createdAt, id }) => ({ createdAt, id }), compare: newestFirst }

/** Binary search: the index at which `key` is, or would be inserted. */
export function indexOf<Key>(keys: readonly Key[], key: Key, compare: (a: Key, b: Key) => number): number {
  let [from, to] = [0, keys.length]
  while (from < to) {
    const middle = (from + to) >> 1
    const other = keys[middle]
    if (other && compare(other, key) < 0) from = middle + 1
    else to = middle
  }
  return from
}
