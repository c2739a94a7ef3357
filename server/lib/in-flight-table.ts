/**
 * The operations in flight, found again by the slot that `add` returned. An array with a free list replaces a Map or Set:
 * V8 reallocates the hash table of a Map that fills and empties continuously, and once one such table has been promoted to
 * the old generation, it keeps its successors and their entries from being collected by the young-generation collector.
 */
export function createInFlightTable<T extends object>() {
  const slots: (T | undefined)[] = []
  const free: number[] = []

  return {
    add(item: T): number {
      const slot = free.pop() ?? slots.length
      slots[slot] = item
      return slot
    },
    /** Returns the removed item, or undefined when the slot is empty. */
    remove(slot: number): T | undefined {
      const item = slots[slot]
      if (!item) return undefined
      slots[slot] = undefined
      free.push(slot)
      return item
    },
    /** Removes all items and returns them. */
    clear(): T[] {
      const items = slots.flatMap((item) => item ?? [])
      slots.length = free.length = 0
      return items
    },
    all: (): T[] => slots.flatMap((item) => item ?? []),
    size: () => slots.length - free.length,
  }
}
