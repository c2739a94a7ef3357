import type { Clock } from '../../lib/clock.ts'

/** How late something may expire, in milliseconds. */
const step = 250

/**
 * Calls `expired` for each when its time has come (milliseconds since 1970; Infinity is never). Those that expire at about
 * the same time share a timer: thousands of screens come back in the same second.
 */
export function createExpiryTimers<Thing>(clock: Clock, expired: (thing: Thing) => void) {
  const groups = new Map<number, { things: Set<Thing>; cancel: () => void }>()
  const groupOf = (at: number) => Math.ceil(at / step)

  function end(group: number) {
    const { things } = groups.get(group) ?? {}
    groups.delete(group)
    for (const thing of things ?? []) expired(thing)
  }

  return {
    add(thing: Thing, at: number) {
      const group = groupOf(at)
      const known = groups.get(group)
      if (known) return void known.things.add(thing)
      const cancel = clock.after(group * step - clock.now(), () => end(group))
      groups.set(group, { things: new Set([thing]), cancel })
    },

    remove(thing: Thing, at: number) {
      const group = groups.get(groupOf(at))
      group?.things.delete(thing)
      if (group?.things.size !== 0) return
      group.cancel()
      groups.delete(groupOf(at))
    },
  }
}
