import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'

export type StableList = ReturnType<typeof createStableList>
export type Hold = 'pointer' | 'focus' | 'scroll'

/**
 * A list whose rows never move under a pointer or a keyboard focus. While something holds it, it shows what it showed:
 * what is new waits and is counted, what has left stays in its place. Released, it becomes what it should be.
 */
export function createStableList(target: ReadonlySignal<readonly string[]>) {
  const holds = signal<ReadonlySet<Hold>>(new Set())
  const shown = signal<readonly string[]>(target.peek())

  const settle = () => (shown.value = target.peek())

  const stop = effect(() => {
    const next = target.value
    const before = shown.peek()
    // An empty list has no row to keep in place.
    if (holds.value.size === 0 || before.length === 0) shown.value = next
    else {
      // What comes below them all moves none: the older ones that somebody at the end of the list has asked for.
      const lowest = before.findLast((id) => next.includes(id))
      const there = new Set(before)
      const below = lowest === undefined ? [] : next.slice(next.indexOf(lowest) + 1).filter((id) => !there.has(id))
      if (below.length > 0) shown.value = [...before, ...below]
    }
  })

  return {
    rows: shown as ReadonlySignal<readonly string[]>,
    /** How many wait to be shown. */
    waiting: computed(() => {
      // As it is while nobody holds it: there is nothing to compare.
      if (shown.value === target.value) return 0
      const visible = new Set(shown.value)
      return target.value.filter((id) => !visible.has(id)).length
    }),
    hold(by: Hold, yes: boolean): void {
      if (holds.peek().has(by) === yes) return
      const next = new Set(holds.peek())
      if (yes) next.add(by)
      else next.delete(by)
      holds.value = next
    },
    /** Shows everything now: somebody asked to, or the list is another one. */
    settle,
    stop,
  }
}
