import { useEffect } from 'preact/hooks'
import type { StableList } from '../models/ui/stable-list.ts'

/** Holds a stable list while the pointer or the focus is in it. Spread the result on the list's element. */
export function useListHolds(list: StableList) {
  useEffect(() => {
    const scrolled = () => list.hold('scroll', scrollY > 40)
    addEventListener('scroll', scrolled, { passive: true })
    return () => {
      removeEventListener('scroll', scrolled)
      for (const hold of ['pointer', 'focus', 'scroll'] as const) list.hold(hold, false)
    }
  }, [list])

  return {
    // Touch has no hover, so only a mouse holds the list. A list that appears under a resting mouse is not held: only a
    // movement counts.
    onPointerMove: (event: PointerEvent) => list.hold('pointer', event.pointerType === 'mouse'),
    onPointerLeave: () => list.hold('pointer', false),
    onFocusIn: () => list.hold('focus', true),
    onFocusOut: (event: FocusEvent & { currentTarget: HTMLElement }) => {
      const to = event.relatedTarget
      list.hold('focus', to instanceof Node && event.currentTarget.contains(to))
    },
  }
}
