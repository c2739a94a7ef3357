import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { readOnly } from '../../live/read-only.ts'

export type StableList = ReturnType<typeof createStableList>
export type Hold = 'pointer' | 'focus' | 'scroll' | 'touch'

/**
 * A list whose rows do not move under a pointer or a keyboard focus. While it is held, new rows wait and are counted, and
 * rows that left stay in place. Once released, it shows the target. `touch` holds new rows only: it lasts as long as the
 * list is on the screen, and rows that left must not stay for so long (press-guard.ts covers their departure).
 */
export function createStableList(target: ReadonlySignal<readonly string[]>) {
  const holds = signal<ReadonlySet<Hold>>(new Set())
  const shown = signal<readonly string[]>(target.peek())

  const settle = () => (shown.value = target.peek())

  const stop = effect(() => {
    const next = target.value
    const before = shown.peek()
    const targets = new Set(next)
    const kept = onlyTouch(holds.value) ? before.filter((id) => targets.has(id)) : before
    // An empty list has no row that could move.
    if (holds.value.size === 0 || kept.length === 0) shown.value = next
    else {
      // Rows below all others move none: older orders, loaded at the end of the list.
      const lowest = kept.findLast((id) => targets.has(id))
      const there = new Set(kept)
      const below = lowest === undefined ? [] : next.slice(next.indexOf(lowest) + 1).filter((id) => !there.has(id))
      if (below.length > 0 || kept.length < before.length) shown.value = [...kept, ...below]
    }
  })

  return {
    rows: readOnly<readonly string[]>(shown),
    /** The number of rows that wait to be shown. */
    waiting: computed(() => {
      // Not held: nothing to compare.
      if (shown.value === target.value) return 0
      const visible = new Set(shown.value)
      return target.value.filter((id) => !visible.has(id)).length
    }),
    /** Whether rows that left stay in place. */
    keepsRows: computed(() => holds.value.size > 0 && !onlyTouch(holds.value)),
    hold(by: Hold, yes: boolean): void {
      if (holds.peek().has(by) === yes) return
      const next = new Set(holds.peek())
      if (yes) next.add(by)
      else next.delete(by)
      holds.value = next
    },
    /** Shows the target now: on request, or because the filter has changed. */
    settle,
    stop,
  }
}

const onlyTouch = (holds: ReadonlySet<Hold>) => holds.size === 1 && holds.has('touch')
