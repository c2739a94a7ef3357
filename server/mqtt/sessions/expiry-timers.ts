import type { Clock } from '../../lib/clock.ts'

/** The longest delay of an expiry, in milliseconds. */
const resolution = 250

/**
 * Calls `expired` for each item at its time (milliseconds since 1970; Infinity is never). Items that expire within
 * `resolution` share a timer: in a reconnect storm, thousands of tokens expire in the same second.
 */
export function createExpiryTimers<Item>(clock: Clock, expired: (item: Item) => void) {
  const groups = new Map<number, { items: Set<Item>; cancel: () => void }>()
  const groupOf = (at: number) => Math.ceil(at / resolution)

  function end(group: number) {
    const { items } = groups.get(group) ?? {}
    groups.delete(group)
    for (const item of items ?? []) expired(item)
  }

  return {
    add(item: Item, at: number) {
      const group = groupOf(at)
      const existing = groups.get(group)
      if (existing) return void existing.items.add(item)
      const cancel = clock.after(group * resolution - clock.now(), () => end(group))
      groups.set(group, { items: new Set([item]), cancel })
    },

    remove(item: Item, at: number) {
      const group = groups.get(groupOf(at))
      group?.items.delete(item)
      if (group?.items.size !== 0) return
      group.cancel()
      groups.delete(groupOf(at))
    },
  }
}
