/**
 * What is under way, for whoever has to wait for it, or to find it again by the number it was given. A Map or a Set would
 * do, but for V8: one that fills and empties all the time is given a new table again and again, and once one of these has
 * grown old, each keeps the next from the small collections of garbage, and all that was in it.
 */
export function createInFlightTable<T extends object>() {
  const slots: (T | undefined)[] = []
  const free: number[] = []

  return {
    add(thing: T): number {
      const slot = free.pop() ?? slots.length
      slots[slot] = thing
      return slot
    },
    /** What it was, or undefined when it is gone already. */
    remove(slot: number): T | undefined {
      const thing = slots[slot]
      if (!thing) return undefined
      slots[slot] = undefined
      free.push(slot)
      return thing
    },
    all: (): T[] => slots.flatMap((thing) => thing ?? []),
    size: () => slots.length - free.length,
  }
}
